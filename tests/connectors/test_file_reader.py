"""Files are read in a process of their own: whatever is in them, there is an answer."""

import pytest

from connectors import file_reader
from connectors.file_reader import FileReader
from detection.files.kinds import JPEG, PDF, TEXT
from tests.detection.files.file_parts import pdf, picture


async def test_a_document_is_read_in_another_process() -> None:
    read = await FileReader().read(pdf("hello there"), "application/pdf")

    assert (read.kind, read.unreadable) == (PDF, "")
    assert "hello there" in "\n".join(read.strings)


async def test_a_broken_file_is_unreadable_and_nothing_worse() -> None:
    read = await FileReader().read(pdf("hello")[:200], PDF)

    assert read.unreadable
    assert not read.strings


async def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_reader, "SECONDS", 0.01)

    assert (await FileReader().read(b"hello", TEXT)).unreadable


@pytest.mark.parametrize("claimed", ["text/plain\0", "text/\ud800", "x" * 200_000, ""])
async def test_whatever_a_file_is_said_to_be_there_is_an_answer(claimed: str) -> None:
    assert (await FileReader().read(pdf("hello there"), claimed)).kind == PDF


async def test_a_machine_that_begins_no_process_reads_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_reader, "_COMMAND", ("/nowhere/python",))

    assert (await FileReader().read(b"hello", TEXT)).unreadable
    assert await FileReader().stripped(b"hello", TEXT) is None


async def test_a_picture_comes_back_without_its_metadata() -> None:
    content = picture(comment="at home")

    bare = await FileReader().stripped(content, JPEG)

    assert bare is not None
    assert b"at home" in content
    assert b"at home" not in bare
    assert await FileReader().stripped(b"\xff\xd8\xff broken", JPEG) is None
