"""Which records of a parcel make a receiver refuse it: found by the number it names, or by halving. Pure: no I/O.

To find one bad record among n without a number costs at most log2(n) requests, rounded up, and one more for the rest:
the half that is not asked about is kept and sent at the end, together with whatever else is left.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from streams.lanes import RetryLater

T = TypeVar("T")


class NeedsHands(RetryLater):
    """As RetryLater, but no pause will cure it: the set-up is wrong, and somebody has to mend it."""


class ParcelRefused(Exception):
    """Nothing of the parcel was taken, for at least one of its records. ``index`` is its place, where it is known."""

    def __init__(self, code: str, index: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.index = index


class ParcelTooBig(Exception):
    """Nothing of the parcel was taken: it has to be cut."""


class Handed(Protocol):
    """A parcel was taken, but for what is named here."""

    @property
    def refused(self) -> Mapping[int, str]:
        """Places of records that will never be taken, with a code each."""

    @property
    def again(self) -> frozenset[int]:
        """Places of records that could not be taken now."""

    @property
    def confirmation(self) -> Callable[[], Awaitable[None]] | None:
        """Waits for the receiver's word that it has the parcel. Raises RetryLater."""


class RefusesEverythingError(Exception):
    """The receiver refuses records that cannot all be bad: the fault is its own, or the set-up's."""


class Parcel(Generic[T]):
    """The records of a parcel that are not settled, and what is known about them."""

    def __init__(self, records: Sequence[T]) -> None:
        self._rest = list(records)
        self._bad: list[T] = []
        """These hold at least one bad record."""
        self._accused: T | None = None
        """Bad by all appearances, but nothing has shown yet that the receiver takes anything at all."""
        self._has_taken = False
        self._limit = len(self._rest)

    def next(self) -> list[T]:
        """What to send now. Empty when all is settled."""
        if self._accused is not None:
            return self._rest[-1:]
        if self._bad:
            return self._bad[: max(len(self._bad) // 2, 1)]
        return self._rest[: self._limit]

    def taken(self, sent: Sequence[T], *, again: Sequence[T] = ()) -> list[T]:
        """What was sent arrived, but for ``again``. Returns records that are bad by exclusion."""
        self._has_taken = self._has_taken or len(again) < len(sent)
        if self._accused is not None:
            self._rest = [*self._rest[:-1], *again]
            culprit, self._accused = self._accused, None
            return [culprit]
        if self._bad:
            self._bad = self._bad[len(sent) :]
            self._rest += again
            return self._condemn_last()
        self._rest = [*self._rest[len(sent) :], *again]
        return []

    def refused(self, sent: Sequence[T], index: int | None) -> list[T]:
        """What was sent was refused. Returns the record that is to blame, once it is known.

        Raises RefusesEverythingError where a record taken at random is refused as well.
        """
        if self._accused is not None:
            self._rest.append(self._accused)
            self._accused = None
            raise RefusesEverythingError
        if index is not None and 0 <= index < len(sent):
            rest = [*sent[:index], *sent[index + 1 :], *(self._bad or self._rest)[len(sent) :]]
            self._rest = rest + (self._rest if self._bad else [])
            self._bad = []
            return [sent[index]]
        if self._bad:
            self._rest += self._bad[len(sent) :]
        else:
            self._rest = self._rest[len(sent) :]
        self._bad = list(sent)
        return self._condemn_last()

    def too_big(self, sent: Sequence[T]) -> bool:
        """What was sent has to be cut. False when it is a single record and cannot be."""
        self._limit = max(len(sent) // 2, 1)
        return len(sent) > 1

    def drop(self, is_gone: Callable[[T], bool]) -> list[T]:
        """Take out records that are no longer ours to send, and return them."""
        gone = [record for record in self.left() if is_gone(record)]
        if gone:
            self._rest = [record for record in self.left() if not is_gone(record)]
            self._bad, self._accused = [], None
        return gone

    def left(self) -> list[T]:
        """All that is not settled."""
        return [*([] if self._accused is None else [self._accused]), *self._bad, *self._rest]

    def give_up(self, record: T) -> None:
        """A record that could not be cut is put aside."""
        self._rest = [left for left in self.left() if left is not record]
        self._bad, self._accused = [], None

    def _condemn_last(self) -> list[T]:
        if len(self._bad) != 1:
            return []
        (culprit,), self._bad = self._bad, []
        if self._has_taken or not self._rest:
            return [culprit]
        self._accused = culprit
        return []
