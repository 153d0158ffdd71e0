"""The HTTP edge."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from streams.settings.base import is_loopback
from streams.settings.oidc import OidcBearerSettings
from streams.settings.worker import ProcessSettings


def _networks(value: str) -> str:
    try:
        for part in value.split(","):
            ip_network(part.strip())
    except ValueError:
        raise ValueError("has to be addresses or networks such as 10.0.0.0/8, separated by commas") from None
    return value


class GatewaySettings(ProcessSettings):
    """``CORDON_GATEWAY_...`` and ``CORDON_API_KEYS_FILE``: the gateway and its callers."""

    gateway_host: str = "127.0.0.1"
    """Where it listens."""
    gateway_port: int = Field(default=8080, ge=0, le=65535)
    """Each gateway of a host has its own."""
    gateway_trusted_proxies: Annotated[str, AfterValidator(_networks)] = "127.0.0.1"
    """Addresses and networks, by commas, of the proxies before it: only what these say in ``X-Forwarded-For`` and
    ``X-Forwarded-Proto`` is believed. Without it all who come through another proxy count as one address."""
    gateway_auth: Literal["on", "off"] = "on"
    """``off`` lets every caller do everything; on a loopback address only."""
    api_keys_file: Path | None = None
    """Made by ``cordon apikeys create FILE``. Read again when it changes."""

    gateway_requests_per_minute: int = Field(default=30_000, ge=0)
    """Of each key; 0 for no limit."""

    @model_validator(mode="after")
    def _callers_are_known(self) -> "GatewaySettings":
        if self.gateway_auth == "off" and not is_loopback(self.gateway_host):
            raise ValueError("CORDON_GATEWAY_AUTH: off is accepted on a loopback address only")
        if self.gateway_auth == "on" and self.api_keys_file is None and OidcBearerSettings.load().audience is None:
            raise ValueError("CORDON_API_KEYS_FILE: is not set (or CORDON_GATEWAY_AUTH=off on a loopback address)")
        return self
