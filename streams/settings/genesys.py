"""How to reach Genesys Cloud."""

from typing import ClassVar

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from streams.settings.base import OutsideUrl, SettingsGroup


class GenesysSettings(SettingsGroup):
    """``CORDON_GENESYS_...``: without ``API_URL`` nothing is sent to Genesys."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_GENESYS_")

    api_url: OutsideUrl
    """Base address of the API, such as ``https://api.mypurecloud.com``."""
    login_url: OutsideUrl
    """Base address of the login, such as ``https://login.mypurecloud.com``."""
    client_id: str
    client_secret: SecretStr
    integration_id: str
    """Of the Open Messaging integration."""
    webhook_secret: SecretStr | None = None
    """Signs what Genesys sends to the gateway."""
