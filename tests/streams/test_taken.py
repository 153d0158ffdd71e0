"""What a receiver has taken, over restarts, full files and torn ones."""

from pathlib import Path

import pytest

import streams.taken
from streams.settings import KafkaSettings
from streams.taken import Taken

KAFKA = KafkaSettings(bootstrap_servers="127.0.0.1:9")


@pytest.fixture(autouse=True)
def cluster(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The cluster's id; a test may change it."""
    name = ["cluster-1"]

    async def known(_: KafkaSettings) -> str:
        return name[0]

    monkeypatch.setattr(streams.taken, "cluster_id", known)
    return name


def tear(folder: Path) -> None:
    (file,) = folder.glob("*.taken")
    with file.open("ab") as torn:
        torn.write(b"12345")


async def opened(folder: Path) -> Taken:
    taken = Taken(KAFKA, folder, "siem-splunk")
    await taken.recall()
    return taken


async def test_ids_are_remembered_over_a_restart_without_an_orderly_end(tmp_path: Path) -> None:
    killed = await opened(tmp_path)
    killed.add(["a", "b"])
    again = await opened(tmp_path)
    assert again.has("a")
    assert again.has("b")
    assert not again.has("c")
    killed.close()
    again.close()


async def test_the_records_of_another_cluster_are_not_ours(tmp_path: Path, cluster: list[str]) -> None:
    first = await opened(tmp_path)
    first.add(["a"])
    first.close()
    cluster[0] = "cluster-2"
    second = await opened(tmp_path)
    assert not second.has("a")
    second.close()


async def test_half_a_digest_at_the_end_does_not_shift_the_others(tmp_path: Path) -> None:
    first = await opened(tmp_path)
    first.add(["a"])
    first.close()
    tear(tmp_path)
    second = await opened(tmp_path)
    second.add(["b"])
    second.close()
    third = await opened(tmp_path)
    assert third.has("a")
    assert third.has("b")
    third.close()


async def test_the_oldest_are_forgotten_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams.taken, "REMEMBERED", 10)
    taken = await opened(tmp_path)
    for number in range(25):
        taken.add([str(number)])
    taken.close()
    again = await opened(tmp_path)
    for one in (taken, again):
        assert [number for number in range(25) if one.has(str(number))] == list(range(10, 25))
    again.close()


async def test_a_folder_that_cannot_be_used_costs_memory_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    taken = await opened(tmp_path / "file")
    taken.add(["a"])
    assert taken.has("a")
