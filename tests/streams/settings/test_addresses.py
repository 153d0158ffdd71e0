from typing import Any

import pytest

from streams.settings import SettingsGroup, WrongSettingError
from streams.settings.genesys import GenesysSettings
from streams.settings.splunk import SplunkSettings

GENESYS = {"login_url": "https://l.example", "client_id": "i", "client_secret": "s", "integration_id": "n"}


@pytest.mark.parametrize(
    ("group", "given"),
    [
        (SplunkSettings, {"url": "https://splunk.example:8088/services/collector", "token": "t"}),
        (SplunkSettings, {"url": "https://splunk.example:8088?x=1", "token": "t"}),
        (GenesysSettings, {**GENESYS, "api_url": "https://api.example/api/v2"}),
        (GenesysSettings, {**GENESYS, "api_url": "https://api.example", "login_url": "https://l.example/oauth/token"}),
    ],
)
def test_a_base_address_with_a_path_stops_the_start(group: type[SettingsGroup], given: dict[str, Any]) -> None:
    with pytest.raises(WrongSettingError, match="has to be a base address, without a path"):
        group.load(**given)


def test_a_base_address_may_end_in_a_slash() -> None:
    assert SplunkSettings.load(url="https://splunk.example:8088/", token="t").url == ("https://splunk.example:8088",)


def test_a_port_that_is_none_stops_the_start() -> None:
    with pytest.raises(WrongSettingError, match=r"^CORDON_SPLUNK_URL: has a port that is none"):
        SplunkSettings.load(url="https://splunk.example:99999", token="t")
