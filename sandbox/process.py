"""A child process of the local world: started on loopback, watched by its health page, ended by its own pid."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

FIRST_PORT, LAST_PORT = 20_000, 32_000
"""Below the range that the kernel gives to outgoing connections, so that a restart finds its port free."""


def free_port() -> int:
    """Find a TCP port on 127.0.0.1 that nothing listens on. Random, so that parallel runs rarely meet."""
    span = LAST_PORT - FIRST_PORT
    for _ in range(200):
        port = FIRST_PORT + int.from_bytes(os.urandom(2)) % span
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError(f"no free port between {FIRST_PORT} and {LAST_PORT}")


def is_free(port: int) -> bool:
    """Whether nothing listens on that TCP port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def cordon(*arguments: str) -> list[str]:
    """Build the command line of ``cordon`` in this very environment, whatever PATH says."""
    return [sys.executable, "-m", "cli", *arguments]


class ChildProcess:
    """One process with its output in a log file.

    ``with ChildProcess(...) as child`` ends it on the way out: SIGTERM, and SIGKILL after ``patience`` seconds.
    """

    def __init__(
        self, command: Sequence[str], *, environment: Mapping[str, str], log: Path, patience: float = 35
    ) -> None:
        self.log = log
        self._patience = patience
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603  (our own commands)
                command,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the parent alone, which ends its children in order
            )

    @property
    def pid(self) -> int:
        """The operating system's process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.exit_code is None

    def wait_ready(self, url: str, *, seconds: float = 60) -> float:
        """Poll a health page until it answers 200. Returns the seconds it took; raises when it does not come."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if not self.is_running:
                raise RuntimeError(f"exited with {self.exit_code} before it was ready: {self.last_lines()}")
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(url, timeout=2).status_code == httpx.codes.OK:
                    return time.monotonic() - began
            time.sleep(0.1)
        raise RuntimeError(f"not ready after {seconds:.0f} s: {self.last_lines()}")

    def last_lines(self, count: int = 5) -> str:
        """The end of its log, for an error message."""
        return " | ".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def cpu_seconds(self) -> float:
        """User and system time so far. Linux only."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_memory_mib(self) -> float:
        """Largest resident size so far. Linux only."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0

    def kill(self) -> None:
        """SIGKILL: what a crash or the kernel's memory guard does."""
        self._process.kill()
        self._process.wait()

    def pause(self) -> None:
        """SIGSTOP: a long stop of the world."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._process.send_signal(signal.SIGCONT)

    def terminate(self) -> int:
        """SIGTERM, and wait. Returns the exit code; after ``patience`` seconds it is killed."""
        if self.is_running:
            self._process.terminate()
            try:
                self._process.wait(self._patience)
            except subprocess.TimeoutExpired:
                self.kill()
        return self._process.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.terminate()
