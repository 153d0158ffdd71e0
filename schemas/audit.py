"""Who did what with sensitive data, in a chain that shows tampering."""

from schemas.record import Identifier, Timestamp, VersionedRecord


class AuditRecord(VersionedRecord):
    """``dlp.audit``: one access. Each record carries the hash of the one before."""

    audit_id: Identifier
    """Unique: consumers drop what they have seen."""
    chain: Identifier
    """Which chain: one a writer."""
    sequence: int
    """Place in the chain, from 0 without gaps."""
    actor: Identifier
    """The API key's id, the OIDC subject, or the operating system's user of a command."""
    action: Identifier
    """``token.create``, ``token.reveal``, ``deadletter.open`` ..."""
    subject: str
    """What was accessed: a token, a dead letter's coordinates. Never a value."""
    purpose: str | None = None
    """What the access is for, as the caller states it."""
    reason: str | None = None
    """Why, in the words of the caller."""
    outcome: str = "allowed"
    """``allowed``, ``denied`` or ``failed``."""
    conversation_id: str | None = None
    """The conversation concerned, where there is one."""
    occurred_at: Timestamp
    """When it happened."""
    previous_hash: str
    """SHA-256 in hex of the record before; 64 zeros for the first."""
    hash: str
    """SHA-256 in hex over the previous hash and every other field."""
