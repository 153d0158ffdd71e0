"""Captures tell of their ends until somebody has heard: whom, when to try next, and when a claim was made."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns. Captures that ended before are not told of."""
    for column in (
        sa.Column("agent_id", sa.String(length=512), nullable=True, comment="Who is told of its progress"),
        sa.Column("claimed_at", sa.Float(), nullable=True, comment="When its submission began"),
        sa.Column("tell_at", sa.Float(), nullable=True, comment="When to tell of its end next; null once told"),
        sa.Column("tell_attempts", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("vault_captures", column)
    op.create_index("vault_captures_by_news", "vault_captures", ["tell_at"], unique=False)
    op.create_index("vault_captures_by_expiry", "vault_captures", ["state", "expires_at"], unique=False)
