"""A worker that cannot start says why in its last line; one that is told to leave while it loads leaves with 0."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from vault.keyring import Keyring

WORKER = (sys.executable, "-m", "cli", "worker", "--stages", "critical")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "CORDON_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9",
        "CORDON_KEYRING_FILE": str(Keyring.create(tmp_path / "keyring.json").path),
        "CORDON_DATA_DIR": str(tmp_path / "data"),
        "CORDON_METRICS_PORT": "0",
    }


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def complaint(environment: dict[str, str], *command: str) -> str:
    ended = subprocess.run(command or WORKER, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr.splitlines()[-1]


def test_a_broker_that_is_away_is_named(environment: dict[str, str]) -> None:
    assert complaint(environment) == ("cordon: CORDON_KAFKA_...: no broker answers at 127.0.0.1:9, or none lets us in")


def test_a_port_that_is_taken_is_named(environment: dict[str, str], taken_port: int) -> None:
    told = complaint(environment | {"CORDON_METRICS_PORT": str(taken_port)})

    assert told == (
        f"cordon: CORDON_METRICS_HOST, CORDON_METRICS_PORT: 127.0.0.1:{taken_port} cannot be used "
        "(Address already in use)"
    )


def test_a_host_that_is_none_is_named(environment: dict[str, str]) -> None:
    told = complaint(environment | {"CORDON_METRICS_HOST": "300.1.1.1"})

    assert told == "cordon: CORDON_METRICS_HOST, CORDON_METRICS_PORT: 300.1.1.1:0 cannot be used (no such address)"


def test_no_stage_at_all_is_named(environment: dict[str, str]) -> None:
    assert complaint(environment, *WORKER[:-1], "").startswith("cordon: --stages names none (there are critical")


def test_a_policy_that_is_not_there_is_named_by_its_path(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"

    assert complaint(environment | {"CORDON_POLICY_FILE": str(file)}) == (
        f"cordon: {file} cannot be read: No such file or directory"
    )


def test_a_data_folder_that_cannot_be_written_is_named(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert complaint(environment | {"CORDON_DATA_DIR": str(tmp_path / "file" / "data")}) == (
        "cordon: CORDON_DATA_DIR: Not a directory"
    )


def test_told_to_leave_while_it_loads_it_leaves_with_0(environment: dict[str, str]) -> None:
    ready = "import cli.worker, signal, sys; from cli.leaving import leave_when_told; leave_when_told(); "
    with subprocess.Popen(
        [sys.executable, "-c", f"{ready}print('ready', flush=True); signal.pause()"],
        env=environment,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
