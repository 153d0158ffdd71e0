"""What a SIEM is to Cordon: it encodes records one by one and takes them in batches.

A target's ``send`` ends in one of these ways:

Answer            the batch was taken, but for the records that the answer names
DestinationAway   nothing is known to be stored: send the same batch again
  Misconfigured   ... but only once somebody has mended the set-up
BatchRefused      one record, or some, made the receiver refuse the whole batch
BatchTooBig       the batch has to be cut
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from connectors.failures import DestinationAway, RefusedForGood
from schemas import AuditRecord, Violation

SiemRecord = Violation | AuditRecord
"""What SIEMs receive: the records of ``dlp.violations`` and of ``dlp.audit``."""

PRODUCT: Final = "Cordon"
"""The name under which records are sent where a format wants vendor and product."""
PRODUCT_VERSION: Final = "0.1"
"""Of the formats, not of the release: rules of a SIEM may test it."""


class Misconfigured(DestinationAway):
    """The receiver does not accept who we are or where we write. No record is to blame, and none is given up."""


class BatchRefused(RefusedForGood):
    """The whole batch was refused for one of its records."""

    def __init__(self, code: str, *, status: int, index: int | None = None) -> None:
        super().__init__(code, status=status)
        self.index = index
        """Place of the record in the batch, from 0, where the receiver named it."""


class BatchTooBig(Exception):
    """The batch exceeds what the receiver takes in one request."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A batch was taken."""

    refused: Mapping[int, str] = field(default_factory=dict)
    """Records that the receiver will never take, by place in the batch, with its code. The others are stored."""
    again: frozenset[int] = frozenset()
    """Records that it could not take now. The others are stored."""
    confirmation: Callable[[], Awaitable[None]] | None = None
    """Waits until the receiver vouches for the batch. Raises DestinationAway when it does not: send it again."""


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """When a batch is full, and how much may wait."""

    max_records: int = 500
    max_bytes: int = 1_000_000
    """Of encoded records, before compression."""
    separator_bytes: int = 1
    """What stands between two records."""
    max_record_bytes: int = 256 * 1024
    """A larger record is sent without its list of matches."""
    held_records: int = 20_000
    """Records in hand, until the receiver has vouched for them. A worker that is killed repeats no more of them."""


class SiemTarget(Protocol):
    """One receiver."""

    name: str
    """Names the consumer group and the metrics: ``splunk``, ``elastic`` ..."""
    limits: BatchLimits

    @property
    def address(self) -> str:
        """Where it is, for people and for ``cordon siem test``: a URL, or a path."""

    def encode(self, record: SiemRecord) -> bytes:
        """One record in the receiver's own shape. Pure, and deterministic: the same record gives the same bytes."""

    async def send(self, batch: Sequence[bytes]) -> Answer:
        """Hand over encoded records. See the module for how it ends."""

    async def close(self) -> None:
        """Let go of connections."""


def record_id(record: SiemRecord) -> str:
    """The id by which a receiver drops what it has: the same after every replay."""
    return record.violation_id if isinstance(record, Violation) else record.audit_id
