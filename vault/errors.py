"""What can go wrong in the vault, and what it means for the caller.

VaultError
  VaultUnavailable   the world is wrong: the database or the key provider is away; try again, or redact
  AuditBroken        the chain was touched: nothing goes on until an operator has looked
  RefusedValue       the request is wrong: an entity that is never kept, a value of the wrong shape
  TokenRefused       the token is not given: unknown, gone, disabled, or policy says no

No error quotes a value, a statement or a parameter.
"""

from enum import StrEnum


class VaultError(Exception):
    """Base of what the vault raises."""


class VaultUnavailable(VaultError):
    """The database or the key provider did not answer. Nothing was stored, nothing was revealed."""


class AuditBroken(VaultError):
    """The head of the audit chain does not carry our seal. Going on would hide what was done to it."""


class RefusedValue(VaultError):
    """This entity is never kept, or this value does not fit. The message names the entity or the rule only."""


class Refusal(StrEnum):
    """Why a token was not given."""

    UNKNOWN = "unknown"
    """No such token, or another tenant's: the two look the same."""
    GONE = "gone"
    """Expired or erased: the value no longer exists."""
    DISABLED = "disabled"
    """Stopped for the time being."""
    DENIED = "denied"
    """Policy does not allow this view to this caller."""
    RATE_LIMITED = "rate_limited"
    """The caller has revealed as many as it may within the hour."""
    APPROVAL_REQUIRED = "approval_required"
    """A second person has to approve first."""


class TokenRefused(VaultError):
    """One token was not given; ``refusal`` says why."""

    def __init__(self, refusal: Refusal, approval_id: str | None = None) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal
        self.approval_id = approval_id
