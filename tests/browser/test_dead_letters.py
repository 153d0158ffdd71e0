"""Dead letters from the console: what could not be processed is sent on its way again, or given up, for a reason."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox.broker import Broker
from streams.topics import Topic
from tests.browser.browser_parts import RunningGateway, look, running_gateway
from tests.browser.conftest import OpenPage
from tests.browser.desk_parts import enter, running_worker
from tests.browser.topic_parts import records_of

CARD = "4539 1488 0343 6467"
LONG = f"my card is {CARD}, " + "and there is more to say of it, " * 20
CONVERSATIONS = ("c-again", "c-given-up")


@pytest.fixture(scope="module")
def desk(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    """A worker has put two messages aside as too long; now one runs that takes them."""
    with running_gateway(broker, tmp_path_factory.mktemp("dead-letters")) as gateway:
        narrow = replace(gateway, environment={**gateway.environment, "CORDON_MAX_TEXT_BYTES": "100"})
        with running_worker(narrow, "critical"), gateway.client() as client:
            for conversation in CONVERSATIONS:
                body = {"conversation_id": conversation, "direction": "INBOUND", "text": LONG, "event_id": conversation}
                assert client.post("/v1/messages", json=body).status_code == 202
            deadline = time.monotonic() + 20
            while len(client.get("/console/api/deadletters").json()["letters"]) < len(CONVERSATIONS):
                assert time.monotonic() < deadline
                time.sleep(0.1)
        with running_worker(gateway, "critical"):
            yield gateway


def letters(open_page: OpenPage, desk: RunningGateway) -> Page:
    page = open_page(f"{desk.url}/signin", **look("light", width=1440, height=900)).page
    enter(page, desk, "admin")
    page.goto(f"{desk.url}/console#/deadletters")
    expect(page.locator("tbody tr")).to_have_count(len(CONVERSATIONS))
    return page


def waiting(page: Page) -> Locator:
    return page.locator("tbody tr", has_text="waits")


def test_a_letter_that_can_be_processed_now_is_delivered_cleaned(open_page: OpenPage, desk: RunningGateway) -> None:
    page = letters(open_page, desk)
    expect(waiting(page)).to_have_count(2)
    expect(waiting(page).first).to_contain_text("too large")
    assert CARD not in page.content()
    waiting(page).last.get_by_role("checkbox").check()
    page.get_by_role("button", name="Replay chosen").click()
    expect(page.get_by_text("Say why, in a few words.")).to_be_visible()
    page.get_by_label("Reason").fill("the limit was too low")
    page.get_by_role("button", name="Replay chosen").click()
    expect(page.locator("tbody tr", has_text="replayed")).to_have_count(1)
    expect(waiting(page)).to_have_count(1)
    sent = [one for name in CONVERSATIONS for one in forwarded(desk, name)]
    assert [one["event_id"] for one in sent] == [one["conversation_id"] for one in sent]
    assert len(sent) == 1
    assert sent[0]["text"] == LONG.replace(CARD, "[CREDIT CARD REDACTED]")
    assert recorded(page, desk, "deadletter.replayed", "the limit was too low")


def test_a_letter_that_is_given_up_goes_nowhere(open_page: OpenPage, desk: RunningGateway) -> None:
    page = letters(open_page, desk)
    before = [one["event_id"] for name in CONVERSATIONS for one in forwarded(desk, name)]
    waiting(page).first.get_by_role("checkbox").check()
    page.get_by_label("Reason").fill("said again by telephone")
    page.get_by_role("button", name="Give up chosen").click()
    expect(page.locator("tbody tr", has_text="dropped")).to_have_count(1)
    expect(waiting(page)).to_have_count(0)
    assert [one["event_id"] for name in CONVERSATIONS for one in forwarded(desk, name)] == before
    assert recorded(page, desk, "deadletter.dropped", "said again by telephone")


def forwarded(desk: RunningGateway, conversation: str) -> list[dict[str, str]]:
    """What was forwarded of a conversation; none is an answer too."""
    return records_of(desk, Topic.FORWARD, count=0, conversation=conversation, seconds=4)


def recorded(page: Page, desk: RunningGateway, action: str, reason: str) -> bool:
    """Whether the audit trail names who did it, and why."""
    row = page.locator("tbody tr", has_text=action).first
    for _ in range(10):
        page.goto(f"{desk.url}/console#/audit")
        page.reload()
        page.get_by_role("heading", name="Audit and evidence").wait_for()
        page.wait_for_timeout(500)  # the record goes by Kafka
        if row.count():
            expect(row).to_contain_text("link:Rita Moreno")
            expect(row).to_contain_text(reason)
            return True
    return False
