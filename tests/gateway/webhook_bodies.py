"""Webhook bodies as WhatsApp and Genesys send them, and their signatures."""

import base64
import hashlib
import hmac
import json
from typing import Any

APP_SECRET = "meta-app-secret"
GENESYS_SECRET = "genesys-webhook-secret"
VERIFY_TOKEN = "agreed-token"
NUMBER_ID = "106540352242922"
CUSTOMER = "16505551234"


def whatsapp(*messages: dict[str, Any], statuses: list[dict[str, Any]] | None = None, **value: Any) -> dict[str, Any]:
    """One call with these messages and states."""
    whole = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550100000", "phone_number_id": NUMBER_ID},
        "contacts": [{"profile": {"name": "Maria"}, "wa_id": CUSTOMER}],
        "messages": list(messages),
        **value,
    }
    if statuses is not None:
        whole["statuses"] = statuses
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "waba", "changes": [{"field": "messages", "value": whole}]}],
    }


def said(kind: str, content: Any, *, message_id: str = "wamid.1", **more: Any) -> dict[str, Any]:
    """A customer's message of one kind."""
    return {"from": CUSTOMER, "id": message_id, "timestamp": "1749416383", "type": kind, kind: content, **more}


def agent_wrote(text: str = "", *, message_id: str = "c327", to: str = CUSTOMER, **more: Any) -> dict[str, Any]:
    """An agent's message as Genesys's webhook brings it."""
    return {
        "id": message_id,
        "channel": {
            "id": "integration",
            "messageId": message_id,
            "platform": "Open",
            "type": "Private",
            "to": {"id": to, "idType": "Opaque"},
            "from": {"nickName": "Support", "id": "integration", "idType": "Opaque"},
            "time": "2026-02-01T15:04:05.123Z",
        },
        "conversationId": "7a1f0f3e-5c5a-4c7e-8f2e-3b7f0a4c9d11",
        "direction": "Outbound",
        "originatingEntity": "Human",
        "type": "Text",
        "text": text,
        "content": [],
        **more,
    }


def by_meta(body: Any) -> tuple[bytes, dict[str, str]]:
    """Raw body and headers, as Meta signs: unicode escaped, digest in hex."""
    raw = json.dumps(body).encode()
    return raw, {"X-Hub-Signature-256": f"sha256={hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()}"}


def by_genesys(body: Any) -> tuple[bytes, dict[str, str]]:
    """Raw body and headers, as Genesys signs: digest in base64."""
    raw = json.dumps(body, ensure_ascii=False).encode()
    digest = hmac.new(GENESYS_SECRET.encode(), raw, hashlib.sha256).digest()
    return raw, {"X-Hub-Signature-256": f"sha256={base64.b64encode(digest).decode()}"}
