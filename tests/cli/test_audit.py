"""``cordon audit``: the chain verified from the vault and from a copy, and read without harm."""

import asyncio
from pathlib import Path

import pytest

from tests.cli.test_vault import cordon
from vault.audit import AuditEntry
from vault.keyring import Keyring
from vault.vault import Vault

FORGING = "CardRule\n9\t2026-01-01T00:00:00Z\tos:root\ttoken.reveal.plain\tallowed\x1b[2J"
"""A subject that an agent's browser could name: it would be a line of its own."""


@pytest.fixture
def trail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a vault with three audit records."""
    keyring = Keyring.create(tmp_path / "keyring.json")
    monkeypatch.setenv("CORDON_KEYRING_FILE", str(keyring.path))
    monkeypatch.setenv("CORDON_DATA_DIR", str(tmp_path))

    async def keep() -> None:
        vault = await Vault.open(f"sqlite:///{tmp_path}/cordon.db", keyring)
        for subject in ("first", "second", FORGING):
            await vault.record(AuditEntry(actor="test", action="widget.edited", subject=subject))
        await vault.close()

    asyncio.run(keep())
    return tmp_path


def copied(folder: Path, lines: list[str]) -> str:
    copy = folder / "copy.jsonl"
    copy.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(copy)


def test_a_whole_chain_is_intact_in_the_vault_and_as_a_copy(trail: Path) -> None:
    lines = cordon("audit", "list", "--jsonl").stdout.splitlines()

    assert cordon("audit", "verify").stdout == "3 records, chain intact\n"
    assert cordon("audit", "verify", "--file", copied(trail, lines)).stdout == "3 records, chain intact\n"


def test_a_copy_that_lacks_or_changes_a_record_is_named(trail: Path) -> None:
    first, second, third = cordon("audit", "list", "--jsonl").stdout.splitlines()

    for lines in ([first, third], [first, second.replace("second", "other"), third], [second, first, third]):
        verified = cordon("audit", "verify", "--file", copied(trail, lines))
        assert verified.exit_code == 1
        assert verified.stderr.startswith("cordon: the audit chain is broken: ")


def test_the_newest_records_come_last_each_on_its_line(trail: Path) -> None:
    lines = cordon("audit", "list", "--last", "2").stdout.splitlines()

    assert [line.split("\t")[0] for line in lines] == ["1", "2"]
    assert lines[0].split("\t")[2:] == ["test", "widget.edited", "allowed", "second"]


def test_no_subject_can_forge_a_line_or_steer_the_terminal(trail: Path) -> None:
    shown = cordon("audit", "list").stdout

    assert len(shown.splitlines()) == 3
    assert "\x1b" not in shown
    assert "CardRule\\n9\\t2026" in shown
