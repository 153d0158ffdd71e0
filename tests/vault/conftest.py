"""Databases for the vault's tests: SQLite always, a real PostgreSQL server where one is installed."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.vault.vault_parts import Clock
from vault.keyring import Keyring
from vault.vault import Vault

EMPTY = """
DO $$ BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'cordon' AND pid <> pg_backend_pid();
END $$;
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
"""
"""A database of its own for every test would copy and remove a thousand files each time."""


def _postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if found:
        return found[-1].parent
    on_path = shutil.which("postgres")
    return Path(on_path).parent if on_path else None


def _as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root: give it the user that its package made."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={pwd.getpwnam('postgres').pw_uid}", "--clear-groups"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A server of our own; its URL without a database name."""
    programs = _postgres_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed")
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("PostgreSQL does not run as root, and there is no setpriv to start it as somebody else")
    with tempfile.TemporaryDirectory(prefix="cordon-pg-") as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        data, port = f"{folder}/data", _free_port()
        initdb = [programs / "initdb", "-D", data, "-A", "trust", "-U", "cordon", "--no-sync"]
        subprocess.run([*_as_postgres(), *initdb], check=True, capture_output=True)
        options = ["-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-F"]
        server = subprocess.Popen(
            [*_as_postgres(), programs / "postgres", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            ready = [programs / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-U", "cordon", "-t", "1"]
            for _ in range(100):
                if subprocess.run(ready, check=False, capture_output=True).returncode == 0:
                    break
            yield f"postgresql://cordon@127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing in it is worth a checkpoint
            server.wait(timeout=20)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/vault.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind: what uses it runs once on either."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/vault.db"
    server: str = request.getfixturevalue("postgres_server")
    programs = _postgres_programs()
    assert programs is not None
    subprocess.run([programs / "psql", "-q", f"{server}/postgres", "-c", EMPTY], check=True, capture_output=True)
    return f"{server}/postgres"


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring.create(tmp_path / "keyring.json")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def vault(database_url: str, keyring: Keyring, clock: Clock) -> AsyncIterator[Vault]:
    vault = await Vault.open(database_url, keyring, clock=clock)
    yield vault
    await vault.close()
