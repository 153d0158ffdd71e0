import json
import os
from pathlib import Path

import pytest

from connectors.failures import DestinationAway
from connectors.json_file import FileTarget
from connectors.siem import Misconfigured
from tests.connectors.siem_parts import attempt, deliver, violation


def ids(*files: Path) -> list[str]:
    return [json.loads(line)["violation_id"] for file in files for line in file.read_text().splitlines()]


async def test_every_record_is_a_line_and_full_files_are_rotated(tmp_path: Path) -> None:
    file = tmp_path / "siem" / "dlp.jsonl"
    target = FileTarget(path=file, max_bytes=200_000, keep=2)
    await deliver(target, [violation(number) for number in range(1_000)], batch=100)

    rotated = [file.with_name("dlp.jsonl.2"), file.with_name("dlp.jsonl.1")]
    assert sorted(path.name for path in file.parent.iterdir()) == ["dlp.jsonl", "dlp.jsonl.1", "dlp.jsonl.2"]
    kept = ids(*rotated, file)
    assert kept == [f"violation-{number}" for number in range(1_000)][-len(kept) :]
    assert all(path.stat().st_size <= 200_000 for path in rotated)


async def test_half_a_line_of_a_killed_process_is_taken_out(tmp_path: Path) -> None:
    file = tmp_path / "dlp.jsonl"
    await attempt(FileTarget(path=file), [violation(1)])
    with file.open("ab") as torn:
        torn.write(b'{"type":"dlp_viol')
    await attempt(FileTarget(path=file), [violation(2)])
    assert ids(file) == ["violation-1", "violation-2"]


async def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "dlp.jsonl"
    target = FileTarget(path=file)
    await attempt(target, [violation(1)])

    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        write(descriptor, data[:10])
        raise OSError(28, "no space")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(DestinationAway, match="ENOSPC"):
            await attempt(target, [violation(2)])
    await attempt(target, [violation(3)])
    assert ids(file) == ["violation-1", "violation-3"]


async def test_a_folder_where_a_file_should_be_is_a_fault_of_the_set_up(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="EISDIR"):
        await attempt(FileTarget(path=tmp_path), [violation()])
