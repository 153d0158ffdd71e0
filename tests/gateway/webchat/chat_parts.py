"""What a chat must not carry, and where it would show."""

import json
from typing import Any

from sandbox.webmessaging_state import WebMessaging
from tests.gateway.gateway_parts import Published

SSN = "536-22-8726"
CARD = "4539 1488 0343 6467"


def everything(genesys: WebMessaging) -> str:
    """All that ever reached the double, on any path."""
    transcripts = [session.transcript for session in genesys.sessions.values()]
    files = [content.decode("utf-8", "replace") for _, content in genesys.files.values()]
    return json.dumps([genesys.handshakes, genesys.received, transcripts, files])


def violations(published: Published) -> list[dict[str, Any]]:
    return [json.loads(value) for value in published.to("dlp.violations")]
