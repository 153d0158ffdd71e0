"""How messages are handed over to outside systems."""

from typing import ClassVar

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from streams.lanes import LaneLimits
from streams.settings.base import SettingsGroup


class ForwarderSettings(SettingsGroup):
    """``CORDON_FORWARDER_...``: how much the forwarder has in hand, and for how long."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_FORWARDER_")

    concurrency: int = Field(default=32, ge=1, le=512)
    """Requests under way at a time, to each outside system."""
    max_waiting_messages: int = Field(default=10_000, ge=100)
    """Messages in hand; at this many the stage reads no further."""
    max_waiting_bytes: int = Field(default=24 * 1024 * 1024, ge=1024 * 1024)
    """Bytes of messages in hand; at this many the stage reads no further."""
    give_up_seconds: float = Field(default=900.0, gt=0)
    """How long one message is tried while its destination takes others. After that it is a dead letter."""

    @property
    def limits(self) -> LaneLimits:
        """As the lanes take them."""
        return LaneLimits(
            calls=self.concurrency,
            max_records=self.max_waiting_messages,
            max_bytes=self.max_waiting_bytes,
            give_up_seconds=self.give_up_seconds,
        )
