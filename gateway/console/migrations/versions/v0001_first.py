"""The read model's first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "console_alerts",
        sa.Column("alert_id", sa.String(length=512), nullable=False),
        sa.Column("event_id", sa.String(length=512), nullable=True),
        sa.Column("conversation_id", sa.String(length=512), nullable=False),
        sa.Column("audience", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=512), nullable=True),
        sa.Column("queue_id", sa.String(length=512), nullable=True),
        sa.Column("rule", sa.String(length=512), nullable=False),
        sa.Column("severity", sa.String(length=64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("occurred_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("alert_id"),
    )
    op.create_index("console_alerts_by_conversation", "console_alerts", ["conversation_id"], unique=False)
    op.create_index("console_alerts_by_event", "console_alerts", ["event_id"], unique=False)
    op.create_index("console_alerts_by_time", "console_alerts", ["occurred_ms"], unique=False)
    op.create_table(
        "console_audit",
        sa.Column("audit_id", sa.String(length=512), nullable=False),
        sa.Column("chain", sa.String(length=512), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=512), nullable=False),
        sa.Column("action", sa.String(length=512), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=512), nullable=True),
        sa.Column("occurred_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("audit_id"),
    )
    op.create_index("console_audit_by_action", "console_audit", ["action", "occurred_ms"], unique=False)
    op.create_index("console_audit_by_conversation", "console_audit", ["conversation_id"], unique=False)
    op.create_index("console_audit_by_time", "console_audit", ["occurred_ms"], unique=False)
    op.create_table(
        "console_conversations",
        sa.Column("conversation_id", sa.String(length=512), nullable=False),
        sa.Column("queue_id", sa.String(length=512), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id"),
    )
    op.create_index("console_conversations_by_queue", "console_conversations", ["queue_id"], unique=False)
    op.create_table(
        "console_dead_letters",
        sa.Column("partition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("offset", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("put_aside_ms", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False, comment="Of the sealed value"),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("topic", sa.String(length=512), nullable=False),
        sa.Column("origin_partition", sa.Integer(), nullable=False),
        sa.Column("origin_offset", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.String(length=512), nullable=True),
        sa.Column("resolution", sa.String(length=64), nullable=True, comment="replayed or dropped"),
        sa.PrimaryKeyConstraint("partition", "offset"),
    )
    op.create_index("console_dead_letters_by_time", "console_dead_letters", ["put_aside_ms"], unique=False)
    op.create_table(
        "console_links",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=512), nullable=True),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("secret_hash"),
    )
    op.create_table(
        "console_places",
        sa.Column("topic", sa.String(length=512), nullable=False),
        sa.Column("partition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next_offset", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "partition"),
    )
    op.create_table(
        "console_policies",
        sa.Column("version", sa.String(length=128), nullable=False),
        sa.Column("first_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=True, comment="Null for a policy that only its violations tell of"),
        sa.Column(
            "actions", sa.Text(), nullable=True, comment="JSON: rule to severity and action, as the gateway loaded it"
        ),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "console_receipts",
        sa.Column("receipt_id", sa.String(length=512), nullable=False),
        sa.Column("event_id", sa.String(length=512), nullable=False),
        sa.Column("conversation_id", sa.String(length=512), nullable=False),
        sa.Column("direction", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=512), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("occurred_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("receipt_id"),
    )
    op.create_index("console_receipts_by_conversation", "console_receipts", ["conversation_id"], unique=False)
    op.create_index("console_receipts_by_event", "console_receipts", ["event_id"], unique=False)
    op.create_index("console_receipts_by_time", "console_receipts", ["occurred_ms"], unique=False)
    op.create_table(
        "console_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=512), nullable=False),
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=512), nullable=True),
        sa.Column("queues", sa.Text(), nullable=True, comment="JSON list; null for all"),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_table(
        "console_traffic",
        sa.Column("hour_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=512), nullable=False),
        sa.Column("direction", sa.String(length=64), nullable=False),
        sa.Column("messages", sa.BigInteger(), nullable=False, comment="Forwarded in that hour"),
        sa.Column("redacted", sa.BigInteger(), nullable=False, comment="Of these, with a value taken out"),
        sa.PrimaryKeyConstraint("hour_ms", "channel", "direction"),
    )
    op.create_table(
        "console_violations",
        sa.Column("violation_id", sa.String(length=512), nullable=False),
        sa.Column("event_id", sa.String(length=512), nullable=False),
        sa.Column("conversation_id", sa.String(length=512), nullable=False),
        sa.Column("rule", sa.String(length=512), nullable=False),
        sa.Column("entity", sa.String(length=128), nullable=False),
        sa.Column("severity", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("direction", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=512), nullable=False),
        sa.Column("agent_id", sa.String(length=512), nullable=True),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("policy_version", sa.String(length=128), nullable=False),
        sa.Column("match_count", sa.Integer(), nullable=False),
        sa.Column("masked_preview", sa.Text(), nullable=False, comment="At most the last four of a card"),
        sa.Column("occurred_ms", sa.BigInteger(), nullable=False),
        sa.Column("detected_ms", sa.BigInteger(), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False, comment="Its place in dlp.violations"),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("matches", sa.Text(), nullable=False, comment="JSON: part, span, score, preview of each match"),
        sa.PrimaryKeyConstraint("violation_id"),
    )
    op.create_index(
        "console_violations_by_agent", "console_violations", ["agent_id", "rule", "detected_ms"], unique=False
    )
    op.create_index("console_violations_by_conversation", "console_violations", ["conversation_id"], unique=False)
    op.create_index("console_violations_by_event", "console_violations", ["event_id"], unique=False)
    op.create_index("console_violations_by_rule", "console_violations", ["rule", "detected_ms"], unique=False)
    op.create_index("console_violations_by_time", "console_violations", ["detected_ms"], unique=False)
