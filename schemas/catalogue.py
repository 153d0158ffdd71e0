"""The contracts as documents: JSON Schema 2020-12 for each record, AsyncAPI 3.0 for the topics.

Sources: the JSON Schema draft 2020-12 and the AsyncAPI 3.0.0 specification.
"""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Literal

from schemas.alert import Alert
from schemas.audit import AuditRecord
from schemas.message import ForwardMessage, MessageEvent
from schemas.receipt import Receipt
from schemas.record import VersionedRecord
from schemas.review import ReviewRequest
from schemas.violation import Violation

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Role = Literal["send", "receive"]
"""What a program outside Cordon does: ``send`` for what it may publish, ``receive`` for what it may consume."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A topic and the record it carries."""

    topic: str
    record: type[VersionedRecord]
    summary: str
    outside: Role | None
    """None where only Cordon itself reads and writes."""


CHANNELS = (
    Channel("messages.inbound", MessageEvent, "What customers write, before it is inspected.", "send"),
    Channel("messages.outbound", MessageEvent, "What agents and bots write, before it is inspected.", "send"),
    Channel("messages.forward", ForwardMessage, "Cleaned messages, both directions.", "receive"),
    Channel("messages.receipts", Receipt, "Delivery state of forwarded messages.", "receive"),
    Channel("dlp.review", ReviewRequest, "Text as forwarded, for the asynchronous stage; values are sealed.", None),
    Channel("dlp.violations", Violation, "Every rule that found something. Never a raw value.", "receive"),
    Channel("dlp.alerts", Alert, "Coaching for agents and alerts for supervisors.", "receive"),
    Channel("dlp.audit", AuditRecord, "Who did what with sensitive data, hash-chained.", "receive"),
)


def json_schemas() -> dict[str, dict[str, Any]]:
    """One self-contained document for each record, by the record's name."""
    return {record.__name__: _document(record) for record in dict.fromkeys(channel.record for channel in CHANNELS)}


def asyncapi() -> dict[str, Any]:
    """Describe every topic that carries JSON. Topic names stand without the deployment's prefix."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Cordon",
            "version": version("cordon"),
            "description": "Data loss prevention for contact-centre messaging: the Kafka contract.",
        },
        "defaultContentType": "application/json",
        "channels": {channel.topic: _channel(channel) for channel in CHANNELS},
        "operations": {
            f"{channel.outside}:{channel.topic}": _operation(channel, channel.outside)
            for channel in CHANNELS
            if channel.outside
        },
        "components": {
            "messages": {
                name: {
                    "name": name,
                    "payload": {"schemaFormat": f"application/schema+json;version={DIALECT}", "schema": document},
                }
                for name, document in json_schemas().items()
            }
        },
    }


def _document(record: type[VersionedRecord]) -> dict[str, Any]:
    """Programs outside write MessageEvent and read the rest, so defaults are optional only there."""
    mode: Literal["validation", "serialization"] = "validation" if record is MessageEvent else "serialization"
    return {"$schema": DIALECT, **record.model_json_schema(mode=mode)}


def _channel(channel: Channel) -> dict[str, Any]:
    name = channel.record.__name__
    return {
        "address": channel.topic,
        "summary": channel.summary,
        "description": "Keyed by conversation_id, so that a conversation stays in order.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
    }


def _operation(channel: Channel, role: Role) -> dict[str, Any]:
    return {
        "action": role,
        "channel": {"$ref": f"#/channels/{channel.topic}"},
        "messages": [{"$ref": f"#/channels/{channel.topic}/messages/{channel.record.__name__}"}],
    }
