"""Web chat in front of Genesys: where guests come from and where their frames go."""

from typing import ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from streams.settings.base import OutsideUrl, SettingsGroup, parts_of

ANY = "*"
"""Stands for every origin."""


class WebMessagingSettings(SettingsGroup):
    """``CORDON_WEBMESSAGING_...``: web chat before Genesys. Without ``URL`` there is none."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_WEBMESSAGING_")

    url: OutsideUrl | None = None
    """Genesys's WebSocket, such as ``wss://webmessaging.mypurecloud.com``; ``/v1`` is added where no path stands."""
    api_url: OutsideUrl | None = None
    """Base address of the API for the history, such as ``https://api.mypurecloud.com``."""
    deployment_id: str | None = None
    """Of the deployment at Genesys. Guests never see it: who knows it could pass Cordon by."""
    origin: str | None = None
    """Sent to Genesys as ``Origin``: a domain that only Cordon uses and the only one that the deployment allows."""
    guest_deployment_id: str | None = None
    """The id that guests have to give. Without it, any."""
    allowed_origins: str = ANY
    """Pages that may use the chat: ``https://www.bank.example``, several by commas; ``*`` stands for all."""
    public_url: OutsideUrl | None = None
    """Where guests reach this gateway, such as ``https://chat.bank.example``; else what they called it."""
    attachments: Literal["scan", "block", "pass"] = "scan"
    """``scan`` lets through files that can be read and hold nothing; ``block`` none; ``pass`` all, by name only."""
    max_sockets: int = Field(default=2_000, ge=1)
    """Guests connected at a time; the next gets HTTP 503."""
    connections_per_minute: int = Field(default=6_000, ge=1)
    """New connections; the next gets HTTP 429. Genesys takes 1,000 of a deployment, and its refusals are passed on."""
    frames_per_minute: int = Field(default=3_000, ge=1)
    """Of one connection; the next gets 429. Genesys takes 60, and its refusals are passed on."""
    timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    """For connecting to Genesys, and for one request."""

    @field_validator("allowed_origins")
    @classmethod
    def _origins_can_be_read(cls, value: str) -> str:
        for origin in _listed(value):
            parts = parts_of(origin)
            if origin != ANY and (not parts.scheme or not parts.netloc or parts.path or parts.query):
                raise ValueError("has to name origins such as https://www.bank.example, separated by commas, or *")
        return value

    @model_validator(mode="after")
    def _service_is_whole(self) -> "WebMessagingSettings":
        if self.url is not None:
            if urlsplit(self.url).scheme not in {"ws", "wss"}:
                raise ValueError("CORDON_WEBMESSAGING_URL: has to be an address such as wss://host")
            if not self.deployment_id:
                raise ValueError("CORDON_WEBMESSAGING_DEPLOYMENT_ID has to be set beside CORDON_WEBMESSAGING_URL")
        return self

    @property
    def socket_url(self) -> str:
        """The WebSocket's address with its path."""
        url = self.url or ""
        return url if urlsplit(url).path else f"{url}/v1"

    @property
    def origins(self) -> frozenset[str]:
        """The allowed origins, read."""
        return frozenset(_listed(self.allowed_origins))


def _listed(values: str) -> list[str]:
    return [value.strip().rstrip("/").lower() for value in values.split(",") if value.strip()]
