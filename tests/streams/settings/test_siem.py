"""The SIEMs beside Splunk: what each needs, and what travels unencrypted only where that is meant."""

from pathlib import Path
from typing import Any

import pytest

from streams.settings import SettingsGroup
from streams.settings.siem import (
    ElasticSettings,
    FileSettings,
    OtlpSettings,
    SentinelSettings,
    SyslogSettings,
    WebhookSettings,
)
from tests.streams.settings.refusals import refusal


@pytest.mark.parametrize(
    ("group", "place"),
    [
        (SyslogSettings, "url"),
        (ElasticSettings, "url"),
        (SentinelSettings, "endpoint"),
        (OtlpSettings, "url"),
        (WebhookSettings, "url"),
        (FileSettings, "path"),
    ],
)
def test_without_its_place_a_target_is_off(group: type[SettingsGroup], place: str) -> None:
    assert getattr(group.load(), place) is None


class TestSyslog:
    @pytest.mark.parametrize(
        ("url", "place"),
        [
            ("tls://siem.example", ("tls", "siem.example", 6514)),
            ("tls://siem.example:7000", ("tls", "siem.example", 7000)),
            ("relps://siem.example", ("relps", "siem.example", 2514)),
            ("udp://127.0.0.1", ("udp", "127.0.0.1", 514)),
            ("tcp://[::1]:601", ("tcp", "::1", 601)),
            ("relp://localhost", ("relp", "localhost", 2514)),
        ],
    )
    def test_has_a_scheme_a_host_and_a_port(self, url: str, place: tuple[str, str, int]) -> None:
        assert SyslogSettings.load(url=url).place == place

    @pytest.mark.parametrize(
        ("url", "reason"),
        [
            ("siem.example", "has to be an address such as tls://host:6514"),
            ("https://siem.example", "has to be an address such as tls://host:6514"),
            ("tls://", "has to be an address such as tls://host:6514"),
            ("tls://siem.example:99999", "has a port that is none"),
            ("tls://siem.example:x", "has a port that is none"),
            ("tls://[siem", "is no address"),
            ("tcp://siem.example", "is not encrypted: CORDON_SYSLOG_ALLOW_CLEARTEXT=true accepts that"),
            ("udp://siem.example", "is not encrypted: CORDON_SYSLOG_ALLOW_CLEARTEXT=true accepts that"),
            ("relp://10.0.0.1", "is not encrypted: CORDON_SYSLOG_ALLOW_CLEARTEXT=true accepts that"),
        ],
    )
    def test_is_refused_where_it_has_none_or_is_not_encrypted(self, url: str, reason: str) -> None:
        assert refusal(SyslogSettings, url=url) == f"CORDON_SYSLOG_URL: {reason}"

    def test_may_be_in_clear_where_that_is_meant(self) -> None:
        assert SyslogSettings.load(url="udp://siem.example", allow_cleartext=True).place[0] == "udp"


@pytest.mark.parametrize(
    ("group", "given", "reason"),
    [
        (ElasticSettings, {"username": "u"}, "CORDON_ELASTIC_USERNAME and CORDON_ELASTIC_PASSWORD go together"),
        (ElasticSettings, {"password": "p"}, "CORDON_ELASTIC_USERNAME and CORDON_ELASTIC_PASSWORD go together"),
        (ElasticSettings, {"url": "wss://e.example"}, "CORDON_ELASTIC_URL: has to begin with https://"),
        (OtlpSettings, {"url": "wss://o.example"}, "CORDON_OTLP_URL: has to begin with https://"),
        (WebhookSettings, {"url": "wss://w.example"}, "CORDON_SIEM_WEBHOOK_URL: has to begin with https://"),
        (
            WebhookSettings,
            {"url": "https://w.example"},
            "CORDON_SIEM_WEBHOOK_SECRET has to be set beside CORDON_SIEM_WEBHOOK_URL",
        ),
        (
            SentinelSettings,
            {"endpoint": "https://s.example"},
            "CORDON_SENTINEL_RULE_ID has to be set beside CORDON_SENTINEL_ENDPOINT",
        ),
        (
            SentinelSettings,
            {"tenant_id": "t", "client_secret": "s"},
            "CORDON_SENTINEL_TENANT_ID, _CLIENT_ID and _CLIENT_SECRET go together",
        ),
    ],
)
def test_what_is_half_set_stops_the_start(group: type[SettingsGroup], given: dict[str, Any], reason: str) -> None:
    assert refusal(group, **given) == reason


@pytest.mark.parametrize("namespace", ["Default", "a-b", ""])
def test_a_data_streams_namespace_has_letters_that_elasticsearch_takes(namespace: str) -> None:
    assert refusal(ElasticSettings, namespace=namespace).startswith("CORDON_ELASTIC_NAMESPACE: string should match")


def test_a_file_may_have_any_path(tmp_path: Path) -> None:
    assert FileSettings.load(path=tmp_path / "dlp.jsonl").path == tmp_path / "dlp.jsonl"


@pytest.mark.parametrize(
    ("headers", "read"),
    [("A=b", {"A": "b"}), ("A=b, C = d=e ,", {"A": "b", "C": "d=e"}), ("A=", {"A": ""})],
)
def test_headers_are_pairs(headers: str, read: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDON_OTLP_HEADERS", headers)

    assert OtlpSettings.load().headers == read


@pytest.mark.parametrize("headers", ["s3cret", "=s3cret", "A=b,s3cret"])
def test_headers_that_are_none_are_told_without_them(headers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDON_OTLP_HEADERS", headers)

    assert refusal(OtlpSettings) == "CORDON_OTLP_HEADERS: has to be Name=value, several by commas"
