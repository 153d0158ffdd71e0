"""The read model: what the topics told, in a form that can be asked. No column holds a value that was protected."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

metadata: Final = MetaData()

Milliseconds: Final = BigInteger
"""Since the epoch."""
_ID: Final = String(512)
_WORD: Final = String(64)

violations: Final = Table(
    "console_violations",
    metadata,
    Column("violation_id", _ID, primary_key=True),
    Column("event_id", _ID, nullable=False),
    Column("conversation_id", _ID, nullable=False),
    Column("rule", _ID, nullable=False),
    Column("entity", String(128), nullable=False),
    Column("severity", _WORD, nullable=False),
    Column("action", _WORD, nullable=False),
    Column("direction", _WORD, nullable=False),
    Column("channel", _ID, nullable=False),
    Column("agent_id", _ID, nullable=True),
    Column("stage", _WORD, nullable=False),
    Column("policy_version", String(128), nullable=False),
    Column("match_count", Integer, nullable=False),
    Column("masked_preview", Text, nullable=False, comment="At most the last four of a card"),
    Column("occurred_ms", Milliseconds, nullable=False),
    Column("detected_ms", Milliseconds, nullable=False),
    Column("partition", Integer, nullable=False, comment="Its place in dlp.violations"),
    Column("offset", BigInteger, nullable=False),
    Column("matches", Text, nullable=False, comment="JSON: part, span, score, preview of each match"),
    Index("console_violations_by_time", "detected_ms"),
    Index("console_violations_by_rule", "rule", "detected_ms"),
    Index("console_violations_by_agent", "agent_id", "rule", "detected_ms"),
    Index("console_violations_by_conversation", "conversation_id"),
    Index("console_violations_by_event", "event_id"),
)

alerts: Final = Table(
    "console_alerts",
    metadata,
    Column("alert_id", _ID, primary_key=True),
    Column("event_id", _ID, nullable=True),
    Column("conversation_id", _ID, nullable=False),
    Column("audience", _WORD, nullable=False),
    Column("agent_id", _ID, nullable=True),
    Column("queue_id", _ID, nullable=True),
    Column("rule", _ID, nullable=False),
    Column("severity", _WORD, nullable=False),
    Column("message", Text, nullable=False),
    Column("occurred_ms", Milliseconds, nullable=False),
    Index("console_alerts_by_time", "occurred_ms"),
    Index("console_alerts_by_event", "event_id"),
    Index("console_alerts_by_conversation", "conversation_id"),
)

receipts: Final = Table(
    "console_receipts",
    metadata,
    Column("receipt_id", _ID, primary_key=True),
    Column("event_id", _ID, nullable=False),
    Column("conversation_id", _ID, nullable=False),
    Column("direction", _WORD, nullable=False),
    Column("channel", _ID, nullable=False),
    Column("status", _WORD, nullable=False),
    Column("external_id", Text, nullable=True),
    Column("reason_code", Text, nullable=True),
    Column("occurred_ms", Milliseconds, nullable=False),
    Index("console_receipts_by_time", "occurred_ms"),
    Index("console_receipts_by_event", "event_id"),
    Index("console_receipts_by_conversation", "conversation_id"),
)

audit: Final = Table(
    "console_audit",
    metadata,
    Column("audit_id", _ID, primary_key=True),
    Column("chain", _ID, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("actor", _ID, nullable=False),
    Column("action", _ID, nullable=False),
    Column("subject", Text, nullable=False),
    Column("purpose", Text, nullable=True),
    Column("reason", Text, nullable=True),
    Column("outcome", _WORD, nullable=False),
    Column("conversation_id", _ID, nullable=True),
    Column("occurred_ms", Milliseconds, nullable=False),
    Index("console_audit_by_time", "occurred_ms"),
    Index("console_audit_by_action", "action", "occurred_ms"),
    Index("console_audit_by_conversation", "conversation_id"),
)

dead_letters: Final = Table(
    "console_dead_letters",
    metadata,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("offset", BigInteger, primary_key=True, autoincrement=False),
    Column("put_aside_ms", Milliseconds, nullable=False),
    Column("bytes", Integer, nullable=False, comment="Of the sealed value"),
    Column("stage", _WORD, nullable=False),
    Column("reason", _WORD, nullable=False),
    Column("detail", Text, nullable=True),
    Column("topic", _ID, nullable=False),
    Column("origin_partition", Integer, nullable=False),
    Column("origin_offset", BigInteger, nullable=False),
    Column("event_id", _ID, nullable=True),
    Column("resolution", _WORD, nullable=True, comment="replayed or dropped"),
    Index("console_dead_letters_by_time", "put_aside_ms"),
)

conversations: Final = Table(
    "console_conversations",
    metadata,
    Column("conversation_id", _ID, primary_key=True),
    Column("queue_id", _ID, nullable=False),
    Column("seen_ms", Milliseconds, nullable=False),
    Index("console_conversations_by_queue", "queue_id"),
)

traffic: Final = Table(
    "console_traffic",
    metadata,
    Column("hour_ms", Milliseconds, primary_key=True, autoincrement=False),
    Column("channel", _ID, primary_key=True),
    Column("direction", _WORD, primary_key=True),
    Column("messages", BigInteger, nullable=False, comment="Forwarded in that hour"),
    Column("redacted", BigInteger, nullable=False, comment="Of these, with a value taken out"),
)

policies: Final = Table(
    "console_policies",
    metadata,
    Column("version", String(128), primary_key=True),
    Column("first_ms", Milliseconds, nullable=False),
    Column("last_ms", Milliseconds, nullable=False),
    Column("rules", Integer, nullable=True, comment="Null for a policy that only its violations tell of"),
    Column("actions", Text, nullable=True, comment="JSON: rule to severity and action, as the gateway loaded it"),
)

places: Final = Table(
    "console_places",
    metadata,
    Column("topic", _ID, primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("next_offset", BigInteger, nullable=False),
)

sessions: Final = Table(
    "console_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("actor", _ID, nullable=False),
    Column("name", _ID, nullable=False),
    Column("role", _WORD, nullable=False),
    Column("agent_id", _ID, nullable=True),
    Column("queues", Text, nullable=True, comment="JSON list; null for all"),
    Column("expires_ms", Milliseconds, nullable=False),
)

links: Final = Table(
    "console_links",
    metadata,
    Column("secret_hash", String(64), primary_key=True),
    Column("name", _ID, nullable=False),
    Column("role", _WORD, nullable=False),
    Column("agent_id", _ID, nullable=True),
    Column("expires_ms", Milliseconds, nullable=False),
)
