"""Examples of the OpenAPI document. Every value in them is a test value that names nobody."""

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Example:
    """A request and its answer."""

    request: Any = None
    response: Any = None


_WHATSAPP: Final = {
    "object": "whatsapp_business_account",
    "entry": [
        {
            "id": "102290129340398",
            "changes": [
                {
                    "field": "messages",
                    "value": {
                        "messaging_product": "whatsapp",
                        "metadata": {"display_phone_number": "15550100000", "phone_number_id": "106540352242922"},
                        "contacts": [{"profile": {"name": "Maria"}, "wa_id": "15550100001"}],
                        "messages": [
                            {
                                "from": "15550100001",
                                "id": "wamid.HBgL",
                                "timestamp": "1749416383",
                                "type": "text",
                                "text": {"body": "Hello, where is my order?"},
                            }
                        ],
                    },
                }
            ],
        }
    ],
}
_GENESYS: Final = {
    "id": "c3273d4e5f6a7b8c",
    "channel": {
        "id": "5f2c1d9a-7c4e-4d1b-9a51-2f6f3c0d7e11",
        "messageId": "c3273d4e5f6a7b8c",
        "platform": "Open",
        "type": "Private",
        "to": {"id": "15550100001", "idType": "Opaque"},
        "from": {"nickname": "Support", "id": "5f2c1d9a-7c4e-4d1b-9a51-2f6f3c0d7e11", "idType": "Opaque"},
        "time": "2026-02-01T15:04:05.123Z",
    },
    "conversationId": "7a1f0f3e-5c5a-4c7e-8f2e-3b7f0a4c9d11",
    "direction": "Outbound",
    "originatingEntity": "Human",
    "type": "Text",
    "text": "It is on its way.",
    "content": [],
}
EXAMPLES: Final[dict[tuple[str, str], Example]] = {
    ("post", "/dlp/scan"): Example(
        {
            "message_text": "My card is 4111 1111 1111 1111",
            "conversation_id": "chat-17",
            "direction": "INBOUND",
        },
        {
            "is_clean": False,
            "redacted_text": "My card is [CREDIT CARD REDACTED]",
            "violations": [
                {
                    "rule": "CreditCard",
                    "severity": "CRITICAL",
                    "matchCount": 1,
                    "conversationId": "chat-17",
                    "direction": "INBOUND",
                    "agentId": None,
                }
            ],
        },
    ),
    ("post", "/v1/messages"): Example(
        {
            "event_id": "sms-2041",
            "conversation_id": "sms-15550100001",
            "direction": "INBOUND",
            "channel": "sms",
            "sender": "+15550100001",
            "text": "Hello, where is my order?",
        },
        {"event_id": "sms-2041"},
    ),
    ("post", "/webhooks/whatsapp"): Example(_WHATSAPP),
    ("post", "/webhooks/genesys"): Example(_GENESYS),
    ("post", "/v1/captures"): Example(
        {"conversation_id": "chat-17", "fields": ["payment_card", "card_expiry"], "ttl_seconds": 600}
    ),
    ("post", "/data-actions/validate"): Example({"type": "payment_card", "value": "4111 1111 1111 1111"}),
}
