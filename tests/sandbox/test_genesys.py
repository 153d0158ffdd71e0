"""The double of Genesys Cloud, driven by Genesys's own Python SDK and by plain HTTP."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Self

import httpx
import pytest

from sandbox.genesys_state import GenesysOptions
from sandbox.process import ChildProcess, cordon, free_port

pytestmark = pytest.mark.filterwarnings("default::DeprecationWarning", "default::SyntaxWarning")
OPTIONS = GenesysOptions()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    command = cordon("sandbox", "genesys", "--port", str(port), "--retry-seconds", "0.1", "--requests-per-minute", "0")
    with ChildProcess(command, environment={}, log=tmp_path_factory.mktemp("genesys") / "log") as child:
        child.wait_ready(f"http://127.0.0.1:{port}/_sandbox/health")
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def http(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url) as client:
        granted = client.post(
            "/oauth/token", data={"grant_type": "client_credentials"}, auth=(OPTIONS.client_id, OPTIONS.client_secret)
        )
        client.headers["Authorization"] = f"Bearer {granted.json()['access_token']}"
        yield client
        client.delete("/_sandbox/faults")


def message(customer: str, text: str, **more: Any) -> dict[str, Any]:
    channel = {
        "from": {"id": customer, "idType": "Opaque"},
        "time": "2026-01-31T12:00:00.123Z",
        "messageId": f"m-{customer}-{text}",
    }
    return {"channel": channel, "text": text, **more}


def post(http: httpx.Client, body: dict[str, Any], kind: str = "message") -> httpx.Response:
    path = f"/api/v2/conversations/messages/{OPTIONS.integration_id}/inbound/open/{kind}"
    return http.post(path, json=body, params={"prefetchConversationId": "true"})


def test_genesys_own_sdk_logs_in_and_sends_a_message_and_a_receipt(url: str) -> None:
    sdk = pytest.importorskip("PureCloudPlatformClientV2")
    sdk.configuration.host = url
    client = sdk.api_client.ApiClient(host=url)
    client.get_client_credentials_token(OPTIONS.client_id, OPTIONS.client_secret)
    api = sdk.ConversationsApi(client)

    taken = api.post_conversations_message_inbound_open_message(
        OPTIONS.integration_id, message("sdk", "hello"), prefetch_conversation_id=True
    )
    receipt = {
        "id": "unknown",
        "channel": {"to": {"id": "sdk", "idType": "Opaque"}, "time": "2026-01-31T12:00:00.123Z"},
        "status": "Delivered",
        "isFinalReceipt": True,
    }
    api.post_conversations_message_inbound_open_receipt(OPTIONS.integration_id, receipt)

    assert taken.channel.message_id == "m-sdk-hello"
    assert taken.conversation_id


def test_a_call_without_a_good_token_is_refused(url: str) -> None:
    with httpx.Client(base_url=url) as client:
        assert client.post("/oauth/token", data={"grant_type": "client_credentials"}).status_code == 401
        assert post(client, message("a", "hello")).status_code == 401


def test_messages_of_one_customer_are_one_conversation(http: httpx.Client) -> None:
    first, second, other = (post(http, message(who, what)) for who, what in (("b", "1"), ("b", "2"), ("c", "1")))

    assert first.json()["conversationId"] == second.json()["conversationId"] != other.json()["conversationId"]


@pytest.mark.parametrize(
    "body",
    [
        message("d", "x", metadata={"customAttributes": {"k": "v"}}),
        message("d", "x", note="unknown field"),
        message("d", ""),
        {"text": "no channel"},
    ],
)
def test_a_wrong_body_is_named_by_its_fields_and_not_quoted(http: httpx.Client, body: dict[str, Any]) -> None:
    answer = post(http, body)

    assert answer.status_code == 400
    assert answer.json()["code"] == "bad.request"
    assert all(detail["fieldName"] is not None for detail in answer.json()["details"])


def test_faults_hit_as_many_requests_as_asked(http: httpx.Client) -> None:
    http.post("/_sandbox/faults", json={"kind": "status", "status": 429, "retry_after": 3, "count": 1})
    http.post("/_sandbox/faults", json={"kind": "reset", "count": 1})

    busy = post(http, message("e", "1"))
    with pytest.raises(httpx.TransportError):
        post(http, message("e", "2"))

    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "3")
    assert post(http, message("e", "3")).status_code == 202
    assert [one["text"] for one in http.get("/_sandbox/received").json() if one["customer"] == "e"] == ["3"]


class Gateway(HTTPServer):
    """Answers webhooks: the given statuses first, then 200."""

    def __init__(self, *statuses: int) -> None:
        super().__init__(("127.0.0.1", free_port()), GatewayHandler)
        self.statuses = list(statuses)
        self.calls: list[tuple[str, bytes]] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class GatewayHandler(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append((self.headers["X-Hub-Signature-256"], body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def status_of(http: httpx.Client, message_id: str) -> str:
    conversations = http.get("/_sandbox/conversations").json()
    return next(m["status"] for one in conversations for m in one["messages"] if m["message_id"] == message_id)


def test_an_agent_message_comes_signed_and_again_after_503(http: httpx.Client) -> None:
    with Gateway(503) as gateway:
        http.put("/_sandbox/webhook", json={"url": f"http://127.0.0.1:{gateway.server_port}/webhooks/genesys"})
        sent = http.post("/_sandbox/agent-message", json={"to": "f", "text": "Grüße"}).json()
        deadline = time.monotonic() + 5
        while status_of(http, sent["id"]) == "queued" and time.monotonic() < deadline:
            time.sleep(0.02)
    (first_signature, first), (_, second) = gateway.calls
    expected = base64.b64encode(hmac.new(OPTIONS.webhook_secret.encode(), first, hashlib.sha256).digest()).decode()

    assert first == second
    assert first_signature == f"sha256={expected}"
    assert json.loads(first)["channel"]["to"]["id"] == "f"
    assert status_of(http, sent["id"]) == "sent"


def test_a_4xx_of_the_webhook_fails_the_message_at_once(http: httpx.Client) -> None:
    with Gateway(403) as gateway:
        http.put("/_sandbox/webhook", json={"url": f"http://127.0.0.1:{gateway.server_port}/"})
        sent = http.post("/_sandbox/agent-message", json={"to": "g", "text": "hello"}).json()
        deadline = time.monotonic() + 5
        while status_of(http, sent["id"]) == "queued" and time.monotonic() < deadline:
            time.sleep(0.02)

    assert len(gateway.calls) == 1
    assert status_of(http, sent["id"]) == "failed"


def test_a_failed_receipt_marks_the_agents_message(http: httpx.Client) -> None:
    http.put("/_sandbox/webhook", json={"url": None})
    sent = http.post("/_sandbox/agent-message", json={"to": "h", "text": "hello"}).json()
    post(
        http,
        {
            "id": sent["id"],
            "channel": {"to": {"id": "h", "idType": "Opaque"}, "time": "2026-01-31T12:00:00.123Z"},
            "status": "Failed",
            "isFinalReceipt": True,
            "reasons": [{"code": "DataFiltered", "message": "withheld"}],
        },
        "receipt",
    )

    read = http.get(f"/api/v2/conversations/messages/{sent['conversationId']}/messages/{sent['id']}").json()
    assert read["normalizedReceipts"][0]["reasons"][0]["code"] == "DataFiltered"
