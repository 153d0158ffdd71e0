import sys
from pathlib import Path

import pytest

from sandbox.process import ChildProcess, free_port

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_child_ends_with_its_block(tmp_path: Path) -> None:
    with ChildProcess(SLEEP, environment={}, log=tmp_path / "log") as child:
        assert child.is_running

    assert not child.is_running


def test_a_child_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    )
    child = ChildProcess([sys.executable, "-c", stubborn], environment={}, log=tmp_path / "log", patience=0.2)
    while "up" not in child.log.read_text():
        assert child.is_running

    assert child.terminate() == -9


def test_a_child_that_dies_at_start_says_what_it_said(tmp_path: Path) -> None:
    child = ChildProcess([sys.executable, "-c", "raise SystemExit('no keyring')"], environment={}, log=tmp_path / "log")

    with pytest.raises(RuntimeError, match=r"exited with 1 .* no keyring"):
        child.wait_ready(f"http://127.0.0.1:{free_port()}/readyz")


def test_its_use_of_the_machine_can_be_read(tmp_path: Path) -> None:
    with ChildProcess(SLEEP, environment={}, log=tmp_path / "log") as child:
        assert child.cpu_seconds() >= 0
        assert child.peak_memory_mib() > 0
