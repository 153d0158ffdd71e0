"""The vault's first schema: data keys, tokens, the audit chain, approvals, captures."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "vault_approvals",
        sa.Column("approval_id", sa.String(length=64), nullable=False),
        sa.Column("tenant", sa.String(length=128), nullable=False),
        sa.Column("token", sa.String(length=512), nullable=False),
        sa.Column("requested_by", sa.String(length=512), nullable=False),
        sa.Column("approved_by", sa.String(length=512), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False, comment="pending, approved or used"),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("approval_id"),
    )
    op.create_index("vault_approvals_by_token", "vault_approvals", ["token", "requested_by"], unique=False)
    op.create_table(
        "vault_audit",
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("record", sa.Text(), nullable=False, comment="The record as JSON, as it goes to the topic"),
        sa.PrimaryKeyConstraint("chain", "sequence"),
    )
    op.create_table(
        "vault_audit_heads",
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False, comment="Of the last record; -1 for none"),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column(
            "seal",
            sa.LargeBinary(),
            nullable=False,
            comment="MAC over chain, sequence and hash: the end cannot be cut off",
        ),
        sa.Column(
            "relayed", sa.BigInteger(), nullable=False, comment="Last sequence that the topic acknowledged; -1 for none"
        ),
        sa.PrimaryKeyConstraint("chain"),
    )
    op.create_table(
        "vault_captures",
        sa.Column("capture_id", sa.String(length=64), nullable=False),
        sa.Column("tenant", sa.String(length=128), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False, comment="SHA-256 of the link's secret"),
        sa.Column("flow_token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("conversation_id", sa.String(length=512), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False, comment="JSON list of entities"),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column(
            "recipient", sa.String(length=256), nullable=True, comment="For whom it is collected, as the page shows it"
        ),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False, comment="JSON: field to typing or valid"),
        sa.Column("private_key", sa.LargeBinary(), nullable=True, comment="Sealed; null once used"),
        sa.Column("results", sa.Text(), nullable=True, comment="JSON: field to token and verdict"),
        sa.Column("created_by", sa.String(length=512), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("capture_id"),
        sa.UniqueConstraint("flow_token_hash"),
    )
    op.create_index("vault_captures_by_conversation", "vault_captures", ["tenant", "conversation_id"], unique=False)
    op.create_table(
        "vault_data_keys",
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("tenant", sa.String(length=128), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False, comment="The month of its use, as 2026-11"),
        sa.Column("generation", sa.Integer(), nullable=False, comment="Raised by a rotation within the period"),
        sa.Column("provider", sa.String(length=512), nullable=False, comment="Which key-encryption key wrapped it"),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True, comment="Null once destroyed"),
        sa.Column("state", sa.String(length=16), nullable=False, comment="active, retired or destroyed"),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("key_id"),
        sa.UniqueConstraint("tenant", "period", "generation"),
    )
    op.create_table(
        "vault_tokens",
        sa.Column("token", sa.String(length=512), nullable=False, comment="Without layout"),
        sa.Column("tenant", sa.String(length=128), nullable=False),
        sa.Column("entity", sa.String(length=64), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False, comment="active, disabled or erased"),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True, comment="Nonce and ciphertext; null once erased"),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=True, comment="Keyed; null where it must not be found"),
        sa.Column("conversation_id", sa.String(length=512), nullable=True),
        sa.Column("subject", sa.LargeBinary(), nullable=True, comment="Keyed hash of the data subject's id"),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("created_by", sa.String(length=512), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_id"],
            ["vault_data_keys.key_id"],
        ),
        sa.PrimaryKeyConstraint("token"),
        sa.UniqueConstraint("fingerprint"),
    )
    op.create_index("vault_tokens_by_conversation", "vault_tokens", ["tenant", "conversation_id"], unique=False)
    op.create_index("vault_tokens_by_expiry", "vault_tokens", ["state", "expires_at"], unique=False)
    op.create_index("vault_tokens_by_key", "vault_tokens", ["key_id"], unique=False)
    op.create_index("vault_tokens_by_subject", "vault_tokens", ["tenant", "subject"], unique=False)


def downgrade() -> None:
    """Drop every table, and every value with them."""
    for table in (
        "vault_captures",
        "vault_approvals",
        "vault_audit_heads",
        "vault_audit",
        "vault_tokens",
        "vault_data_keys",
    ):
        op.drop_table(table)
