"""Bearer tokens of an OpenID provider, as an alternative to API keys."""

from typing import ClassVar

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from streams.settings.base import OutsideUrl, SettingsGroup


class OidcBearerSettings(SettingsGroup):
    """``CORDON_OIDC_...``: bearer tokens of programs by OpenID. They are taken where ``AUDIENCE`` is set."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_OIDC_")

    issuer: OutsideUrl | None = None
    """As the provider's discovery document names it."""
    audience: str | None = None
    """What a token's ``aud`` has to name: this gateway. Without it only API keys are known."""
    scope_claim: str = "scope"
    """The claim that holds the scopes, as a list or separated by spaces; steps into objects by dots."""
    scope_prefix: str = ""
    """What stands before Cordon's scopes there, such as ``cordon:`` for ``cordon:tokens:reveal``."""
    tenant_claim: str | None = None
    """The claim that names the caller's tenant; tokens without it are then not taken. Unset: ``default``."""
    timeout_seconds: float = Field(default=5.0, gt=0, le=60)
    """How long the provider may take to hand over its keys."""

    @model_validator(mode="after")
    def _issuer_is_named(self) -> "OidcBearerSettings":
        if self.audience is not None and self.issuer is None:
            raise ValueError("CORDON_OIDC_ISSUER has to be set beside CORDON_OIDC_AUDIENCE")
        return self
