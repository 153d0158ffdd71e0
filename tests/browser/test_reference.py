from tests.browser.browser_parts import RunningGateway
from tests.browser.conftest import OpenPage


def test_the_contract_is_shown_from_our_own_origin(gateway: RunningGateway, open_page: OpenPage) -> None:
    watched = open_page(f"{gateway.url}/docs")

    watched.page.get_by_text("/dlp/scan").first.wait_for()

    assert all(request.url.startswith((gateway.url, "data:")) for request in watched.requests)
    assert watched.complaints == []
