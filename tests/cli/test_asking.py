"""A command that Kafka does not answer says so in one line, with the address, whichever command it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import main
from vault.keyring import Keyring

AWAY = "cordon: CORDON_KAFKA_...: no broker answers at 127.0.0.1:9, or none lets us in\n"


@pytest.mark.parametrize(
    "command",
    [
        ("status", "--once"),
        ("deadletters", "list"),
        ("topics", "create"),
        ("topics", "check"),
        ("siem", "backfill", "--target", "splunk", "--from", "2026-01-31"),
    ],
    ids=" ".join,
)
def test_a_broker_that_is_away_is_named(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORDON_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9")
    monkeypatch.setenv("CORDON_KEYRING_FILE", str(Keyring.create(tmp_path / "keyring.json").path))
    monkeypatch.setenv("CORDON_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CORDON_SPLUNK_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("CORDON_SPLUNK_TOKEN", "t")

    ended = CliRunner().invoke(main, command)

    assert ended.exit_code == 1
    assert ended.stderr.lstrip("\n") == AWAY


def test_the_client_library_says_nothing_beside_it(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "CORDON_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9",
        "CORDON_DATA_DIR": str(tmp_path),
    }
    command = [sys.executable, "-m", "cli", "status", "--once"]  # a process: logging is as it is without pytest

    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)

    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", AWAY)
