"""``cordon console link`` prints an address that a browser can open."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import main
from vault.keyring import Keyring


@pytest.fixture(autouse=True)
def deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Keyring.create(tmp_path / "keyring.json")
    monkeypatch.setenv("CORDON_KEYRING_FILE", str(tmp_path / "keyring.json"))
    monkeypatch.setenv("CORDON_API_KEYS_FILE", str(tmp_path / "keys.jsonl"))
    monkeypatch.setenv("CORDON_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CORDON_GATEWAY_PORT", "8443")


@pytest.mark.parametrize(
    ("listens_on", "address"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "127.0.0.1"), ("10.1.2.3", "10.1.2.3")],
)
def test_a_link_leads_where_a_browser_of_this_machine_finds_the_gateway(
    monkeypatch: pytest.MonkeyPatch, listens_on: str, address: str
) -> None:
    monkeypatch.setenv("CORDON_GATEWAY_HOST", listens_on)

    answer = CliRunner().invoke(main, ["console", "link"])

    assert answer.exit_code == 0
    assert answer.stdout.startswith(f"http://{address}:8443/signin?to=/console#")


def test_the_address_that_people_use_can_be_named() -> None:
    answer = CliRunner().invoke(main, ["console", "link", "--url", "https://cordon.bank.example", "--path", "/widget"])

    assert answer.stdout.startswith("https://cordon.bank.example/widget?#link=")
