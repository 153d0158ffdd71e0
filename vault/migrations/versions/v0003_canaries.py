"""Canaries: tokens that nobody has a reason to resolve."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the mark."""
    comment = "Nobody has a reason to resolve it"
    op.add_column(
        "vault_tokens",
        sa.Column("is_canary", sa.Boolean(), nullable=False, server_default=sa.false(), comment=comment),
    )
