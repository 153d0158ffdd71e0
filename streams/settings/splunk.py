"""How to reach Splunk's HTTP Event Collector."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from streams.settings.base import BaseUrl
from streams.settings.trust import TrustSettings


class SplunkSettings(TrustSettings):
    """``CORDON_SPLUNK_...``: Splunk. Without ``URL`` nothing is sent."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_SPLUNK_")

    url: Annotated[tuple[BaseUrl, ...], NoDecode] = ()
    """Base address of the collector, such as ``https://splunk.example:8088``, without a path; several by commas."""
    token: SecretStr | None = None
    """Of the collector."""
    ack: Literal["auto", "on", "off"] = "auto"
    """Indexer acknowledgement: ``auto`` waits for it where the token has it switched on."""
    index: str | None = None
    """Where events go; without it the token's default index."""
    host: str = "cordon"
    """The ``host`` of every event."""
    timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    """For one request."""
    ack_timeout_seconds: float = Field(default=300.0, ge=1, le=3600)
    """A batch without acknowledgement for so long is sent again. A quiet indexer takes about two minutes."""

    @field_validator("url", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("url", mode="after")
    @classmethod
    def _bases(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(url.startswith("ws") for url in value):
            raise ValueError("has to begin with https://")
        return value

    @model_validator(mode="after")
    def _token_is_there(self) -> "SplunkSettings":
        if self.url and self.token is None:
            raise ValueError("CORDON_SPLUNK_TOKEN has to be set beside CORDON_SPLUNK_URL")
        return self
