"""Any other channel: where its cleaned outbound messages are sent."""

from typing import ClassVar

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from streams.settings.base import OutsideUrl, SettingsGroup


class ChannelSettings(SettingsGroup):
    """``CORDON_CHANNEL_...``: the signed callback for channels that Cordon does not know itself."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_CHANNEL_")

    callback_url: OutsideUrl | None = None
    """Receives each cleaned outbound message and receipt by POST. Without it they stay on the topic for consumers."""
    callback_secret: SecretStr | None = None
    """Signs each POST: HMAC-SHA256 in hex over the timestamp, a dot and the body, in ``X-Cordon-Signature``."""
    timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    """For one request."""

    @model_validator(mode="after")
    def _callbacks_are_signed(self) -> "ChannelSettings":
        if self.callback_url is not None and self.callback_secret is None:
            raise ValueError("CORDON_CHANNEL_CALLBACK_SECRET has to be set: callbacks are signed")
        return self
