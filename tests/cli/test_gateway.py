import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import main
from vault.keyring import Keyring


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDON_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9")
    monkeypatch.setenv("CORDON_KEYRING_FILE", str(Keyring.create(tmp_path / "keyring.json").path))
    monkeypatch.setenv("CORDON_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CORDON_GATEWAY_AUTH", "off")


@pytest.mark.parametrize(
    ("variable", "value", "complaint"),
    [
        ("CORDON_VAULT_RETENTION", "br_cpf", "CORDON_VAULT_RETENTION: has to read"),
        ("CORDON_DATABASE_URL", "postgresql://u:s3cret@127.0.0.1:9/d", "the vault's database failed"),
    ],
)
def test_a_vault_that_cannot_open_stops_the_start_with_one_line(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, complaint: str
) -> None:
    monkeypatch.setenv(variable, value)

    failed = CliRunner().invoke(main, ["gateway"])

    assert failed.exit_code == 1
    last = failed.stderr.splitlines()[-1]
    assert last.startswith(f"cordon: {complaint}")
    assert "s3cret" not in failed.output


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "-m", "cli", "gateway"],
            env={**os.environ, "CORDON_GATEWAY_PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == (
        f"cordon: CORDON_GATEWAY_HOST, CORDON_GATEWAY_PORT: 127.0.0.1:{port} cannot be used"
    )
