"""WhatsApp Flows' data endpoint."""

from pathlib import Path
from typing import ClassVar

from pydantic import SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from streams.settings.base import SettingsGroup


class FlowsSettings(SettingsGroup):
    """``CORDON_WHATSAPP_...``: WhatsApp Flows."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_WHATSAPP_")

    app_secret: SecretStr | None = None
    """Signs what Meta sends."""
    flows_private_key_file: Path | None = None
    """The RSA key in PKCS8 whose public half is registered at Meta. Without it the endpoint is closed."""

    @model_validator(mode="after")
    def _signatures_can_be_checked(self) -> "FlowsSettings":
        if self.flows_private_key_file and not self.app_secret:
            raise ValueError("CORDON_WHATSAPP_APP_SECRET has to be set: Flows are accepted signed only")
        return self
