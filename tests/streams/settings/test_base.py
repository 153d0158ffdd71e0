"""What holds for every group: where settings come from, and how one that is wrong is told without its value."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import annotated_types
import pytest
from pydantic import SecretStr

from streams.settings import SettingsGroup, WrongSettingError
from streams.settings.base import is_loopback
from streams.settings.channels import ChannelSettings
from streams.settings.genesys import GenesysSettings
from streams.settings.names import groups, variables
from streams.settings.siem import SentinelSettings
from streams.settings.splunk import SplunkSettings
from tests.streams.settings.refusals import refusal

GENESYS = {"login_url": "https://l.example", "client_id": "i", "client_secret": "s", "integration_id": "n"}


def bounds() -> Iterator[tuple[type[SettingsGroup], str, str]]:
    """Group, variable and a value that is just too small or too large."""
    for group in groups():
        for variable, field in variables(group).items():
            for bound in field.metadata:
                match bound:
                    case annotated_types.Gt(least):
                        yield group, variable, str(least)
                    case annotated_types.Ge(least):
                        yield group, variable, str(least - 1)
                    case annotated_types.Le(most):
                        yield group, variable, str(most + 1)
                    case _:
                        pass


BOUNDS = list(bounds())
NUMBERS = {(group, variable) for group, variable, _ in BOUNDS}
SECRETS = [
    (group, variable)
    for group in groups()
    for variable, field in variables(group).items()
    if "SecretStr" in str(field.annotation)
]


class TestEveryGroup:
    @pytest.mark.parametrize(("group", "variable", "value"), BOUNDS)
    def test_refuses_a_number_beyond_its_bounds(
        self, group: type[SettingsGroup], variable: str, value: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(variable, value)

        assert refusal(group, **needed(group)).startswith(f"{variable}: input should be ")

    @pytest.mark.parametrize(("group", "variable"), sorted(NUMBERS, key=str))
    @pytest.mark.parametrize("value", ["many", "nan", "inf"])
    def test_refuses_what_is_no_number(
        self, group: type[SettingsGroup], variable: str, value: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(variable, value)

        line = refusal(group, **needed(group))

        assert line.startswith(f"{variable}: input should be a ")
        assert "many" not in line

    @pytest.mark.parametrize(("group", "variable"), SECRETS)
    def test_shows_no_secret(
        self, group: type[SettingsGroup], variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "secret").write_text("s3cret\n")
        monkeypatch.setenv(f"{variable}_FILE", str(tmp_path / "secret"))
        prefix = str(group.model_config["env_prefix"])
        field = variable.removeprefix(prefix).lower()

        loaded = group.load(**needed(group), **BESIDE.get(variable, {}))
        secret = getattr(loaded, field)

        assert isinstance(secret, SecretStr)
        assert secret.get_secret_value() == "s3cret"
        assert "s3cret" not in f"{loaded} {loaded!r}"


def needed(group: type[SettingsGroup]) -> dict[str, Any]:
    """What a group cannot be without."""
    values = {"keyring_file": "k", "bootstrap_servers": "kafka:9092", "gateway_auth": "off"}
    return {name: value for name, value in values.items() if name in group.model_fields}


BESIDE = {
    "CORDON_SENTINEL_CLIENT_SECRET": {"tenant_id": "t", "client_id": "c"},
    "CORDON_ELASTIC_PASSWORD": {"username": "u"},
    "CORDON_ALERTS_SMTP_PASSWORD": {"smtp_username": "u"},
}
"""What has to stand beside a secret."""


class TestWhereSettingsComeFrom:
    def test_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CORDON_SPLUNK_INDEX", "dlp")

        assert SplunkSettings.load().index == "dlp"

    def test_what_the_caller_gives_wins_over_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CORDON_SPLUNK_INDEX", "dlp")

        assert SplunkSettings.load(index="other").index == "other"

    def test_and_the_environment_over_a_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "index").write_text("of the file")
        monkeypatch.setenv("CORDON_SPLUNK_INDEX_FILE", str(tmp_path / "index"))
        assert SplunkSettings.load().index == "of the file"

        monkeypatch.setenv("CORDON_SPLUNK_INDEX", "dlp")
        assert SplunkSettings.load().index == "dlp"

    def test_an_empty_variable_is_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "index").write_text("of the file\r\n")
        monkeypatch.setenv("CORDON_SPLUNK_INDEX", "")
        assert SplunkSettings.load().index is None

        monkeypatch.setenv("CORDON_SPLUNK_INDEX_FILE", str(tmp_path / "index"))
        assert SplunkSettings.load().index == "of the file"

        monkeypatch.setenv("CORDON_SPLUNK_INDEX_FILE", "")
        assert SplunkSettings.load().index is None

    def test_a_file_that_cannot_be_read_stops_the_start(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CORDON_SPLUNK_TOKEN_FILE", str(tmp_path / "nothing"))
        assert refusal(SplunkSettings) == "CORDON_SPLUNK_TOKEN_FILE: the file cannot be read (FileNotFoundError)"

        (tmp_path / "bytes").write_bytes(b"\xff\xfe")
        monkeypatch.setenv("CORDON_SPLUNK_TOKEN_FILE", str(tmp_path / "bytes"))
        assert refusal(SplunkSettings) == "CORDON_SPLUNK_TOKEN_FILE: the file cannot be read (UnicodeDecodeError)"

    def test_so_does_a_secret_that_is_empty(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "secret").write_text("\n")
        monkeypatch.setenv("CORDON_CHANNEL_CALLBACK_SECRET_FILE", str(tmp_path / "secret"))

        assert refusal(ChannelSettings) == "CORDON_CHANNEL_CALLBACK_SECRET_FILE: the file is empty"

    def test_a_setting_that_is_a_path_names_the_file_itself(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CORDON_SPLUNK_CA_FILE", str(tmp_path / "ca.pem"))

        assert SplunkSettings.load().ca_file == tmp_path / "ca.pem"


class TestAddresses:
    @pytest.mark.parametrize(
        ("group", "given"),
        [
            (SplunkSettings, {"url": "https://splunk.example:8088/services/collector", "token": "t"}),
            (SplunkSettings, {"url": "https://splunk.example:8088?x=1", "token": "t"}),
            (GenesysSettings, {**GENESYS, "api_url": "https://api.example/api/v2"}),
            (GenesysSettings, {**GENESYS, "api_url": "https://api.example", "login_url": "https://l.example/oauth"}),
        ],
    )
    def test_a_base_address_has_no_path(self, group: type[SettingsGroup], given: dict[str, Any]) -> None:
        with pytest.raises(WrongSettingError, match="has to be a base address, without a path"):
            group.load(**given)

    def test_one_may_end_in_a_slash(self) -> None:
        assert SplunkSettings.load(url="https://splunk.example:8088/", token="t").url == (
            "https://splunk.example:8088",
        )

    @pytest.mark.parametrize(
        ("url", "reason"),
        [
            ("https://s3cret.example:99999", "has a port that is none"),
            ("https://[s3cret", "is no address"),
            ("https://s3cret\u2100.example", "is no address"),
            ("s3cret.example", "has to be an address such as https://host"),
            ("ftp://s3cret.example", "has to be an address such as https://host"),
            ("https://", "has to be an address such as https://host"),
            ("http://s3cret.example", "is not encrypted: plain http is accepted to loopback addresses only"),
            ("ws://s3cret.example", "is not encrypted: plain http is accepted to loopback addresses only"),
        ],
    )
    def test_a_wrong_one_is_told_without_it(self, url: str, reason: str) -> None:
        assert (
            refusal(ChannelSettings, callback_url=url, callback_secret="s") == f"CORDON_CHANNEL_CALLBACK_URL: {reason}"
        )

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]"])
    def test_loopback_stays_on_this_machine(self, host: str) -> None:
        assert is_loopback(host)

    @pytest.mark.parametrize("host", ["", "localhost.example", "10.0.0.1", "0.0.0.0", "::", "example.com"])
    def test_nothing_else_does(self, host: str) -> None:
        assert not is_loopback(host)


def test_settings_cannot_be_changed_once_they_are_loaded() -> None:
    with pytest.raises(ValueError, match="frozen"):
        SentinelSettings.load().stream = "other"
