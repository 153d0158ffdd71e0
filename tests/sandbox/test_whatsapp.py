"""The double of WhatsApp, driven by pywa, a client that is not ours, and by plain HTTP."""

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

from sandbox.process import ChildProcess, cordon, free_port
from sandbox.whatsapp_state import WhatsAppOptions

pytestmark = pytest.mark.filterwarnings("default::DeprecationWarning")
OPTIONS = WhatsAppOptions()
GRAPH = f"/v23.0/{OPTIONS.phone_number_id}"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    command = cordon("sandbox", "whatsapp", "--port", str(port), "--retry-seconds", "0.05")
    with ChildProcess(command, environment={}, log=tmp_path_factory.mktemp("whatsapp") / "log") as child:
        child.wait_ready(f"http://127.0.0.1:{port}/_sandbox/health")
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def http(url: str) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {OPTIONS.access_token}"}
    with httpx.Client(base_url=url, headers=headers) as client:
        yield client
        client.put("/_sandbox/webhook", json={"url": None})


def open_window(http: httpx.Client, customer: str) -> None:
    http.put("/_sandbox/window", json={"customer": customer, "is_open": True})


def text(to: str, body: str) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": body}}


class Receiver(HTTPServer):
    """A business's webhook: the given statuses first, then 200."""

    def __init__(self, *statuses: int) -> None:
        super().__init__(("127.0.0.1", free_port()), ReceiverHandler)
        self.statuses = list(statuses)
        self.calls: list[tuple[str, bytes]] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def wait(self, count: int) -> list[dict[str, Any]]:
        deadline = time.monotonic() + 5
        while len(self.calls) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        return [json.loads(body)["entry"][0]["changes"][0]["value"] for _, body in self.calls]


class ReceiverHandler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append((self.headers["X-Hub-Signature-256"], body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        self.end_headers()

    def log_message(self, *_: Any, **__: Any) -> None:
        pass


def test_pywa_sends_a_text_buttons_and_a_mark_of_reading(url: str, http: httpx.Client) -> None:
    pywa = pytest.importorskip("pywa")
    client = pywa.WhatsApp(phone_id=OPTIONS.phone_number_id, token=OPTIONS.access_token)
    client.api._session.base_url = f"{url}/v23.0"
    written = http.post("/_sandbox/customer-message", json={"from": "15550100011", "text": "hi"}).json()["id"]

    sent = client.send_message(to="15550100011", text="Hello")
    client.send_message(to="15550100011", text="Choose", buttons=[pywa.types.Button(title="Yes", callback_data="y")])
    client.mark_message_as_read(written)
    client.api._session.close()

    (chat,) = [one for one in http.get("/_sandbox/conversations").json() if one["customer"] == "15550100011"]
    assert sent.id.startswith("wamid.")
    assert [(entry["text"], list(entry["choices"])) for entry in chat["messages"][1:]] == [
        ("Hello", []),
        ("Choose", ["Yes"]),
    ]
    assert chat["messages"][0]["status"] == "read"


def test_outside_the_window_the_business_may_not_write(http: httpx.Client) -> None:
    answer = http.post(f"{GRAPH}/messages", json=text("15550100012", "hello"))

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 131047)


def test_a_wrong_token_and_a_wrong_body_are_refused(http: httpx.Client) -> None:
    open_window(http, "15550100013")
    unknown = text("15550100013", "hello") | {"surprise": 1}

    assert http.post(f"{GRAPH}/messages", json=unknown).json()["error"]["code"] == 131009
    assert http.post(f"{GRAPH}/messages", json={}, headers={"Authorization": "Bearer x"}).status_code == 401


def test_states_come_signed_in_order_with_what_was_given_to_keep(http: httpx.Client) -> None:
    open_window(http, "15550100014")
    with Receiver(503) as receiver:
        http.put("/_sandbox/webhook", json={"url": f"http://127.0.0.1:{receiver.server_port}/"})
        http.post(f"{GRAPH}/messages", json=text("15550100014", "hi") | {"biz_opaque_callback_data": "kept"})
        calls = receiver.wait(4)

    states = [call["statuses"][0] for call in calls]
    assert [state["status"] for state in states] == ["sent", "sent", "delivered", "read"]
    assert {state["biz_opaque_callback_data"] for state in states} == {"kept"}
    signature, body = receiver.calls[0]
    assert signature == f"sha256={hmac.new(OPTIONS.app_secret.encode(), body, hashlib.sha256).hexdigest()}"


def test_a_customer_writes_with_unicode_escaped_and_copies_where_wanted(http: httpx.Client) -> None:
    with Receiver() as receiver:
        http.put("/_sandbox/webhook", json={"url": f"http://127.0.0.1:{receiver.server_port}/"})
        given = {"from": "15550100015", "text": "Grüße", "copies": 2}
        wamid = http.post("/_sandbox/customer-message", json=given).json()["id"]
        first, second = receiver.wait(2)

    assert first == second
    assert first["messages"][0]["id"] == wamid
    assert b"Gr\\u00fc\\u00dfe" in receiver.calls[0][1]


def test_a_file_is_described_and_fetched_with_the_token_only(http: httpx.Client, url: str) -> None:
    media_id = http.post("/_sandbox/file", content=b"a,b\n", headers={"Content-Type": "text/csv"}).json()["id"]
    described = http.get(f"/v23.0/{media_id}").json()

    assert (described["mime_type"], described["file_size"]) == ("text/csv", 4)
    assert http.get(described["url"]).content == b"a,b\n"
    assert httpx.get(described["url"]).status_code == 401


def test_a_customer_with_a_user_name_writes_several_texts_in_one_call(http: httpx.Client) -> None:
    with Receiver() as receiver:
        http.put("/_sandbox/webhook", json={"url": f"http://127.0.0.1:{receiver.server_port}/"})
        http.post("/_sandbox/customer-message", json={"from": "77", "hides_number": True, "text": "a", "more": ["b"]})
        deadline = time.monotonic() + 5
        while not receiver.calls and time.monotonic() < deadline:
            time.sleep(0.02)

    value = json.loads(receiver.calls[0][1])["entry"][0]["changes"][0]["value"]
    assert [message["text"]["body"] for message in value["messages"]] == ["a", "b"]
    assert value["contacts"][0]["user_id"] == value["messages"][0]["from_user_id"] == "US.77"
    assert "wa_id" not in value["contacts"][0]
    assert "from" not in value["messages"][0]


def test_a_refusal_that_was_asked_for_comes_with_its_code(http: httpx.Client) -> None:
    open_window(http, "78")
    http.post("/_sandbox/refuse", json={"code": 131026})

    answers = [http.post(f"{GRAPH}/messages", json=text("78", "hello")) for _ in range(2)]

    assert answers[0].json()["error"]["code"] == 131026
    assert [answer.status_code for answer in answers] == [400, 200]
