"""The customer's chat in a real browser, in front of a real gateway, in front of the double of Genesys."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from confluent_kafka import Consumer
from playwright.sync_api import Locator, Page, expect

from sandbox.broker import Broker
from tests.browser.browser_parts import RunningGateway, Watched, barriers, look, overflows, running_gateway
from tests.browser.chat_parts import Genesys, running_genesys
from tests.browser.conftest import OpenPage

SSN, CARD = "536-22-8726", "4539 1488 0343 6467"
PROTECTED = {
    "en": "For your protection we removed a Social Security number",
    "es": "Para protegerle hemos eliminado un número de la seguridad social",
    "pt": "Para sua proteção, removemos um número de seguro social",
}


@pytest.fixture(scope="module")
def genesys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Genesys]:
    with running_genesys(tmp_path_factory.mktemp("webmessaging")) as running:
        yield running


@pytest.fixture(scope="module")
def chat(broker: Broker, genesys: Genesys, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    with running_gateway(broker, tmp_path_factory.mktemp("chat"), genesys.settings) as running:
        yield running


@pytest.fixture
def guest(chat: RunningGateway, open_page: OpenPage) -> Watched:
    return joined(open_page(f"{chat.url}/chat", locale="en-US"))


def joined(watched: Watched) -> Watched:
    """Wait until the bot has offered its choices."""
    expect(watched.page.locator(".choices button").first).to_be_visible()
    return watched


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")


def last_bubble(page: Page, whose: Literal["guest", "service"]) -> Locator:
    return page.locator(f"[data-from={whose}] .bubble").last


def records_of(broker: Broker, topic: str) -> list[bytes]:
    """Everything in a topic."""
    start = {"group.id": "look", "auto.offset.reset": "earliest"}
    consumer = Consumer({"bootstrap.servers": broker.bootstrap_servers, **start})
    consumer.subscribe([topic])
    found: list[bytes] = []
    misses = 0
    while misses < 6 and not (found and misses > 1):
        message = consumer.poll(1.0)
        misses += message is None
        if message is not None and message.error() is None:
            found.append(message.value() or b"")
    consumer.close()
    return found


def test_a_guest_s_number_never_reaches_genesys(
    guest: Watched, chat: RunningGateway, genesys: Genesys, broker: Broker
) -> None:
    page = guest.page
    say(page, f"Hello, my SSN is {SSN}. And 4539 1488 is the beginning")
    expect(last_bubble(page, "guest")).to_have_text("Hello, my SSN is [SSN REDACTED]. And 4539 1488 is the beginning")
    expect(page.locator(".protected")).to_contain_text(PROTECTED["en"])
    expect(page.locator("[data-from=guest] .foot").last).to_contain_text("Sent")
    page.reload()
    expect(last_bubble(page, "guest")).to_contain_text("[SSN REDACTED]")  # from the history
    assert SSN not in page.content()
    reached = genesys.everything
    assert "[SSN REDACTED]" in reached
    assert "is the beginning" in reached
    assert SSN not in reached
    found = [json.loads(value) for value in records_of(broker, f"{chat.prefix}dlp.violations")]
    assert ("SSN", "webmessaging") in {(one["rule"], one["channel"]) for one in found}
    assert SSN not in Path(chat.child.log).read_text(encoding="utf-8")
    assert not guest.complaints


def test_an_agent_s_card_number_never_reaches_the_guest(guest: Watched, genesys: Genesys) -> None:
    heard: list[str] = []
    guest.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))))
    guest.page.reload()
    expect(guest.page.locator("[data-state=online]")).to_be_visible()
    genesys.tell("agent-message", text=f"The card on file is {CARD}")
    expect(last_bubble(guest.page, "service")).to_have_text("The card on file is [CREDIT CARD REDACTED]")
    expect(guest.page.locator(".protected")).to_contain_text("a card number was removed")
    assert any("CREDIT CARD REDACTED" in frame for frame in heard)
    assert not [frame for frame in heard if CARD in frame]
    assert CARD in genesys.everything  # Genesys keeps what the agent wrote


def test_choices_cards_and_files(guest: Watched, genesys: Genesys) -> None:
    page = guest.page
    page.get_by_role("button", name="My card").click()
    page.get_by_role("button", name="Order a new card").click()
    expect(last_bubble(page, "service")).to_have_text("Done. Your new card is on its way.")
    genesys.tell("agent-file", name="terms.txt", mime="text/plain", content="Nothing to hide.")
    with page.expect_download() as download:
        page.get_by_role("link", name="terms.txt").click()
    assert download.value.path().read_text() == "Nothing to hide."
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Send a file").click()
    chooser.value.set_files({"name": "note.txt", "mimeType": "text/plain", "buffer": b"all is well"})
    expect(page.locator("[data-from=guest] .bubble", has_text="File")).to_be_visible()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Send a file").click()
    chooser.value.set_files({"name": "note.txt", "mimeType": "text/plain", "buffer": f"ssn {SSN}".encode()})
    expect(page.get_by_role("alert")).to_contain_text("cannot be sent")
    assert "all is well" in genesys.everything
    assert SSN not in genesys.everything


def test_an_ended_conversation_can_be_begun_anew(guest: Watched, genesys: Genesys) -> None:
    page = guest.page
    say(page, "hello")
    genesys.tell("disconnect", read_only=True)
    expect(page.get_by_text("This conversation has ended.")).to_be_visible()
    expect(page.get_by_role("textbox")).to_be_hidden()
    page.get_by_role("button", name="Start a new chat").click()
    expect(page.locator("[data-state=online]")).to_be_visible()
    expect(page.locator("[data-from=guest]")).to_have_count(0)
    say(page, "hello again")
    expect(last_bubble(page, "guest")).to_have_text("hello again")


def test_a_lost_connection_comes_back(guest: Watched, genesys: Genesys) -> None:
    say(guest.page, "before")
    expect(guest.page.locator("[data-from=guest] .foot").last).to_contain_text("Sent")
    genesys.tell("close", code=1001)
    expect(guest.page.locator("[data-state=offline]")).to_be_visible()
    expect(guest.page.locator("[data-state=online]")).to_be_visible()
    say(guest.page, "after")
    expect(last_bubble(guest.page, "guest")).to_have_text("after")
    expect(guest.page.locator("[data-from=guest]")).to_have_count(2)


def test_by_keyboard_alone(guest: Watched) -> None:
    page = guest.page
    page.locator("#log").focus()
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Talk to a person")).to_be_focused()
    page.keyboard.press("Enter")
    expect(last_bubble(page, "service")).to_contain_text("this is Ana")
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    page.keyboard.press("Enter")
    expect(last_bubble(page, "guest")).to_have_text("one\ntwo")


def test_a_text_that_is_too_long_is_not_sent(guest: Watched) -> None:
    say(guest.page, "é" * 2049)
    expect(guest.page.get_by_text("2 characters too many")).to_be_visible()
    expect(guest.page.locator("[data-from=guest]")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "seen"),
    [
        ("en", look("light", width=360, height=720)),
        ("pt", look("dark", width=360, height=720)),
        ("es", look("light", width=1440, height=900)),
        ("en", look("dark", width=1440, height=900)),
    ],
    ids=["en-light-360", "pt-dark-360", "es-light-1440", "en-dark-1440"],
)
def test_no_barriers(
    chat: RunningGateway, open_page: OpenPage, genesys: Genesys, language: str, seen: dict[str, Any]
) -> None:
    watched = joined(open_page(f"{chat.url}/chat", locale=language, **seen))
    page = watched.page
    say(page, f"ssn {SSN}")
    expect(page.locator(".protected")).to_contain_text(PROTECTED[language])
    assert page.locator("html").get_attribute("lang") == language
    assert barriers(page) == []
    assert not overflows(page)
    genesys.tell("disconnect", read_only=True)
    expect(page.locator("#again")).to_be_visible()
    assert barriers(page) == []
    assert not watched.complaints


def test_nothing_comes_from_another_host(guest: Watched, chat: RunningGateway) -> None:
    assert {request.url.split("/")[2] for request in guest.requests} == {chat.url.split("/")[2]}
    policy = httpx.get(f"{chat.url}/chat").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@contextmanager
def shop(chat_url: str) -> Iterator[str]:
    """Another site's page with a strict policy of its own and the chat's one tag."""
    policy = f"default-src 'none'; script-src {chat_url}; frame-src {chat_url}"
    tag = f'<script src="{chat_url}/chat.js" data-language="pt" async></script>'
    page = f'<!doctype html><html lang="en"><title>Shop</title><main><h1>Shop</h1></main>{tag}'

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize("width", [360, 1440])
def test_one_tag_puts_it_into_another_page(chat: RunningGateway, open_page: OpenPage, width: int) -> None:
    with shop(chat.url) as url:
        watched = open_page(url, viewport={"width": width, "height": 640})
        page = watched.page
        page.get_by_role("button", name="Abrir o chat").click()
        frame = page.frame_locator("iframe")
        expect(frame.locator(".choices button").first).to_be_visible()
        expect(frame.get_by_role("textbox")).to_be_focused()
        frame.get_by_role("textbox").fill("ola")
        frame.get_by_role("textbox").press("Enter")
        expect(frame.locator("[data-from=guest] .bubble")).to_have_text("ola")
        assert barriers(page) == []
        page.keyboard.press("Escape")
        expect(page.locator("iframe")).to_be_hidden()
        expect(page.get_by_role("button", name="Abrir o chat")).to_be_focused()
        assert not overflows(page)
        assert not watched.complaints
