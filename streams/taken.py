"""What a receiver has taken, kept over restarts: the ids of the latest records, in a small file of the data folder.

Offsets are committed in intervals and only up to the first record that is not settled. What lies between is sent again
after a crash, and after a replay upstream a record comes under a new offset but with the same id: both are dropped
here. What was under way when the process was killed is repeated; receivers drop it by its id.
"""

import asyncio
import logging
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import IO, Final
from uuid import uuid4

from aiokafka.admin import AIOKafkaAdminClient

from streams.settings import KafkaSettings

DIGEST_BYTES: Final = 16
"""Of an id: what is remembered of it, in memory and in the file."""
REMEMBERED: Final = 50_000
"""Ids in each of two files, the older of which is dropped when the newer is full. Some 8 MiB of memory in each."""
CLUSTER_SECONDS: Final = 10.0
CLUSTER_TRIES: Final = 3
"""For asking the cluster who it is."""

log = logging.getLogger(__name__)


class Taken:
    """The ids of one consumer group's latest records. ``folder`` belongs to this process alone."""

    def __init__(self, kafka: KafkaSettings, folder: Path, group: str) -> None:
        self._kafka = kafka
        self._folder = folder
        self._group = group
        self._newer: dict[bytes, None] = {}
        self._older: dict[bytes, None] = {}
        self._path: Path | None = None
        self._file: IO[bytes] | None = None

    async def recall(self) -> None:
        """Read what earlier processes took. Another cluster's records are not ours: ids begin anew with it."""
        if self._file is None:
            self._path = self._folder / f"{self._group}-{await cluster_id(self._kafka)}.taken"
            await asyncio.to_thread(self._open)

    def has(self, identity: str) -> bool:
        """Whether the receiver has it, as far as is remembered."""
        digest = _digest(identity)
        return digest in self._newer or digest in self._older

    def add(self, identities: Iterable[str]) -> None:
        """Remember records before their batch is acknowledged."""
        digests = [_digest(identity) for identity in identities]
        self._newer.update(dict.fromkeys(digests))
        is_full = len(self._newer) >= REMEMBERED
        if is_full:
            self._older, self._newer = self._newer, {}
        if self._file is None:
            return
        try:
            self._file.write(b"".join(digests))
            if is_full:
                self._turn(self._file)
        except OSError as error:
            log.error("%s: cannot keep what was taken (%s): a restart may repeat it", self._group, type(error).__name__)  # noqa: TRY400  (a trace says no more)
            self.close()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> None:
        assert self._path is not None  # noqa: S101  (set by the caller)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._older = _read(_older(self._path))
            self._newer = _read(self._path)
            self._file = self._path.open("ab", buffering=0)
            self._file.truncate(self._file.tell() // DIGEST_BYTES * DIGEST_BYTES)  # a full disk may have cut the last
        except OSError as error:
            log.error("%s: cannot recall what was taken (%s)", self._group, type(error).__name__)  # noqa: TRY400  (as above)

    def _turn(self, full: IO[bytes]) -> None:
        """The newer file becomes the older one."""
        assert self._path is not None  # noqa: S101  (there is a file)
        full.close()
        self._path.replace(_older(self._path))
        self._file = self._path.open("wb", buffering=0)


async def cluster_id(kafka: KafkaSettings) -> str:
    """The id that the cluster gave itself when it was made; a random one where it does not say."""
    for _ in range(CLUSTER_TRIES):
        admin = AIOKafkaAdminClient(**kafka.client_options())
        try:
            async with asyncio.timeout(CLUSTER_SECONDS):
                await admin.start()
                found = (await admin.describe_cluster()).get("cluster_id")
        except Exception as error:  # noqa: BLE001  (whatever it is, it costs repetitions at the most)
            log.warning("the cluster does not say who it is (%s)", type(error).__name__)
        else:
            return str(found or uuid4().hex)
        finally:
            await admin.close()
    return uuid4().hex


def _digest(identity: str) -> bytes:
    return blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


def _older(path: Path) -> Path:
    return path.with_suffix(".taken-before")


def _read(path: Path) -> dict[bytes, None]:
    if not path.exists():
        return {}
    content = path.read_bytes()
    whole = len(content) - len(content) % DIGEST_BYTES
    return dict.fromkeys(content[at : at + DIGEST_BYTES] for at in range(0, whole, DIGEST_BYTES))
