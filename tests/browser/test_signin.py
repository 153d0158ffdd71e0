"""Signing in at a real Keycloak, as a person does."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from sandbox.broker import Broker
from sandbox.process import free_port
from tests.browser.browser_parts import RunningGateway, running_gateway
from tests.browser.conftest import OpenPage
from tests.browser.keycloak_parts import SECRET, keycloak

pytestmark = pytest.mark.skipif(shutil.which("mvn") is None, reason="no Maven, which fetches Keycloak")


@pytest.fixture(scope="module")
def desk(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder, port = tmp_path_factory.mktemp("keycloak"), free_port()
    base = f"http://127.0.0.1:{port}"
    with keycloak(folder, redirect=f"{base}/signin/oidc/callback") as issuer:
        settings = {
            "CORDON_OIDC_ISSUER": issuer,
            "CORDON_OIDC_CLIENT_ID": "cordon",
            "CORDON_OIDC_CLIENT_SECRET": SECRET,
            "CORDON_OIDC_ROLES": "dlp-officers=compliance",
            "CORDON_CONSOLE_BASE_URL": base,
            "CORDON_GATEWAY_PORT": str(port),
        }
        with running_gateway(broker, folder, settings) as gateway:
            yield gateway


def log_in(page: Page, desk: RunningGateway, name: str) -> None:
    base = desk.environment["CORDON_CONSOLE_BASE_URL"]
    page.goto(f"{base}/console")
    page.get_by_role("link", name="Continue with your organisation").click()
    page.get_by_label("Username or email").fill(name)
    page.get_by_label("Password", exact=True).fill(f"{name}-password")
    page.get_by_role("button", name="Sign In").click()


@pytest.mark.timeout(300)
def test_somebody_with_a_role_lands_in_the_console(open_page: OpenPage, desk: RunningGateway) -> None:
    page = open_page("about:blank", viewport={"width": 1440, "height": 900}).page
    log_in(page, desk, "rita")
    page.wait_for_url("**/console*")
    expect(page.locator("#who")).to_have_text("Rita Moreno · compliance")


def test_somebody_without_one_stays_at_the_door(open_page: OpenPage, desk: RunningGateway) -> None:
    page = open_page("about:blank").page
    log_in(page, desk, "gus")
    expect(page.get_by_role("alert")).to_contain_text("you have no role here")
