"""Killed at any moment: no token without its value, no value without its record, nothing in clear on disk."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.vault.vault_parts import READER
from vault.keyring import Keyring
from vault.requests import View
from vault.vault import Vault

WRITER_PROGRAM = """
import asyncio, sys
from vault.keyring import Keyring
from vault.requests import Access, TokenRequest
from vault.vault import Vault

async def main(url, keyring):
    vault = await Vault.open(url, Keyring.load(keyring))
    async def one(number):
        request = TokenRequest(entity="policy_number", value=f"PLANTED-{number:08}")
        issued = await vault.tokenize(request, Access(actor="writer"))
        print(number, issued.token, flush=True)
    for start in range(0, 1_000_000, 20):
        await asyncio.gather(*(one(number) for number in range(start, start + 20)))

asyncio.run(main(*sys.argv[1:]))
"""


def write_until_killed(url: str, keyring: Path, tokens: int) -> dict[str, str]:
    """Tokens that the killed writer had handed out, with their values."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER_PROGRAM, url, keyring], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    lines = [writer.stdout.readline() for _ in range(tokens)]
    os.kill(writer.pid, signal.SIGKILL)
    rest = writer.stdout.read()
    lines += rest.splitlines(keepends=True)
    writer.wait()
    writer.stdout.close()
    handed_out = [line.split() for line in lines if line.endswith("\n")]
    return {token: f"PLANTED-{int(number):08}" for number, token in handed_out}


async def test_a_killed_writer_leaves_tokens_values_and_records_that_agree(database_url: str, keyring: Keyring) -> None:
    handed_out = write_until_killed(database_url, keyring.path, 400)

    vault = await Vault.open(database_url, keyring)
    assert len(handed_out) >= 400
    for token, value in handed_out.items():
        assert (await vault.reveal(token, View.PLAIN, READER)).value == value
    stored = set(
        await vault.database.run(lambda c: c.exec_driver_sql("SELECT token FROM vault_tokens").scalars().all())
    )
    rows = await vault.database.run(lambda c: c.exec_driver_sql("SELECT record FROM vault_audit").scalars().all())
    records = [json.loads(row) for row in rows]
    assert stored == {record["subject"] for record in records if record["action"] == "token.create"}
    assert set(handed_out) <= stored
    assert (await vault.verify_audit()).is_intact
    await vault.close()


def test_no_value_stands_in_clear_in_a_file_after_a_kill(tmp_path: Path, sqlite_url: str, keyring: Keyring) -> None:
    handed_out = write_until_killed(sqlite_url, keyring.path, 200)

    files = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith("vault.db")}

    assert {"vault.db", "vault.db-wal"} <= set(files)
    assert any(next(iter(handed_out)).encode() in content for content in files.values())  # the search does find
    assert not any(b"PLANTED" in content for content in files.values())
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.glob("vault.db*"))
