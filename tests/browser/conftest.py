"""A real Chromium for the tests of every page. They are plain functions: Playwright's own loop runs beneath them."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from sandbox.broker import Broker
from tests.browser.browser_parts import RunningGateway, Watched, running_gateway, watch

OpenPage = Callable[..., Watched]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


def chromium_program() -> str | None:
    """Where the browser is."""
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    return os.environ.get("CORDON_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser that this machine has; ``CORDON_CHROMIUM`` names another."""
    program = chromium_program()
    if program is None:
        pytest.skip("no Chromium is installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        # Chromium's own sandbox needs a kernel feature that containers and root lack.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """``open_page(url, **context_options)``: a watched page, closed at the test's end."""
    opened: list[Watched] = []

    def open_at(url: str, **context: Any) -> Watched:
        watched = watch(chromium, **context)
        opened.append(watched)
        watched.page.goto(url)
        return watched

    yield open_at
    for watched in opened:
        watched.page.context.close()


@pytest.fixture(scope="package")
def gateway(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    """A gateway with nothing but Kafka behind it, shared by the tests of a run."""
    with running_gateway(broker, tmp_path_factory.mktemp("gateway")) as running:
        yield running
