"""How the vault keeps values, and who may see them again."""

from typing import ClassVar, Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from streams.settings.base import OutsideUrl, SettingsGroup
from vault.policy import NEVER_KEPT
from vault.requests import DEFAULT_TENANT, TENANT_NAME


class VaultSettings(SettingsGroup):
    """``CORDON_VAULT_...``: the vault, its tokens and forms."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_VAULT_")

    tenant: str = Field(default=DEFAULT_TENANT, pattern=f"^{TENANT_NAME.pattern}$")
    """Whose messages these are: of ``tenant`` in the policy, and of the tokens and forms that come of them."""
    ttl_seconds: float = Field(default=30 * 86_400.0, gt=0)
    """Seconds for which a value is kept at most."""
    retention: str = ""
    """Shorter lives of single entities, in seconds: ``payment_card=86400,br_cpf=3600``."""
    reveal_per_hour: int = Field(default=1000, ge=0)
    """Values that one caller may see in plain within an hour."""
    four_eyes: str = ""
    """Entities whose plain view a second person has to approve, separated by commas."""
    token_format: Literal["opaque", "format_preserving"] = "opaque"  # noqa: S105  (a format's name)
    """How tokens in messages look: ``tok_<entity>_...``, or as long as the value and of the same characters."""
    timeout_seconds: float = Field(default=1.0, gt=0, le=30)
    """Seconds that a message waits for its tokens; after them its values are redacted."""
    kms_key_id: str | None = None
    """An AWS KMS key that wraps the data keys in place of the keyring. Needs the extra ``aws``."""
    kms_endpoint_url: OutsideUrl | None = None
    """Another address of the KMS, such as a VPC endpoint."""
    capture_base_url: OutsideUrl | None = None
    """Where customers reach the capture page, such as ``https://capture.example.com``; else where the caller did."""
    capture_ttl_seconds: float = Field(default=900.0, gt=0, le=86_400)
    """Seconds for which a capture link is open."""
    capture_note: bool = True
    """Whether a submitted form's tokens come into the conversation as a message, where the address is known."""
    capture_callback_url: OutsideUrl | None = None
    """Told, by a POST, when a capture was submitted or came to another end."""
    capture_callback_secret: SecretStr | None = None
    """Signs that POST: HMAC-SHA256 of ``X-Cordon-Timestamp``, a dot and the body, in ``X-Cordon-Signature``."""

    security_code_seconds: float = Field(default=300.0, ge=0, le=3600)
    """Seconds for which a captured card security code waits in memory for its single use; 0 refuses to collect them."""
    capture_offer: str = ""
    """Entities, separated by commas, for which a customer who wrote one in the chat is offered a secure form."""
    capture_language: Literal["en", "pt", "es", "fr"] = "en"
    """In which it is offered."""

    @model_validator(mode="after")
    def _offers_lead_somewhere(self) -> "VaultSettings":
        if self.offered_entities and self.capture_base_url is None:
            raise ValueError("CORDON_VAULT_CAPTURE_BASE_URL has to be set beside CORDON_VAULT_CAPTURE_OFFER")
        if refused := NEVER_KEPT & self.offered_entities:
            raise ValueError(f"CORDON_VAULT_CAPTURE_OFFER: {min(refused)} is never kept")
        return self

    @field_validator("retention")
    @classmethod
    def _retention_can_be_read(cls, value: str) -> str:
        try:
            parse_retention(value)
        except ValueError:
            raise ValueError("has to read entity=seconds, separated by commas") from None
        return value

    @property
    def retention_by_entity(self) -> dict[str, float]:
        """The shorter lives, read."""
        return parse_retention(self.retention)

    @property
    def four_eyes_entities(self) -> frozenset[str]:
        """The entities, read."""
        return _entities(self.four_eyes)

    @property
    def offered_entities(self) -> frozenset[str]:
        """The entities, read."""
        return _entities(self.capture_offer)


def _entities(text: str) -> frozenset[str]:
    return frozenset(entity.strip() for entity in text.split(",") if entity.strip())


def parse_retention(text: str) -> dict[str, float]:
    """``payment_card=86400,...`` as a mapping. Raises ValueError."""
    lives = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        entity, _, seconds = pair.partition("=")
        lives[entity.strip()] = float(seconds)
        if not lives[entity.strip()] > 0:
            raise ValueError
    return lives
