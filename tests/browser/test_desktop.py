"""The widget in a desktop like Genesys's: framed by another origin, speaking to it by Genesys's own client-app SDK."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import FrameLocator, Page, expect

from sandbox.broker import Broker
from sandbox.process import ChildProcess, cordon, free_port
from tests.browser.browser_parts import RunningGateway, Watched, barriers, look, overflows, running_gateway
from tests.browser.client_app_sdk import client_app_sdk
from tests.browser.conftest import OpenPage
from tests.browser.desk_parts import link, running_worker

pytestmark = pytest.mark.skipif(shutil.which("npm") is None, reason="no npm, which fetches Genesys's client-app SDK")

CARD = "4539 1488 0343 6467"
REGISTERED = "&language={{gcLangTag}}&gcHostOrigin={{gcHostOrigin}}&gcTargetEnv={{gcTargetEnv}}"


@dataclass(frozen=True, slots=True)
class Desk:
    """A double of Genesys with its desktop, and a gateway whose widget stands in it."""

    genesys: str
    gateway: RunningGateway

    def conversation(self, customer: str) -> str:
        """One that has begun."""
        body = {"to": customer, "text": "Hello, how can I help?"}
        begun = httpx.post(f"{self.genesys}/_sandbox/agent-message", json=body).raise_for_status()
        name: str = begun.json()["conversationId"]
        return name


@pytest.fixture(scope="module")
def desk(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder, port = tmp_path_factory.mktemp("desktop"), free_port()
    genesys = f"http://127.0.0.1:{port}"
    settings = {
        "CORDON_WIDGET_FRAME_ANCESTORS": genesys,
        "CORDON_WIDGET_CLIENT_APP_SDK_FILE": str(client_app_sdk()),
        "CORDON_WIDGET_SENDS_BY": "propose",
    }
    double = ChildProcess(cordon("sandbox", "genesys", "--port", str(port)), environment={}, log=folder / "genesys.log")
    with double, running_gateway(broker, folder, settings) as gateway, running_worker(gateway, "critical"):
        double.wait_ready(f"{genesys}/_sandbox/health")
        yield Desk(genesys, gateway)


def opened(open_page: OpenPage, desk: Desk, conversation: str, *, width: int = 1440) -> tuple[Watched, FrameLocator]:
    """The desktop with the widget, registered as an integration registers it."""
    address = link(desk.gateway, "agent", path="/widget", name="ana")
    template = address.replace("?#", f"?conversationid={{{{gcConversationId}}}}{REGISTERED}#")
    httpx.put(f"{desk.genesys}/_sandbox/widget", json={"url": template}).raise_for_status()
    url = f"{desk.genesys}/desktop?conversation={conversation}"
    watched = open_page(url, **look("light", width=width, height=900))
    frame = watched.page.frame_locator("iframe")
    expect(frame.get_by_label("Your message")).to_be_visible()
    return watched, frame


def composer(page: Page) -> str:
    """What stands in Genesys's own composer."""
    return page.get_by_label("Genesys's own composer").input_value()


def test_a_redacted_text_is_put_into_genesys_s_composer_and_sent_from_there(open_page: OpenPage, desk: Desk) -> None:
    conversation = desk.conversation("15550100001")
    watched, frame = opened(open_page, desk, conversation)
    page = watched.page
    frame.get_by_label("Your message").fill(f"I charge {CARD} then")
    frame.get_by_label("Your message").press("Enter")
    expect(frame.get_by_role("dialog")).to_contain_text("Card number")
    expect(page.locator("#attention")).to_have_text("1")
    frame.get_by_role("button", name="Send redacted").click()
    expect(page.locator(".toasts")).to_contain_text("Put into Genesys. Check it and send it there.")
    expect(page.locator("#attention")).to_be_hidden()
    assert composer(page) == "I charge [CREDIT CARD REDACTED] then"
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#said")).to_contain_text("I charge [CREDIT CARD REDACTED] then")
    assert CARD not in httpx.get(f"{desk.genesys}/_sandbox/conversations").text
    assert watched.complaints == []


def test_a_finding_in_the_conversation_is_a_toast_that_stays(open_page: OpenPage, desk: Desk) -> None:
    conversation = desk.conversation("15550100002")
    watched, _ = opened(open_page, desk, conversation)
    page = watched.page
    body = {
        "conversation_id": conversation,
        "direction": "OUTBOUND",
        "text": f"from the other composer: {CARD}",
        "agent_id": "ana",
    }
    with desk.gateway.client() as client:
        assert client.post("/v1/messages", json=body).status_code == 202
    toast = page.locator(".toasts .notice", has_text="CreditCard")
    expect(toast).to_be_visible(timeout=15_000)
    assert toast.get_attribute("data-kind") == "critical"
    page.wait_for_timeout(8000)  # others go after seven seconds
    expect(toast).to_be_visible()
    assert CARD not in page.content()


@pytest.mark.parametrize("width", [360, 1440])
def test_neither_page_has_barriers(open_page: OpenPage, desk: Desk, width: int) -> None:
    watched, _ = opened(open_page, desk, desk.conversation("15550100003"), width=width)
    assert barriers(watched.page) == []
    assert not overflows(watched.page)
    assert watched.complaints == []
