"""WhatsApp Cloud API: where it is, who we are there, and how its webhook is known to be genuine."""

from typing import ClassVar, TypedDict

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from streams.settings.base import OutsideUrl, SettingsGroup


class ClientOptions(TypedDict):
    """Keyword arguments of a client of the Cloud API. They hold a secret."""

    api_url: str
    phone_number_id: str
    access_token: str
    timeout_seconds: float


class WhatsAppSettings(SettingsGroup):
    """``CORDON_WHATSAPP_...``: WhatsApp Cloud API. Without ``API_URL`` nothing is sent there."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_WHATSAPP_")

    api_url: OutsideUrl | None = None
    """The Graph base with its version, such as ``https://graph.facebook.com/v23.0``."""
    phone_number_id: str | None = None
    """Of the business's number."""
    access_token: SecretStr | None = None
    """Of a system user with the permission ``whatsapp_business_messaging``."""
    app_secret: SecretStr | None = None
    """Signs what Meta sends. Without it the webhook is closed."""
    verify_token: SecretStr | None = None
    """Meta shows it once, when the webhook is registered."""
    replay_seconds: float = Field(default=0.0, ge=0)
    """How old a message may be when its webhook arrives: an older one is a replay. 0 for any age; Meta tries for seven
    days.
    """
    mark_read: bool = False
    """Whether customers see their messages as read once Genesys has them."""
    timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    """For one request."""

    def client_options(self) -> ClientOptions | None:
        """What a client of the Cloud API is made from; None where nothing is sent."""
        if self.api_url is None or self.access_token is None:
            return None
        return ClientOptions(
            api_url=self.api_url,
            phone_number_id=str(self.phone_number_id),
            access_token=self.access_token.get_secret_value(),
            timeout_seconds=self.timeout_seconds,
        )

    @model_validator(mode="after")
    def _access_is_whole(self) -> "WhatsAppSettings":
        if self.api_url is not None:
            for name in ("phone_number_id", "access_token"):
                if getattr(self, name) is None:
                    raise ValueError(f"CORDON_WHATSAPP_{name.upper()} has to be set beside CORDON_WHATSAPP_API_URL")
        return self
