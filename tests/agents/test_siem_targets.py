"""From settings to targets: each by its own variables, none by half."""

from pathlib import Path

import pytest

from agents.siem_targets import TARGETS, configured_targets
from streams.settings import WrongSettingError

SETTINGS: dict[str, dict[str, str]] = {
    "splunk": {"CORDON_SPLUNK_URL": "https://splunk.example:8088", "CORDON_SPLUNK_TOKEN": "t"},
    "sentinel": {"CORDON_SENTINEL_ENDPOINT": "https://dcr.example", "CORDON_SENTINEL_RULE_ID": "dcr-1"},
    "elastic": {"CORDON_ELASTIC_URL": "https://elastic.example"},
    "syslog": {"CORDON_SYSLOG_URL": "tls://syslog.example"},
    "otlp": {"CORDON_OTLP_URL": "https://collector.example:4318", "CORDON_OTLP_HEADERS": "x-key=1, x-tenant=a=b"},
    "webhook": {"CORDON_SIEM_WEBHOOK_URL": "https://hook.example/x", "CORDON_SIEM_WEBHOOK_SECRET": "s"},
    "file": {"CORDON_SIEM_FILE_PATH": "violations.jsonl"},
}


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for settings in SETTINGS.values():
        for name in settings:
            monkeypatch.delenv(name, raising=False)


def put(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("name", list(TARGETS))
async def test_a_target_is_made_when_its_address_is_set_and_not_otherwise(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert TARGETS[name]() is None
    put(monkeypatch, SETTINGS[name])
    (target,) = configured_targets()
    assert target.name == name
    await target.close()


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("tls://siem.example", "tls://siem.example:6514"),
        ("tcp://127.0.0.1:1514", "tcp://127.0.0.1:1514"),
        ("udp://localhost", "udp://localhost:514"),
        ("relp://127.0.0.1", "relp://127.0.0.1:2514"),
        ("relps://siem.example:20514", "relps://siem.example:20514"),
    ],
)
def test_syslog_goes_by_the_scheme(url: str, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDON_SYSLOG_URL", url)
    target = TARGETS["syslog"]()
    assert target is not None
    assert target.address == address


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"CORDON_SPLUNK_URL": "https://s.example"}, "CORDON_SPLUNK_TOKEN has to be set beside CORDON_SPLUNK_URL"),
        ({"CORDON_SPLUNK_URL": "http://s.example", "CORDON_SPLUNK_TOKEN": "t"}, "not encrypted"),
        ({"CORDON_SENTINEL_ENDPOINT": "https://e.example"}, "CORDON_SENTINEL_RULE_ID has to be set"),
        ({"CORDON_SYSLOG_URL": "tcp://siem.example:514"}, "CORDON_SYSLOG_ALLOW_CLEARTEXT=true accepts that"),
        ({"CORDON_SYSLOG_URL": "https://siem.example"}, "has to be an address such as tls://host:6514"),
        ({"CORDON_SIEM_WEBHOOK_URL": "https://e.example"}, "CORDON_SIEM_WEBHOOK_SECRET has to be set"),
        ({"CORDON_ELASTIC_URL": "ws://127.0.0.1"}, "has to begin with https://"),
        ({"CORDON_OTLP_URL": "https://e.example", "CORDON_OTLP_HEADERS": "key"}, "has to be Name=value"),
        ({"CORDON_ELASTIC_URL": "https://e.example", "CORDON_ELASTIC_CA_FILE": "/none.pem"}, "cannot be used"),
    ],
)
def test_a_target_that_is_set_by_half_stops_the_start_with_one_line(
    settings: dict[str, str], line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, settings)
    with pytest.raises(WrongSettingError, match=line):
        configured_targets()


def test_a_secret_comes_from_a_file_as_well(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "headers").write_text("authorization=Bearer x\n")
    put(monkeypatch, {"CORDON_OTLP_URL": "https://e.example", "CORDON_OTLP_HEADERS_FILE": str(tmp_path / "headers")})
    assert TARGETS["otlp"]() is not None
