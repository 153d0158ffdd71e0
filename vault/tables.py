"""The vault's tables. Neither a value nor a part of one stands in clear in any column."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

metadata: Final = MetaData()


def _index_where_set(name: str, column: str) -> Index:
    """An index of a tenant's rows that have this column: the others cost no write."""
    is_set = text(f"{column} IS NOT NULL")
    return Index(name, "tenant", column, sqlite_where=is_set, postgresql_where=is_set)


data_keys: Final = Table(
    "vault_data_keys",
    metadata,
    Column("key_id", String(32), primary_key=True),
    Column("tenant", String(128), nullable=False),
    Column("period", String(16), nullable=False, comment="The month of its use, as 2026-11"),
    Column("generation", Integer, nullable=False, comment="Raised by a rotation within the period"),
    Column("provider", String(512), nullable=False, comment="Which key-encryption key wrapped it"),
    Column("wrapped", LargeBinary, nullable=True, comment="Null once destroyed"),
    Column("state", String(16), nullable=False, comment="active, retired or destroyed"),
    Column("created_at", Float, nullable=False),
    UniqueConstraint("tenant", "period", "generation"),
)

tokens: Final = Table(
    "vault_tokens",
    metadata,
    Column("token", String(512), primary_key=True, comment="Without layout"),
    Column("tenant", String(128), nullable=False),
    Column("entity", String(64), nullable=False),
    Column("format", String(32), nullable=False),
    Column("state", String(16), nullable=False, comment="active, disabled or erased"),
    Column("is_canary", Boolean, nullable=False, server_default=false(), comment="Nobody has a reason to resolve it"),
    Column("key_id", String(32), ForeignKey("vault_data_keys.key_id"), nullable=False),
    Column("sealed", LargeBinary, nullable=True, comment="Nonce and ciphertext; null once erased"),
    Column("fingerprint", LargeBinary, nullable=True, unique=True, comment="Keyed; null where it must not be found"),
    Column("conversation_id", String(512), nullable=True),
    Column("subject", LargeBinary, nullable=True, comment="Keyed hash of the data subject's id"),
    Column("created_at", Float, nullable=False),
    Column("created_by", String(512), nullable=False),
    Column("expires_at", Float, nullable=False),
    _index_where_set("vault_tokens_by_conversation", "conversation_id"),
    _index_where_set("vault_tokens_by_subject", "subject"),
    Index("vault_tokens_by_expiry", "state", "expires_at"),
)

audit: Final = Table(
    "vault_audit",
    metadata,
    Column("chain", String(64), primary_key=True),
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("record", Text, nullable=False, comment="The record as JSON, as it goes to the topic"),
)

audit_heads: Final = Table(
    "vault_audit_heads",
    metadata,
    Column("chain", String(64), primary_key=True),
    Column("sequence", BigInteger, nullable=False, comment="Of the last record; -1 for none"),
    Column("hash", String(64), nullable=False),
    Column("seal", LargeBinary, nullable=False, comment="MAC over chain, sequence and hash: the end cannot be cut off"),
    Column("relayed", BigInteger, nullable=False, comment="Last sequence that the topic acknowledged; -1 for none"),
)

approvals: Final = Table(
    "vault_approvals",
    metadata,
    Column("approval_id", String(64), primary_key=True),
    Column("tenant", String(128), nullable=False),
    Column("token", String(512), nullable=False),
    Column("requested_by", String(512), nullable=False),
    Column("approved_by", String(512), nullable=True),
    Column("reason", Text, nullable=False),
    Column("state", String(16), nullable=False, comment="pending, approved or used"),
    Column("expires_at", Float, nullable=False),
    Index("vault_approvals_by_token", "token", "requested_by"),
)

captures: Final = Table(
    "vault_captures",
    metadata,
    Column("capture_id", String(64), primary_key=True),
    Column("tenant", String(128), nullable=False),
    Column("secret_hash", LargeBinary, nullable=False, comment="SHA-256 of the link's secret"),
    Column("flow_token_hash", LargeBinary, nullable=True, unique=True),
    Column("conversation_id", String(512), nullable=False),
    Column("fields", Text, nullable=False, comment="JSON list of entities"),
    Column("language", String(8), nullable=False),
    Column("recipient", String(256), nullable=True, comment="For whom it is collected, as the page shows it"),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("progress", Text, nullable=False, comment="JSON: field to typing or valid"),
    Column("private_key", LargeBinary, nullable=True, comment="Sealed; null once used"),
    Column("results", Text, nullable=True, comment="JSON: field to token and verdict"),
    Column("created_by", String(512), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("agent_id", String(512), nullable=True, comment="Who is told of its progress"),
    Column("claimed_at", Float, nullable=True, comment="When its submission began"),
    Column("tell_at", Float, nullable=True, comment="When to tell of its end next; null once told"),
    Column("tell_attempts", Integer, nullable=False, server_default="0"),
    Column("note_to", LargeBinary, nullable=True, comment="Sealed: whose conversation gets a note; null once it has"),
    Index("vault_captures_by_conversation", "tenant", "conversation_id"),
    Index("vault_captures_by_news", "tell_at"),
    Index("vault_captures_by_expiry", "state", "expires_at"),
)
