"""The whole loop as processes: a customer on WhatsApp, an agent in Genesys, and Cordon between them."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.broker import Broker
from sandbox.channel_world import ChannelWorld
from tests.detection.files.file_parts import pdf

pytestmark = pytest.mark.timeout(180)
CARD = "4539 1488 0343 6467"
SECONDS = 40


@pytest.fixture(scope="module")
def world(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChannelWorld]:
    with ChannelWorld(broker, tmp_path_factory.mktemp("channels")) as running:
        yield running


def until(read: Callable[[], list[Any]], count: int) -> list[Any]:
    """What is read, once there is as much of it."""
    deadline = time.monotonic() + SECONDS
    while len(found := read()) < count and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(found) >= count
    return found


def received(url: str, customer: str, kind: str = "message") -> list[dict[str, Any]]:
    everything = httpx.get(f"{url}/_sandbox/received").raise_for_status().json()
    return [one for one in everything if (one["kind"], one["customer"]) == (kind, customer)]


def customer_writes(world: ChannelWorld, customer: str, **given: Any) -> str:
    body = {"from": customer, "name": "Maria", **given}
    answer = httpx.post(f"{world.whatsapp_url}/_sandbox/customer-message", json=body)
    return str(answer.raise_for_status().json()["id"])


def agent_writes(world: ChannelWorld, customer: str, **given: Any) -> str:
    answer = httpx.post(f"{world.genesys_url}/_sandbox/agent-message", json={"to": customer, **given})
    return str(answer.raise_for_status().json()["id"])


def test_a_customers_messages_reach_the_agent_once_in_order_and_clean(world: ChannelWorld) -> None:
    customer = "15550100011"
    ids = [
        customer_writes(world, customer, text=text, copies=2)
        for text in ("Hello", f"my card is {CARD}", "that is all", "one more thing")
    ]

    until(lambda: received(world.genesys_url, customer), 4)
    time.sleep(0.5)  # for what should not come
    got = received(world.genesys_url, customer)

    assert [one["message_id"] for one in got] == ids
    assert got[1]["text"].splitlines() == [
        "my card is [CREDIT CARD REDACTED]",
        "[DLP ALERT] 1 sensitive data pattern(s) automatically redacted from customer message.",
    ]
    assert got[1]["body"]["channel"]["metadata"]["customAttributes"]["dlp.categories"] == "payment_card"


def test_an_agents_messages_reach_the_customer_clean_and_their_states_come_back(world: ChannelWorld) -> None:
    customer = "15550100012"
    customer_writes(world, customer, text="Hello")
    until(lambda: received(world.genesys_url, customer), 1)

    ids = [agent_writes(world, customer, text=text) for text in ("Hello Maria", f"I charge {CARD} then")]
    got = until(lambda: received(world.whatsapp_url, customer), 2)
    receipts = until(lambda: received(world.genesys_url, customer, "receipt"), 2)

    assert [one["message_id"] for one in got] == ids
    assert [one["text"] for one in got] == ["Hello Maria", "I charge [CREDIT CARD REDACTED] then"]
    assert [(one["message_id"], one["status"]) for one in receipts] == [(one, "Delivered") for one in ids]


def test_after_24_hours_the_agent_reads_why_and_it_is_tried_once(world: ChannelWorld) -> None:
    customer = "15550100013"

    sent = agent_writes(world, customer, text="Are you there?")
    (receipt,) = until(lambda: received(world.genesys_url, customer, "receipt"), 1)

    assert (receipt["message_id"], receipt["status"]) == (sent, "Failed")
    assert receipt["body"]["reasons"][0]["code"] == "MessageExpired"
    assert not received(world.whatsapp_url, customer)


def test_a_choice_comes_back_as_the_answer_to_its_question(world: ChannelWorld) -> None:
    customer = "15550100014"
    customer_writes(world, customer, text="Hello")
    choices = [
        {"contentType": "QuickReply", "quickReply": {"text": text, "payload": f"p-{text}", "action": "Message"}}
        for text in ("Yes", "No")
    ]
    asked = agent_writes(world, customer, type="Structured", text="Shall I call you?", content=choices)
    (question,) = until(lambda: received(world.whatsapp_url, customer), 1)
    until(lambda: received(world.genesys_url, customer, "receipt"), 1)  # by now the gateway knows both names

    reply = {"type": "button_reply", "button_reply": {"id": "p-Yes", "title": "Yes"}}
    answer = {"type": "interactive", "interactive": reply, "context": {"id": question["wamid"]}}
    customer_writes(world, customer, message=answer)
    got = until(lambda: received(world.genesys_url, customer), 2)

    assert got[1]["body"]["buttonResponse"] == {"type": "QuickReply", "text": "Yes", "payload": "p-Yes"}
    assert got[1]["body"]["originatingMessageId"] == asked


def test_a_clean_document_arrives_and_one_with_a_card_does_not(world: ChannelWorld) -> None:
    customer = "15550100015"
    for content in (pdf("the terms of your contract"), pdf("pay with", CARD)):
        headers = {"Content-Type": "application/pdf"}
        kept = httpx.post(f"{world.whatsapp_url}/_sandbox/file", content=content, headers=headers).json()["id"]
        document = {"id": kept, "mime_type": "application/pdf", "filename": "terms.pdf"}
        customer_writes(world, customer, message={"type": "document", "document": document})

    clean, withheld = until(lambda: received(world.genesys_url, customer), 2)

    def fetched() -> list[Any]:
        conversations = httpx.get(f"{world.genesys_url}/_sandbox/conversations").json()
        (messages,) = [one["messages"] for one in conversations if one["customer"] == customer]
        return [file for message in messages for file in message["files"] if "status" in file]

    (file,) = until(fetched, 1)
    assert (file["status"], file["filename"], file["mime"]) == (200, "terms.pdf", "application/pdf")
    assert clean["body"]["content"]
    assert "[Document withheld: 1 sensitive data pattern(s) found]" in withheld["text"]
    assert not withheld["body"].get("content")


def test_a_customer_who_types_is_shown_to_the_agent(world: ChannelWorld) -> None:
    customer = "chat-user-7"

    told = httpx.post(f"{world.gateway_url}/v1/typing", json={"sender": customer})
    (sign,) = until(lambda: received(world.genesys_url, customer, "event"), 1)

    assert (told.status_code, told.json()) == (202, {"is_passed_on": True})
    assert sign["body"]["events"] == [{"eventType": "Typing"}]


def test_no_card_number_stands_in_a_log(world: ChannelWorld) -> None:
    logs = {path.name: path.read_text(errors="replace") for path in Path(world.folder).glob("*.log")}

    assert {"worker.log", "gateway.log"} <= logs.keys()
    assert not [name for name, text in logs.items() if CARD in text or CARD.replace(" ", "") in text]


@pytest.mark.parametrize("side", ["genesys", "whatsapp"])
def test_each_double_shows_the_conversation_on_a_page(world: ChannelWorld, side: str) -> None:
    url = getattr(world, f"{side}_url")

    page = httpx.get(f"{url}/").text
    for name in ("tokens.css", "base.css", "chat.css", "chat.js"):
        assert f"/_sandbox/page/{name}" in page
        assert httpx.get(f"{url}/_sandbox/page/{name}").status_code == 200
    assert httpx.get(f"{url}/_sandbox/page/other.css").status_code == 404
