"""What Genesys's documentation leaves open: the double of Genesys Cloud, switched the other way."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox.genesys_state import GenesysOptions
from sandbox.process import ChildProcess, cordon, free_port
from tests.sandbox.test_genesys import Gateway, message, post

OPTIONS = GenesysOptions()
SWITCHED = (
    "--accepted-status=200",
    "--drops-duplicates",
    "--refuses-late-failures",
    "--omits-conversations",
    "--nickname-key=nickName",
    "--webhook-header=X-Second: agreed",
    "--requests-per-minute=0",
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    command = cordon("sandbox", "genesys", f"--port={port}", *SWITCHED)
    with ChildProcess(command, environment={}, log=tmp_path_factory.mktemp("genesys") / "log") as child:
        child.wait_ready(f"http://127.0.0.1:{port}/_sandbox/health")
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def http(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url) as client:
        login = (OPTIONS.client_id, OPTIONS.client_secret)
        granted = client.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=login)
        client.headers["Authorization"] = f"Bearer {granted.json()['access_token']}"
        yield client


def conversation_of(http: httpx.Client, customer: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = http.get("/_sandbox/conversations").json()
    return next(one for one in found if one["customer"] == customer)


def test_a_repeated_message_is_shown_once(http: httpx.Client) -> None:
    answers = [post(http, message("a", "hello")) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(conversation_of(http, "a")["messages"]) == 1


def test_a_failure_after_delivery_changes_nothing(http: httpx.Client) -> None:
    sent = http.post("/_sandbox/agent-message", json={"to": "b", "text": "hello"}).json()
    channel = {"to": {"id": "b", "idType": "Opaque"}, "time": "2026-01-31T12:00:00.123Z"}
    for status in ("Delivered", "Failed"):
        post(http, {"id": sent["id"], "channel": channel, "status": status, "isFinalReceipt": True}, "receipt")

    assert conversation_of(http, "b")["messages"][0]["status"] == "delivery-success"


def test_the_webhook_comes_as_it_was_captured_in_the_field(http: httpx.Client) -> None:
    with Gateway() as gateway:
        http.put("/_sandbox/webhook", json={"url": f"http://127.0.0.1:{gateway.server_port}/"})
        http.post("/_sandbox/agent-message", json={"to": "c", "text": "hello"})
        deadline = time.monotonic() + 5
        while not gateway.calls and time.monotonic() < deadline:
            time.sleep(0.02)
    http.put("/_sandbox/webhook", json={"url": None})

    body = json.loads(gateway.calls[0][1])
    assert "conversationId" not in body
    assert body["channel"]["from"]["nickName"] == "Cordon sandbox"


def test_attributes_are_merged_and_have_to_be_strings(http: httpx.Client) -> None:
    post(http, message("d", "hello"))
    path = f"/api/v2/conversations/{conversation_of(http, 'd')['conversation_id']}"
    customer = next(one["id"] for one in http.get(path).json()["participants"] if one["purpose"] == "customer")
    assert http.patch(f"{path}/participants/nobody/attributes", json={"attributes": {}}).status_code == 404
    path = f"{path}/participants/{customer}/attributes"

    http.patch(path, json={"attributes": {"dlp.count": "1"}})
    http.patch(path, json={"attributes": {"dlp.categories": "payment_card"}})
    refused = http.patch(path, json={"attributes": {"dlp.count": 2}})

    assert conversation_of(http, "d")["attributes"] == {"dlp.count": "1", "dlp.categories": "payment_card"}
    assert refused.status_code == 400


def test_a_message_without_an_agent_joins_the_running_conversation(http: httpx.Client) -> None:
    running = post(http, message("e", "hello")).json()["conversationId"]
    given = {
        "fromAddress": OPTIONS.integration_id,
        "toAddress": "e",
        "toAddressMessengerType": "open",
        "textBody": "Thank you",
        "useExistingActiveConversation": True,
    }

    sent = http.post("/api/v2/conversations/messages/agentless", json=given)

    assert (sent.status_code, sent.json()["conversationId"]) == (202, running)
    assert [one["text"] for one in conversation_of(http, "e")["messages"]] == ["hello", "Thank you"]
