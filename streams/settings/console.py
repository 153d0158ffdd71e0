"""What people see: the console, the widget, and how they sign in."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from streams.settings.base import OutsideUrl, SettingsGroup

ROLES = ("agent", "supervisor", "compliance", "admin")
GENESYS_FRAMES = " ".join(
    f"https://*.{domain}"
    for domain in (
        "mypurecloud.com",
        "pure.cloud",
        "mypurecloud.ie",
        "mypurecloud.de",
        "mypurecloud.jp",
        "mypurecloud.com.au",
    )
)
"""Where Genesys Cloud's desktop is served, by region."""


class ConsoleSettings(SettingsGroup):
    """``CORDON_CONSOLE_...``: the console of supervisors."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_CONSOLE_")

    base_url: OutsideUrl | None = None
    """Where people reach the gateway, such as ``https://cordon.bank.example``; else where the request came to."""
    retention_days: float = Field(default=90.0, gt=0)
    """How long the read model keeps what it read. The topics' own retention is not touched."""
    session_seconds: float = Field(default=8 * 3600.0, ge=60, le=7 * 86_400)
    """How long somebody who has signed in stays so."""
    organisation: str = "This organisation"
    """As evidence reports name it."""
    signing_key_file: Path | None = None
    """Signs evidence reports: PEM, PKCS8. Without it a key of the keyring's does."""
    signing_certificate_file: Path | None = None
    """The key's certificate in PEM, with those above it."""

    @model_validator(mode="after")
    def _signing_is_whole(self) -> "ConsoleSettings":
        if (self.signing_key_file is None) != (self.signing_certificate_file is None):
            raise ValueError("CORDON_CONSOLE_SIGNING_KEY_FILE and _SIGNING_CERTIFICATE_FILE have to be set together")
        return self


class WidgetSettings(SettingsGroup):
    """``CORDON_WIDGET_...``: the widget of agents."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_WIDGET_")

    frame_ancestors: str = GENESYS_FRAMES
    """Origins that may frame the widget beside its own, separated by spaces. Messages go to these alone."""
    client_app_sdk_file: Path | None = None
    """Genesys's client-app SDK (npm ``purecloud-client-app-sdk``, MIT), for toasts and proposals in its desktop."""
    sends_by: str = Field(default="gateway", pattern="^(gateway|genesys|propose)$")
    """``gateway`` publishes to the stream, ``genesys`` posts with the agent's token, ``propose`` fills Genesys's own
    composer."""


class OidcSignInSettings(SettingsGroup):
    """``CORDON_OIDC_...``: sign-in of people by OpenID. Without ``CLIENT_ID`` they sign in by one-time links only."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_OIDC_")

    issuer: OutsideUrl | None = None
    """As the provider's discovery document names it."""
    client_id: str | None = None
    """As the provider registered Cordon."""
    client_secret: SecretStr | None = None
    """Without it the client is public; PKCE protects both kinds."""
    scopes: str = "openid profile email"
    """What is asked of the provider, separated by spaces."""
    role_claim: str = "roles"
    """The claim that names roles or groups; steps into objects by dots, such as ``realm_access.roles``."""
    roles: str = "agent=agent,supervisor=supervisor,compliance=compliance,admin=admin"
    """What the claim's values mean here: ``dlp-admins=admin,team-leads=supervisor``. Without one nobody enters."""
    agent_claim: str = "sub"
    """The claim that holds the id under which messages name the agent."""
    queues_claim: str | None = None
    """The claim that lists the queues of a supervisor; without it supervisors see all."""
    timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    """For one request to the provider."""

    @field_validator("roles")
    @classmethod
    def _roles_can_be_read(cls, value: str) -> str:
        if not set(parse_roles(value).values()) <= set(ROLES):
            raise ValueError(f"gives a role that there is not; there are {', '.join(ROLES)}")
        return value

    @model_validator(mode="after")
    def _issuer_is_named(self) -> "OidcSignInSettings":
        if self.client_id is not None and self.issuer is None:
            raise ValueError("CORDON_OIDC_ISSUER has to be set beside CORDON_OIDC_CLIENT_ID")
        return self

    @property
    def roles_by_value(self) -> dict[str, str]:
        """The roles, read."""
        return parse_roles(self.roles)


def parse_roles(text: str) -> dict[str, str]:
    """``group=role,...`` as a mapping."""
    pairs = (pair.partition("=") for pair in text.split(",") if pair.strip())
    return {value.strip(): role.strip() for value, _, role in pairs}
