"""The doubles of the outside systems that the demo runs: how each is set, and how to read what it received."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx

from sandbox.genesys_state import GenesysOptions
from sandbox.splunk import DEFAULT_TOKEN
from sandbox.webmessaging_state import WebMessagingOptions
from sandbox.whatsapp_state import WhatsAppOptions
from schemas import Direction

HEALTH: Final = "/_sandbox/health"
Reading = tuple[str, float, str | None]
"""Event id, epoch seconds of its arrival, and the rule where it is a violation."""


@dataclass(frozen=True, slots=True)
class Double:
    """One outside system's double."""

    name: str
    """As in ``cordon sandbox NAME``."""
    title: str
    """What it stands for."""
    settings: Callable[[str], dict[str, str]]
    """From its address to Cordon's settings."""
    read: Callable[[dict[str, Any]], Reading | None]
    """From one received thing to what it says about a message; None where it says nothing."""
    delivers: frozenset[Direction] = frozenset()
    """The directions whose messages it receives; none for a SIEM."""
    calls: str | None = None
    """Which of the gateway's webhooks it calls; None for one that only receives."""
    health: str = HEALTH

    @property
    def is_siem(self) -> bool:
        """Whether it receives reports rather than messages."""
        return not self.delivers

    def takes(self, direction: Direction) -> bool:
        """Whether messages of that direction end there."""
        return direction in self.delivers

    def received(self, url: str) -> Iterator[Reading]:
        """Everything that it has received so far."""
        answer = httpx.get(f"{url}/_sandbox/received", timeout=5)
        for thing in answer.raise_for_status().json():
            if (reading := self.read(thing)) is not None:
                yield reading


def _message(thing: dict[str, Any]) -> Reading | None:
    return (thing["message_id"], thing["received_at"], None) if thing["kind"] == "message" else None


def _violation(thing: dict[str, Any]) -> Reading | None:
    event = thing["event"]
    return (event["event_id"], thing["received_at"], event["rule"]) if "violation_id" in event else None


def _genesys(url: str) -> dict[str, str]:
    options = GenesysOptions()
    return {
        "CORDON_GENESYS_API_URL": url,
        "CORDON_GENESYS_LOGIN_URL": url,
        "CORDON_GENESYS_CLIENT_ID": options.client_id,
        "CORDON_GENESYS_CLIENT_SECRET": options.client_secret,
        "CORDON_GENESYS_INTEGRATION_ID": options.integration_id,
        "CORDON_GENESYS_WEBHOOK_SECRET": options.webhook_secret,
    }


def _whatsapp(url: str) -> dict[str, str]:
    options = WhatsAppOptions()
    return {
        "CORDON_WHATSAPP_API_URL": f"{url}/v23.0",
        "CORDON_WHATSAPP_PHONE_NUMBER_ID": options.phone_number_id,
        "CORDON_WHATSAPP_ACCESS_TOKEN": options.access_token,
        "CORDON_WHATSAPP_APP_SECRET": options.app_secret,
        "CORDON_WHATSAPP_VERIFY_TOKEN": "cordon-sandbox-verify-token",
    }


def _splunk(url: str) -> dict[str, str]:
    return {"CORDON_SPLUNK_URL": url, "CORDON_SPLUNK_TOKEN": DEFAULT_TOKEN}


def web_chat(url: str) -> dict[str, str]:
    """Cordon's settings for the double of Web Messaging, which the script does not play: a person chats with it."""
    return {
        "CORDON_WEBMESSAGING_URL": url.replace("http", "ws", 1),
        "CORDON_WEBMESSAGING_API_URL": url,
        "CORDON_WEBMESSAGING_DEPLOYMENT_ID": WebMessagingOptions().deployment_id,
    }


GENESYS = Double("genesys", "Genesys", _genesys, _message, frozenset({Direction.INBOUND}), calls="genesys")
WHATSAPP = Double("whatsapp", "WhatsApp", _whatsapp, _message, frozenset({Direction.OUTBOUND}), calls="whatsapp")
SPLUNK = Double("splunk", "Splunk", _splunk, _violation)
DOUBLES: Final = (GENESYS, WHATSAPP, SPLUNK)
