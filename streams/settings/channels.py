"""Any other channel: where its cleaned outbound messages are sent, and how fast messages go anywhere."""

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


class ForwarderSettings(SettingsGroup):
    """``CORDON_FORWARDER_...``: how messages are handed over."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_FORWARDER_")

    concurrency: int = Field(default=32, ge=1, le=512)
    """Requests under way at a time, to each outside system."""
    max_waiting_messages: int = Field(default=10_000, ge=100)
    """Messages in hand; at this many the stage reads no further."""
    max_waiting_bytes: int = Field(default=24 * 1024 * 1024, ge=1024 * 1024)
    """Bytes of messages in hand; at this many the stage reads no further."""
    give_up_seconds: float = Field(default=900.0, gt=0)
    """How long one message is tried while its destination takes others. After that it is a dead letter."""
    remember_days: float = Field(default=8.0, gt=0)
    """For how long delivered ids are remembered. Longer than the topic keeps its messages."""
