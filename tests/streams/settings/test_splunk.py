"""How to reach Splunk: one collector or several, and never without its token."""

import pytest

from streams.settings.splunk import SplunkSettings
from tests.streams.settings.refusals import refusal


def test_without_an_address_nothing_is_sent() -> None:
    assert SplunkSettings.load().url == ()


def test_there_may_be_several_collectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDON_SPLUNK_URL", "https://a.example:8088, https://b.example:8088/,")

    assert SplunkSettings.load(token="t").url == ("https://a.example:8088", "https://b.example:8088")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("wss://a.example", "CORDON_SPLUNK_URL: has to begin with https://"),
        ("https://a.example,wss://b.example", "CORDON_SPLUNK_URL: has to begin with https://"),
        (
            "https://a.example,http://b.example",
            "CORDON_SPLUNK_URL: is not encrypted: plain http is accepted to loopback addresses only",
        ),
    ],
)
def test_each_has_to_be_an_address(url: str, reason: str) -> None:
    assert refusal(SplunkSettings, url=url, token="t") == reason


def test_an_address_needs_a_token() -> None:
    reason = "CORDON_SPLUNK_TOKEN has to be set beside CORDON_SPLUNK_URL"

    assert refusal(SplunkSettings, url="https://a.example") == reason
