"""Frames of Genesys's guest protocol as Genesys sends them, and what it refuses of a guest's.

Written from Genesys's published guest SDKs (MIT) and the limits on developer.genesys.cloud.
"""

import time
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from schemas.record import rfc3339

MAX_TEXT_BYTES: Final = 4096
MAX_ATTRIBUTE_BYTES: Final = 2048
MAX_FILE_BYTES: Final = 10 * 1024 * 1024
MAX_NAME_BYTES: Final = 1024
BLOCKED_EXTENSIONS: Final = (".exe", ".bat", ".js", ".msi")
SESSION_SECONDS: Final = 259_200
ACTIONS: Final = frozenset(
    {
        "configureSession",
        "configureAuthenticatedSession",
        "onMessage",
        "echo",
        "getJwt",
        "getConfiguration",
        "onAttachment",
        "getAttachment",
        "deleteAttachment",
        "closeSession",
    }
)


def now() -> str:
    """The time as ``channel.time`` has it."""
    return rfc3339(datetime.now(UTC))


def frame(kind: str, name: str, body: Any, *, code: int = 200, tracing_id: str | None = None) -> dict[str, Any]:
    """An envelope."""
    made = {"type": kind, "class": name, "code": code, "body": body}
    return made if tracing_id is None else {**made, "tracingId": tracing_id}


def error(code: int, words: str, tracing_id: str | None = None) -> dict[str, Any]:
    """A refusal of one frame."""
    return frame("response", "string", words, code=code, tracing_id=tracing_id)


def session_response(
    *, is_new: bool, tracing_id: str | None, seconds: float, is_connected: bool = True, is_read_only: bool = False
) -> dict[str, Any]:
    """The answer to ``configureSession``."""
    body = {
        "connected": is_connected,
        "newSession": is_new,
        "readOnly": is_read_only,
        "maxCustomDataBytes": MAX_ATTRIBUTE_BYTES,
        "allowedMedia": {"inbound": {"fileTypes": [{"type": "*/*"}], "maxFileSizeKB": MAX_FILE_BYTES // 1024}},
        "blockedExtensions": list(BLOCKED_EXTENSIONS),
        "durationSeconds": int(seconds),
        "expirationDate": int(time.time() + seconds),
    }
    return frame("response", "SessionResponse", body, tracing_id=tracing_id)


def echo_of(message: dict[str, Any]) -> dict[str, Any]:
    """A guest's message as the conversation keeps it."""
    channel = {"time": now(), "messageId": message.get("metadata", {}).get("id") or str(uuid4())}
    body = {
        "id": uuid4().hex,
        "type": message.get("type", "Text"),
        "direction": "Inbound",
        "channel": channel,
        "metadata": {"correlationId": str(uuid4())},
    }
    return {**body, **{key: message[key] for key in ("text", "content", "events") if key in message}}


def said(given: dict[str, Any], *, by: str = "Human", nickname: str = "Ana") -> dict[str, Any]:
    """What an agent or a bot says, as the guest's page gets it."""
    channel = {"time": now(), "messageId": str(uuid4()), "type": "Private", "from": {"nickname": nickname}, "to": {}}
    body = {
        "id": uuid4().hex,
        "type": "Text",
        "direction": "Outbound",
        "originatingEntity": by,
        "channel": channel,
        "content": [],
    }
    return {**body, **given}


def event(kind: str, **what: Any) -> dict[str, Any]:
    """Typing, or presence, from the contact centre."""
    return {"type": "Event", "events": [{"eventType": kind, kind.lower(): what}]}


def refusal_of_message(message: Any, whole: dict[str, Any]) -> tuple[int, str] | None:
    """Why Genesys refuses a message; None when it takes it."""
    if not isinstance(message, dict):
        return 4020, "missing parameter"
    text = message.get("text", "")
    if not isinstance(text, str) or (not text and not message.get("content") and not message.get("events")):
        return 4020, "missing parameter"
    if len(text.encode()) > MAX_TEXT_BYTES:
        return 4011, "message too long"
    attributes = attributes_of(message) | attributes_of(whole)
    if sum(len(f"{key}{value}".encode()) for key, value in attributes.items()) > MAX_ATTRIBUTE_BYTES:
        return 4013, "custom attributes too large"
    return None


def attributes_of(holder: dict[str, Any]) -> dict[str, Any]:
    """Custom attributes, which stand in a message's channel or in one beside it."""
    found = ((holder.get("channel") or {}).get("metadata") or {}).get("customAttributes")
    return found if isinstance(found, dict) else {}


def refusal_of_file(given: dict[str, Any]) -> tuple[int, str] | None:
    """Why Genesys refuses a file; None when it takes it."""
    name, size = given.get("fileName"), given.get("fileSize")
    if not given.get("attachmentId") or not isinstance(name, str) or not isinstance(size, int):
        return 4020, "missing parameter"
    if len(name.encode()) >= MAX_NAME_BYTES:
        return 4005, "file name too long"
    if not name.strip() or any(mark in name for mark in '\\/{}^%`]">[~<#|'):
        return 4004, "file name not allowed"
    if name.lower().endswith(BLOCKED_EXTENSIONS):
        return 4001, "file type not allowed"
    if size > MAX_FILE_BYTES:
        return 4002, "file too large"
    return (4102, "file is empty") if size <= 0 else None
