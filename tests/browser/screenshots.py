"""Takes the pictures of the documentation: every page with invented data, at its two sizes, in light and dark.

``make screenshots`` writes them to docs/images.
"""

import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from sandbox.broker import local_broker
from sandbox.history import now, week
from tests.browser.browser_parts import RunningGateway, running_gateway
from tests.browser.chat_parts import Genesys, running_genesys
from tests.browser.conftest import chromium_program
from tests.browser.desk_parts import enter, link, running_worker, tell, tell_a_week

FOLDER = Path(__file__).parents[2] / "docs" / "images"
DESKTOP, PHONE, FRAME = (1440, 900), (360, 760), (420, 720)
CARD_TEXT = "Thanks, Maria. I have put 4539 1488 0343 6467 on your account. Anything else?"


def main() -> None:
    """Start a gateway, tell it a week, and go from page to page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        local_broker(sys.stderr.write) as broker,
        running_genesys(Path(folder)) as genesys,
        running_gateway(
            broker, Path(folder), {"CORDON_CONSOLE_ORGANISATION": "Example Bank", **genesys.settings}
        ) as gateway,
        running_worker(gateway),
        sync_playwright() as playwright,
    ):
        tell_a_week(gateway)
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=["--no-sandbox"])
        _widget(browser, gateway)
        _console(browser, gateway)
        _others(browser, gateway)
        _chat(browser, gateway, genesys)
        browser.close()


def _console(browser: Browser, gateway: RunningGateway) -> None:
    page = _page(browser, DESKTOP, "light")
    enter(page, gateway, "admin")
    _choose_week(page)
    _alerts_now(page, gateway)
    _shoot(page, "console-overview")
    for name in ("violations", "coaching", "deadletters", "policies", "health", "audit"):
        _go(page, gateway, name)
        _shoot(page, f"console-{name}")
    _go(page, gateway, "violations")
    page.locator("tbody tr").nth(2).click()
    page.get_by_role("heading", name="What happened").wait_for()
    _shoot(page, "console-story")
    page.context.close()
    for size, scheme, name in ((PHONE, "light", "console-phone"), (DESKTOP, "dark", "console-dark")):
        page = _page(browser, size, scheme)
        enter(page, gateway, "supervisor")
        _choose_week(page)
        _shoot(page, name)
        page.context.close()


def _widget(browser: Browser, gateway: RunningGateway) -> None:
    for scheme, name in (("light", "widget"), ("dark", "widget-dark")):
        page = _page(browser, FRAME, scheme)
        url = link(gateway, "agent", path="/widget", name="ana.ribeiro")
        page.goto(url.replace("?#", "?conversationid=wa-maria-01&language=en#"))
        draft = page.get_by_label("Your message")
        draft.fill("Hello Maria, I am looking into the double charge now.")
        draft.press("Enter")
        page.get_by_text("Sent.").wait_for()
        draft.fill(CARD_TEXT)
        page.get_by_text("will have to be taken out").wait_for()
        page.wait_for_timeout(300)
        _shoot(page, f"{name}-composer")
        draft.press("Enter")
        page.get_by_role("dialog").wait_for()
        _shoot(page, f"{name}-notice")
        page.get_by_role("button", name="Send redacted").click()
        page.get_by_text("sent redacted").wait_for()
        page.context.close()


def _others(browser: Browser, gateway: RunningGateway) -> None:
    page = _page(browser, DESKTOP, "light")
    page.goto(f"{gateway.url}/signin")
    page.get_by_text("one-time link").first.wait_for()
    _shoot(page, "signin")
    enter(page, gateway, "supervisor", path="/playground")
    page.get_by_role("button", name="Fill in an example").click()
    page.locator("mark").first.wait_for()
    _shoot(page, "playground")
    page.context.close()


def _chat(browser: Browser, gateway: RunningGateway, genesys: Genesys) -> None:
    for size, scheme in ((PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light")):
        page = _page(browser, size, scheme)
        page.goto(f"{gateway.url}/chat")
        page.get_by_role("button", name="Talk to a person").click()
        page.get_by_text("this is Ana").wait_for()
        page.get_by_role("textbox").fill("Hello Ana, can you check my loan? My SSN is 536-22-8726.")
        page.keyboard.press("Enter")
        page.locator(".protected").wait_for()
        page.get_by_text("looking into it").wait_for()
        genesys.tell("agent-message", text="Your loan is approved. Shall I send it to card 4539 1488 0343 6467?")
        page.locator("[data-from=service] .protected").wait_for()
        genesys.tell("typing")
        page.locator("#typing").wait_for()
        _shoot(page, f"chat-{'phone' if size == PHONE else 'desktop'}{'-dark' if scheme == 'dark' else ''}")
        page.context.close()


def _alerts_now(page: Page, gateway: RunningGateway) -> None:
    page.get_by_text("live", exact=True).wait_for()
    recent = [one for one in week(now(), seed=11) if one.topic.value == "dlp.alerts" and b"supervisor" in one.value]
    tell(gateway, recent[-5:])
    page.locator(".feed li[data-alert]").nth(3).wait_for()
    page.wait_for_timeout(2500)


def _choose_week(page: Page) -> None:
    page.get_by_label("Period").select_option("604800000")
    page.get_by_role("heading", name="By rule").wait_for()
    page.wait_for_timeout(500)


def _go(page: Page, gateway: RunningGateway, name: str) -> None:
    page.goto(f"{gateway.url}/console#/{name}")
    page.locator("#view:not(.loading)").wait_for()
    page.wait_for_timeout(900)


def _page(browser: Browser, size: tuple[int, int], scheme: Literal["light", "dark"]) -> Page:
    return browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, locale="en-GB", timezone_id="UTC"
    ).new_page()


def _shoot(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    main()
