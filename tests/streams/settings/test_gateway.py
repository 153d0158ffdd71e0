"""The HTTP edge: nobody calls it unknown, but on this machine and where that is meant."""

from pathlib import Path

import pytest

from streams.settings.gateway import GatewaySettings
from tests.streams.settings.refusals import refusal


def test_callers_are_known_by_keys_or_tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = tmp_path / "keys"
    reason = "CORDON_API_KEYS_FILE: is not set (or CORDON_GATEWAY_AUTH=off on a loopback address)"

    assert refusal(GatewaySettings, keyring_file="k") == reason
    assert GatewaySettings.load(keyring_file="k", api_keys_file=keys).api_keys_file == keys

    monkeypatch.setenv("CORDON_OIDC_AUDIENCE", "cordon")
    monkeypatch.setenv("CORDON_OIDC_ISSUER", "https://idp.example")
    assert GatewaySettings.load(keyring_file="k").api_keys_file is None


def test_a_wrong_setting_of_the_provider_is_told_here_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDON_OIDC_AUDIENCE", "cordon")

    assert refusal(GatewaySettings, keyring_file="k") == "CORDON_OIDC_ISSUER has to be set beside CORDON_OIDC_AUDIENCE"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_on_this_machine_everybody_may_call_where_that_is_meant(host: str) -> None:
    assert GatewaySettings.load(keyring_file="k", gateway_auth="off", gateway_host=host).gateway_host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "gateway.example"])
def test_but_not_from_outside(host: str) -> None:
    reason = "CORDON_GATEWAY_AUTH: off is accepted on a loopback address only"

    assert refusal(GatewaySettings, keyring_file="k", gateway_auth="off", gateway_host=host) == reason


def test_nothing_starts_without_a_keyring() -> None:
    assert refusal(GatewaySettings, gateway_auth="off") == "CORDON_KEYRING_FILE: is not set"


@pytest.mark.parametrize("proxies", ["10.0.0.0/8", "10.1.2.3, fd00::/8"])
def test_proxies_are_addresses_and_networks(proxies: str) -> None:
    assert GatewaySettings.load(keyring_file="k", gateway_auth="off", gateway_trusted_proxies=proxies)


@pytest.mark.parametrize("proxies", ["*", "", "ingress.example", "10.0.0.1/8"])
def test_nobody_is_believed_by_name_and_not_everybody(proxies: str) -> None:
    line = refusal(GatewaySettings, keyring_file="k", gateway_auth="off", gateway_trusted_proxies=proxies)

    assert line.startswith("CORDON_GATEWAY_TRUSTED_PROXIES: has to be addresses or networks")
