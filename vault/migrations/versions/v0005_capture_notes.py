"""Notes: the end of a capture stands in the conversation as a message."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the address."""
    comment = "Sealed: whose conversation gets a note; null once it has"
    op.add_column("vault_captures", sa.Column("note_to", sa.LargeBinary(), nullable=True, comment=comment))
