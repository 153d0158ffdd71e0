"""How to reach Genesys Cloud."""

from typing import ClassVar, TypedDict
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from streams.settings.base import BaseUrl, SettingsGroup, is_loopback

NEEDED = ("login_url", "client_id", "client_secret", "integration_id")
"""What has to stand beside ``api_url``."""


class ClientOptions(TypedDict):
    """Keyword arguments of a client of Open Messaging. They hold secrets."""

    api_url: str
    login_url: str
    clients: list[tuple[str, str]]
    integration_id: str
    requests_per_minute: int
    timeout_seconds: float


class GenesysSettings(SettingsGroup):
    """``CORDON_GENESYS_...``: Genesys Cloud. Without ``API_URL`` nothing is sent there."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_GENESYS_")

    api_url: BaseUrl | None = None
    """Base address of the API, such as ``https://api.mypurecloud.com``."""
    login_url: BaseUrl | None = None
    """Base address of the login, such as ``https://login.mypurecloud.com``."""
    client_id: str | None = None
    """Of an OAuth client with the client credentials grant; several by commas, used in turn."""
    client_secret: SecretStr | None = None
    """As many as there are client ids, by commas, in their order."""
    integration_id: str | None = None
    """Of the Open Messaging integration."""
    organization_id: str | None = None
    """Of your organization: only its agents sign in with a token of Genesys's. Without it none does."""
    webhook_secret: SecretStr | None = None
    """Signs what Genesys sends to the gateway."""
    replay_seconds: float = Field(default=0.0, ge=0)
    """How old an agent's message may be when its webhook arrives: an older one is a replay. 0 for any age."""
    requests_per_minute: int = Field(default=0, ge=0)
    """Of each OAuth client; 0 begins to pace only when Genesys answers 429."""
    looks_up_agents: bool = False
    """Whether the gateway asks Genesys which agent and queue a conversation belongs to: for alerts and supervisors."""
    timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    """For one request."""

    def client_options(self) -> ClientOptions | None:
        """What a client of Open Messaging is made from; None where nothing is sent."""
        if self.api_url is None:
            return None
        return ClientOptions(
            api_url=self.api_url,
            login_url=str(self.login_url),
            clients=self.clients,
            integration_id=str(self.integration_id),
            requests_per_minute=self.requests_per_minute,
            timeout_seconds=self.timeout_seconds,
        )

    @property
    def file_hosts(self) -> tuple[str, ...]:
        """Where Genesys keeps the files that agents send: on hosts of the API's own domain."""
        host = urlsplit(self.api_url or "").hostname or ""
        return (host if is_loopback(host) else host.removeprefix("api."),) if host else ()

    @property
    def clients(self) -> list[tuple[str, str]]:
        """Each OAuth client's id and secret."""
        return list(zip(self._ids, self._secrets, strict=True))

    @model_validator(mode="after")
    def _access_is_whole(self) -> "GenesysSettings":
        if self.api_url is not None:
            for name in NEEDED:
                if not getattr(self, name):
                    raise ValueError(f"CORDON_GENESYS_{name.upper()} has to be set beside CORDON_GENESYS_API_URL")
            if len(self._ids) != len(self._secrets):
                raise ValueError("CORDON_GENESYS_CLIENT_SECRET has to hold as many secrets as there are client ids")
        return self

    @property
    def _ids(self) -> list[str]:
        return _listed(self.client_id or "")

    @property
    def _secrets(self) -> list[str]:
        return _listed(self.client_secret.get_secret_value() if self.client_secret else "")


def _listed(values: str) -> list[str]:
    return [value.strip() for value in values.split(",") if value.strip()]
