"""The agent's widget in a real browser: nothing leaves it unlooked at, and the supervisor knows within a second."""

import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sandbox.broker import Broker
from sandbox.demo.leaks import LeakSearch
from sandbox.demo.script import Planted
from sandbox.process import free_port
from streams.topics import Topic
from tests.browser.browser_parts import RunningGateway, Watched, barriers, look, overflows, running_gateway
from tests.browser.conftest import OpenPage
from tests.browser.desk_parts import enter, link, running_worker
from tests.browser.topic_parts import records_of

HOST_PORT = free_port()
CARD = "4539 1488 0343 6467"
POLICY = """
overrides:
  - rules: [IBAN]
    set: {override_by: agent}
"""


@pytest.fixture(scope="module")
def desk(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    """A gateway and a worker with their critical and review stages."""
    folder = tmp_path_factory.mktemp("widget")
    policy = folder / "policy.yaml"
    policy.write_text(POLICY)
    settings = {"CORDON_POLICY_FILE": str(policy), "CORDON_WIDGET_FRAME_ANCESTORS": f"http://127.0.0.1:{HOST_PORT}"}
    with running_gateway(broker, folder, settings) as gateway, running_worker(gateway):
        yield gateway


@pytest.fixture(scope="module")
def host_page() -> Iterator[str]:
    """A page that is not ours, on an origin that may frame the widget."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Host</title><link rel=icon href=data:,><body></body>")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", HOST_PORT), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{HOST_PORT}/"
    server.shutdown()
    server.server_close()


def widget(open_page: OpenPage, desk: RunningGateway, conversation: str, **context: Any) -> Watched:
    url = link(desk, "agent", path="/widget", name="ana").replace("?#", f"?conversationid={conversation}&language=en#")
    watched = open_page(url, **(context or look("light", width=420, height=800)))
    expect(watched.page.get_by_label("Your message")).to_be_visible()
    return watched


def write(page: Page, text: str) -> None:
    box = page.get_by_label("Your message")
    box.fill(text)
    box.press("Enter")


def test_a_card_is_held_the_redacted_text_goes_out_and_the_original_is_nowhere(
    open_page: OpenPage, desk: RunningGateway, broker: Broker
) -> None:
    watched = widget(open_page, desk, "c-card")
    page = watched.page
    write(page, f"I charge {CARD} then")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Card number")
    expect(dialog.locator("#redacted")).to_have_text("I charge [CREDIT CARD REDACTED] then")
    dialog.get_by_role("button", name="Send redacted").click()
    expect(page.locator("#sent")).to_contain_text("I charge [CREDIT CARD REDACTED] then")
    (sent,) = records_of(desk, Topic.FORWARD, count=1, conversation="c-card")
    assert sent["text"] == "I charge [CREDIT CARD REDACTED] then"
    leaks = LeakSearch([Planted(CARD)])
    found = [*leaks.in_records(broker.bootstrap_servers, [str(topic) for topic in Topic], desk.prefix)]
    found += [*leaks.in_logs(desk.folder)]
    if broker.data_folder is not None:
        found += [*leaks.in_topic_files(broker.data_folder, desk.prefix)]
    assert found == []
    assert watched.complaints == []


def test_the_search_for_the_original_would_find_it(desk: RunningGateway, broker: Broker) -> None:
    leaks = LeakSearch([Planted("I charge [CREDIT CARD REDACTED] then")])
    assert [*leaks.in_records(broker.bootstrap_servers, [str(Topic.FORWARD)], desk.prefix)]


def test_the_supervisor_sees_an_alert_within_a_second_of_the_message(open_page: OpenPage, desk: RunningGateway) -> None:
    console = open_page(f"{desk.url}/signin").page
    enter(console, desk, "supervisor")
    expect(console.get_by_text("live", exact=True)).to_be_visible()
    with desk.client() as client:
        for attempt, patience in (("warm", 15.0), ("timed", 5.0)):
            body = {
                "conversation_id": f"c-{attempt}",
                "direction": "INBOUND",
                "text": f"my card is {CARD}",
                "agent_id": attempt,
            }
            began = time.monotonic()
            assert client.post("/v1/messages", json=body).status_code == 202
            console.locator(".feed li", has_text=f"agent {attempt}").first.wait_for(timeout=patience * 1000)
            took = time.monotonic() - began
    assert took < 1.0


def test_medium_never_holds(open_page: OpenPage, desk: RunningGateway) -> None:
    page = widget(open_page, desk, "c-medium").page
    page.get_by_label("Your message").fill("It stands in DOC-2024-FIN-0042")
    expect(page.locator("#advice")).to_contain_text("Internal document: noted, your message may go")
    page.get_by_label("Your message").press("Enter")
    expect(page.locator("#sent")).to_contain_text("It stands in DOC-2024-FIN-0042")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_typing_leaves_no_record_and_sending_leaves_one(open_page: OpenPage, desk: RunningGateway) -> None:
    page = widget(open_page, desk, "c-typing").page
    page.get_by_label("Your message").press_sequentially(f"card {CARD}", delay=15)
    expect(page.locator("#advice")).to_contain_text("will have to be taken out")
    page.get_by_label("Your message").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Nothing was sent")).to_be_visible()
    found = records_of(desk, Topic.VIOLATIONS, count=1, conversation="c-typing")
    assert len(found) == 1  # the attempt to send; not every key


def test_escape_goes_back_to_the_text_and_the_keyboard_stays_in_the_notice(
    open_page: OpenPage, desk: RunningGateway
) -> None:
    page = widget(open_page, desk, "c-keys").page
    write(page, f"card {CARD}")
    expect(page.get_by_role("heading", name="Not sent yet")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement?.closest('dialog') !== null || !document.hasFocus()")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Your message")).to_be_focused()
    expect(page.get_by_label("Your message")).to_have_value(f"card {CARD}")


def test_a_value_is_swapped_for_a_token(open_page: OpenPage, desk: RunningGateway) -> None:
    page = widget(open_page, desk, "c-token").page
    write(page, f"I noted {CARD}")
    page.get_by_role("button", name="Swap for a token").click()
    expect(page.get_by_label("Your message")).not_to_have_value(f"I noted {CARD}")
    text = page.get_by_label("Your message").input_value()
    assert text.startswith("I noted ")
    assert "4539" not in text
    page.get_by_label("Your message").press("Enter")
    expect(page.locator("#sent")).to_contain_text("value swapped for a token")


def test_the_secure_form_is_sent_instead(open_page: OpenPage, desk: RunningGateway) -> None:
    page = widget(open_page, desk, "c-form").page
    write(page, f"so it is {CARD}?")
    page.get_by_role("button", name="Send the secure form instead").click()
    expect(page.get_by_label("Your message")).to_have_value(re.compile(r"/c/[\w-]+#"))
    page.get_by_label("Your message").press("Enter")
    expect(page.locator("#sent")).to_contain_text("secure form sent")


def test_policy_decides_what_may_be_sent_all_the_same_and_only_for_a_reason(
    open_page: OpenPage, desk: RunningGateway
) -> None:
    page = widget(open_page, desk, "c-override").page
    write(page, f"card {CARD}")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Send all the same")).to_have_count(0)  # cards: nobody may
    dialog.get_by_role("button", name="Edit").click()
    write(page, "IBAN DE89 3704 0044 0532 0130 00")
    dialog.get_by_text("Send all the same").click()
    dialog.get_by_role("button", name="Send as it is").click()
    expect(dialog.get_by_text("Say why")).to_be_visible()
    dialog.get_by_label("Reason").fill("it is our own account")
    dialog.get_by_role("button", name="Send as it is").click()
    expect(page.locator("#sent")).to_contain_text("sent as it is")
    records = records_of(desk, Topic.AUDIT, count=1, conversation="c-override", action="widget.override")
    assert records[0]["reason"] == "it is our own account"
    assert records[0]["actor"] == "link:ana"


def test_a_page_of_another_origin_embeds_it_and_is_told_what_was_decided(
    open_page: OpenPage, desk: RunningGateway, host_page: str
) -> None:
    host = open_page(host_page, **look("light", width=700, height=800)).page
    secret = link(desk, "agent", path="/widget", name="ana").rpartition("link=")[2]
    host.evaluate(
        """async ([home, link]) => {
          window.told = [];
          const { mount } = await import(`${home}/widget/assets/embed.js`);
          const box = document.createElement('div');
          box.style.height = '700px';
          document.body.append(box);
          mount(box, { conversationId: 'c-embed', language: 'pt-BR', link,
            onConfirmRedacted: (text) => told.push(['confirmed', text]), onCancel: () => told.push(['cancelled']) });
        }""",
        [desk.url, secret],
    )
    frame = host.frame_locator("iframe")
    for button in ("Enviar sem os dados", "Cancelar"):
        frame.get_by_label("Sua mensagem").fill(f"cartão {CARD}")
        frame.get_by_label("Sua mensagem").press("Enter")
        frame.get_by_role("button", name=button).click()
        expect(frame.get_by_role("dialog")).to_have_count(0)
    expect(frame.get_by_text("Nada foi enviado")).to_be_visible()
    assert host.evaluate("told") == [["confirmed", "cartão [CREDIT CARD REDACTED]"], ["cancelled"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_it_has_no_barriers(open_page: OpenPage, desk: RunningGateway, scheme: Any, width: int) -> None:
    watched = widget(open_page, desk, "c-axe", **look(scheme, width=width, height=800))
    page = watched.page
    assert barriers(page) == []
    write(page, f"card {CARD} and IBAN DE89 3704 0044 0532 0130 00")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert barriers(page) == []
    assert not overflows(page)
    assert watched.complaints == []


@pytest.mark.parametrize(
    ("language", "label"), [("pt-BR", "Sua mensagem"), ("es", "Su mensaje"), ("xx", "Your message")]
)
def test_it_speaks_the_agents_language(open_page: OpenPage, desk: RunningGateway, language: str, label: str) -> None:
    url = link(desk, "agent", path="/widget", name="ana").replace("?#", f"?conversationid=c-lang&language={language}#")
    page = open_page(url).page
    expect(page.get_by_label(label)).to_be_visible()


def test_without_a_session_it_shows_the_door(open_page: OpenPage, desk: RunningGateway) -> None:
    page = open_page(f"{desk.url}/widget?conversationid=c-1&language=en").page
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert barriers(page) == []
