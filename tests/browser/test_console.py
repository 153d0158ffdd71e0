"""The console and the playground in a real browser, with an invented week behind them."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sandbox.broker import Broker
from tests.browser.browser_parts import RunningGateway, barriers, look, overflows, running_gateway
from tests.browser.conftest import OpenPage
from tests.browser.desk_parts import enter, link, tell_a_week

VIEWS = ("overview", "violations", "coaching", "deadletters", "policies", "health", "audit")
DESKTOP = look("light", width=1440, height=900)


@pytest.fixture(scope="module")
def desk(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    with running_gateway(broker, tmp_path_factory.mktemp("console")) as gateway:
        tell_a_week(gateway)
        yield gateway


def console(open_page: OpenPage, desk: RunningGateway, role: str = "admin", **context: Any) -> Page:
    page = open_page(f"{desk.url}/signin", **(context or DESKTOP)).page
    enter(page, desk, role)
    expect(page.get_by_role("heading", name="By rule")).to_be_visible()
    page.get_by_label("Period").select_option("604800000")
    expect(page.locator("#view.loading")).to_have_count(0)  # what is shown is the week, not the day before it
    return page


def settled(page: Page, desk: RunningGateway, view: str) -> None:
    page.goto(f"{desk.url}/console#/{view}")
    expect(page.locator("#view.loading")).to_have_count(0)
    expect(page.locator("#nav a[aria-current]")).to_have_attribute("href", f"#/{view}")
    page.wait_for_timeout(300)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 360), ("dark", 360)])
def test_no_view_has_barriers_and_none_is_wider_than_its_window(
    open_page: OpenPage, desk: RunningGateway, scheme: Any, width: int
) -> None:
    page = console(open_page, desk, **look(scheme, width=width, height=800))
    faults = {}
    for view in VIEWS:
        settled(page, desk, view)
        faults[view] = [*barriers(page), *(["overflow"] if overflows(page) else [])]
    settled(page, desk, "violations")
    page.locator("tbody tr").first.click()
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    faults["story"] = [*barriers(page), *(["overflow"] if overflows(page) else [])]
    assert not any(faults.values()), faults


def test_on_a_telephone_the_view_of_the_moment_is_in_sight(open_page: OpenPage, desk: RunningGateway) -> None:
    page = console(open_page, desk, **look("light"))
    for view in VIEWS:
        settled(page, desk, view)
        box = page.locator("#nav a[aria-current]").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360


def test_a_bar_narrows_the_page_to_what_it_stands_for(open_page: OpenPage, desk: RunningGateway) -> None:
    page = console(open_page, desk)
    panel = page.locator(".panel", has=page.get_by_role("heading", name="By rule"))
    count = panel.locator("li", has_text="CreditCard").locator(".count").inner_text()
    panel.get_by_role("button", name="CreditCard").click()
    expect(page.get_by_label("Rule")).to_have_value("CreditCard")
    expect(page.locator(".tile").first.locator(".figure")).to_have_text(count)
    page.get_by_role("button", name="Clear filters").click()
    expect(page.get_by_label("Rule")).to_have_value("")


def test_older_violations_come_by_one_button_that_survives_a_failure(open_page: OpenPage, desk: RunningGateway) -> None:
    page = console(open_page, desk)
    settled(page, desk, "violations")
    more = page.get_by_role("button", name="Show older ones")
    page.route("**/console/api/violations?*after=*", lambda route: route.abort())
    more.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="The gateway does not answer.")).to_be_visible()
    expect(more).to_be_enabled()

    page.unroute("**/console/api/violations?*after=*")
    more.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(100)
    expect(page.locator("tbody tr").nth(50).locator("a")).to_be_focused()
    expect(page.get_by_role("alert").filter(has_text="does not answer")).to_have_count(0)


def test_a_filter_keeps_the_focus_and_narrows_to_a_queue(open_page: OpenPage, desk: RunningGateway) -> None:
    page = console(open_page, desk)
    whole = int(page.locator(".tile").first.locator(".figure").inner_text())
    page.get_by_label("Queue").fill("Loans")
    page.get_by_label("Queue").press("Enter")
    expect(page.locator("#view.loading")).to_have_count(0)
    assert 0 < int(page.locator(".tile").first.locator(".figure").inner_text()) < whole
    expect(page.get_by_label("Queue")).to_be_focused()


def test_each_view_has_the_filters_that_it_asks_by(open_page: OpenPage, desk: RunningGateway) -> None:
    page = console(open_page, desk)
    for view, fields in (("violations", 7), ("audit", 1), ("policies", 0)):
        settled(page, desk, view)
        expect(page.locator("#filters .field")).to_have_count(fields)


def test_a_look_at_a_story_is_seen_in_the_audit_trail(open_page: OpenPage, desk: RunningGateway) -> None:
    page = console(open_page, desk)
    settled(page, desk, "violations")
    page.locator("tbody tr a").first.click()
    expect(page.get_by_text("People were told")).to_be_visible()
    page.wait_for_timeout(2500)  # the record goes by Kafka
    settled(page, desk, "audit")
    expect(page.locator("tbody tr", has_text="console.view").first).to_contain_text("link:Rita Moreno")


def test_a_supervisor_finds_no_audit_and_no_export(open_page: OpenPage, desk: RunningGateway) -> None:
    page = console(open_page, desk, "supervisor")
    expect(page.locator("#nav")).not_to_contain_text("Audit")
    settled(page, desk, "violations")
    expect(page.get_by_text("Export as CSV")).to_have_count(0)


def test_the_evidence_report_and_the_export_can_be_downloaded(open_page: OpenPage, desk: RunningGateway) -> None:
    page = console(open_page, desk, "compliance")
    settled(page, desk, "audit")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the report").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    settled(page, desk, "violations")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    assert download.value.path().read_text().startswith("violation_id,")


def test_a_one_time_link_works_once(open_page: OpenPage, desk: RunningGateway) -> None:
    url = link(desk, "supervisor")
    open_page(url).page.wait_for_url("**/console*")
    page = open_page(url).page
    expect(page.get_by_role("alert")).to_contain_text("not valid, or not any more")
    assert barriers(page) == []


def test_signing_out_ends_the_session(open_page: OpenPage, desk: RunningGateway) -> None:
    page = console(open_page, desk)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signin*")
    page.goto(f"{desk.url}/console")
    page.wait_for_url("**/signin*")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 360)])
def test_the_playground_shows_what_rules_make_of_a_text(
    open_page: OpenPage, desk: RunningGateway, scheme: Any, width: int
) -> None:
    watched = open_page(f"{desk.url}/signin", **look(scheme, width=width, height=900))
    page = watched.page
    enter(page, desk, "supervisor", path="/playground")
    page.wait_for_url("**/playground")
    page.get_by_role("button", name="Fill in an example").wait_for()
    assert barriers(page) == []
    page.get_by_role("button", name="Fill in an example").click()
    expect(page.locator("mark")).to_have_count(6)
    expect(page.locator("mark").first).to_have_text("4539 1488 0343 6467")
    expect(page.locator("#speed")).to_contain_text("rules")
    assert barriers(page) == []
    assert not overflows(page)
    page.get_by_label("Policy").select_option("contact")
    expect(page.locator("mark")).to_have_text(["maria.souza@example.com"])
    assert watched.complaints == []
