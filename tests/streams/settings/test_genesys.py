"""How to reach Genesys Cloud: whole or not at all, with one OAuth client or several."""

import pytest

from streams.settings.genesys import NEEDED, GenesysSettings
from tests.streams.settings.refusals import refusal

WHOLE = {
    "api_url": "https://api.mypurecloud.com",
    "login_url": "https://login.mypurecloud.com",
    "client_id": "one, two",
    "client_secret": "s1, s2",
    "integration_id": "n",
}


def test_without_an_address_nothing_is_sent() -> None:
    assert GenesysSettings.load().api_url is None
    assert GenesysSettings.load().client_options() is None


def test_a_client_is_made_from_what_is_set() -> None:
    assert GenesysSettings.load(**WHOLE).client_options() == {
        "api_url": "https://api.mypurecloud.com",
        "login_url": "https://login.mypurecloud.com",
        "clients": [("one", "s1"), ("two", "s2")],
        "integration_id": "n",
        "requests_per_minute": 0,
        "timeout_seconds": 10.0,
    }


def test_clients_stand_with_their_secrets_in_order() -> None:
    assert GenesysSettings.load(**WHOLE).clients == [("one", "s1"), ("two", "s2")]


@pytest.mark.parametrize("missing", NEEDED)
def test_what_has_to_stand_beside_the_address_is_named(missing: str) -> None:
    given = {name: value for name, value in WHOLE.items() if name != missing}

    assert refusal(GenesysSettings, **given) == (
        f"CORDON_GENESYS_{missing.upper()} has to be set beside CORDON_GENESYS_API_URL"
    )


@pytest.mark.parametrize("secrets", ["s3cret", "s1,s2,s3cret"])
def test_each_client_needs_a_secret(secrets: str) -> None:
    line = refusal(GenesysSettings, **{**WHOLE, "client_secret": secrets})

    assert line == "CORDON_GENESYS_CLIENT_SECRET has to hold as many secrets as there are client ids"


@pytest.mark.parametrize(
    ("api_url", "hosts"),
    [
        ("https://api.mypurecloud.com", ("mypurecloud.com",)),
        ("https://api.euw2.pure.cloud", ("euw2.pure.cloud",)),
        ("http://127.0.0.1:8090", ("127.0.0.1",)),
    ],
)
def test_files_of_agents_are_on_hosts_of_the_apis_own_domain(api_url: str, hosts: tuple[str, ...]) -> None:
    assert GenesysSettings.load(**{**WHOLE, "api_url": api_url}).file_hosts == hosts


def test_without_an_address_files_are_nowhere() -> None:
    assert GenesysSettings.load().file_hosts == ()
