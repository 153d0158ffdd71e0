"""A file of JSON lines for a collector to follow, rotated by size, on disk before a batch counts as taken."""

import asyncio
import errno
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from connectors.failures import DestinationAway
from connectors.formats import JSON_FORMATS
from connectors.siem import Answer, BatchLimits, Misconfigured, SiemRecord

SET_UP: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR})


class FileTarget:
    """One file, and ``keep`` older ones beside it: ``name.1`` is the youngest of them."""

    name = "file"
    limits = BatchLimits()

    def __init__(self, *, path: Path, form: str = "cordon", max_bytes: int = 100_000_000, keep: int = 5) -> None:
        self._path = path
        self._encode = JSON_FORMATS[form]
        self._max_bytes = max_bytes
        self._keep = keep
        self._turn = asyncio.Lock()

    @property
    def address(self) -> str:
        """The file's path."""
        return str(self._path)

    def encode(self, record: SiemRecord) -> bytes:
        """One line."""
        return self._encode(record) + b"\n"

    async def send(self, batch: Sequence[bytes]) -> Answer:
        """Append a batch, and wait until the disk has it. See ``connectors.siem``."""
        async with self._turn:
            try:
                await asyncio.to_thread(self._append, b"".join(batch))
            except OSError as error:
                reason = errno.errorcode.get(error.errno or 0, "OSError")
                raise (Misconfigured if error.errno in SET_UP else DestinationAway)(reason) from None
        return Answer()

    async def close(self) -> None:
        """Nothing stays open."""

    def _append(self, data: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a+b") as file:
            size = _whole(file.fileno(), file.seek(0, os.SEEK_END))
            os.ftruncate(file.fileno(), size)
            if not size or size + len(data) <= self._max_bytes:
                self._write(file.fileno(), data, size)
                return
        self._rotate()
        with self._path.open("ab") as file:
            self._write(file.fileno(), data, 0)

    def _write(self, descriptor: int, data: bytes, size: int) -> None:
        """All of it, or nothing: a full disk leaves half a batch."""
        try:
            written = 0
            while written < len(data):
                written += os.write(descriptor, data[written:])
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, size)
            raise

    def _rotate(self) -> None:
        for number in range(self._keep, 0, -1):
            older = self._path.with_name(f"{self._path.name}.{number}")
            younger = self._path if number == 1 else self._path.with_name(f"{self._path.name}.{number - 1}")
            if younger.exists():
                younger.replace(older)
        if not self._keep:
            self._path.unlink()


def _whole(descriptor: int, size: int) -> int:
    """Bytes up to the last line feed: a process that was killed may have left half a line."""
    back = 0
    while back < size:
        step = min(4096, size - back)
        chunk = os.pread(descriptor, step, size - back - step)
        if (at := chunk.rfind(b"\n")) >= 0:
            return size - back - step + at + 1
        back += step
    return 0
