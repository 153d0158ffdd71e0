"""Which records of a parcel make a receiver refuse it: found by the number it names, or by halving. Pure: no I/O.

To find one bad record among n without a number costs at most log2(n) requests, rounded up, and one more for the rest:
the half that is not asked about is kept and sent at the end, together with whatever else is left.

A receiver that refuses everything for a while speaks of itself. So a record is blamed only by a refusal that came after
the receiver had taken something else: until then it is accused, and asked about again.
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


ACCUSED = 2
"""So many records found by halving, with nothing taken meanwhile, and the receiver is taken to be at fault."""
ACCUSED_BY_NUMBER = 20
"""The same for records that the receiver names: each costs one request."""


class Parcel(Generic[T]):
    """The records of a parcel that are not settled, and what is known about them."""

    def __init__(self, records: Sequence[T]) -> None:
        self._rest = list(records)
        self._bad: list[T] = []
        """These hold at least one bad record, if the receiver is to be believed."""
        self._is_certain = False
        """Whether it said so after it had taken something."""
        self._accused: list[T] = []
        """Refused alone or by name, by a receiver that had taken nothing yet."""
        self._asked: list[T] = self._rest
        """From which of the three lists the last request was."""
        self._has_taken = False
        self._limit = len(self._rest)
        self._accused_limit = ACCUSED
        self.code = ""
        """With which the receiver refused last."""

    def next(self) -> list[T]:
        """What to send now. Empty when all is settled."""
        if self._bad:
            self._asked = self._bad
            size = len(self._bad) + (self._has_taken and not self._is_certain)  # one more request waits at the end
            return self._bad[: max(size // 2, 1)]
        if self._accused and (self._has_taken or not self._rest):
            self._asked = self._accused
            return self._accused[:1]
        self._asked = self._rest
        return self._rest[: 1 if len(self._accused) >= self._accused_limit else self._limit]

    def taken(self, sent: Sequence[T], *, again: Sequence[T] = ()) -> list[T]:
        """What was sent arrived, but for ``again``. Returns records that are bad by exclusion."""
        self._has_taken = self._has_taken or len(again) < len(sent)
        del self._asked[: len(sent)]
        self._rest += again
        if len(self._bad) == 1 and self._is_certain:
            return [self._bad.pop()]
        return []

    def refused(
        self, sent: Sequence[T], index: int | None, *, code: str = "refused", is_vouched: bool = False
    ) -> list[T]:
        """What was sent was refused. Returns the record that is to blame, once it is known.

        ``is_vouched`` says that the receiver took something of another parcel since it first refused this one. Raises
        RefusesEverythingError where nothing speaks for the receiver.
        """
        self.code = code
        is_known = index is not None and 0 <= index < len(sent)
        if is_known:
            self._accused_limit = ACCUSED_BY_NUMBER
        is_sample = self._asked is not self._bad and len(self._accused) >= self._accused_limit
        del self._asked[: len(sent)]
        is_vouched = is_vouched or self._has_taken
        if len(sent) == 1 or is_known:
            place = index if is_known and index is not None else 0
            self._rest = [*sent[:place], *sent[place + 1 :], *self._bad, *self._rest]
            self._bad = []
            return self._condemn(sent[place], is_vouched=is_vouched, is_sample=is_sample)
        self._rest += self._bad
        self._bad, self._is_certain = list(sent), is_vouched
        return []

    def too_big(self, sent: Sequence[T]) -> bool:
        """What was sent has to be cut. False when it is a single record and cannot be."""
        self._limit = max(len(sent) // 2, 1)
        self._rest, self._bad = [*self._bad, *self._rest], []
        return len(sent) > 1

    def drop(self, is_gone: Callable[[T], bool]) -> list[T]:
        """Take out records that are no longer ours to send, and return them."""
        gone = [record for record in self.left() if is_gone(record)]
        if gone:
            self._start_anew([record for record in self.left() if not is_gone(record)])
        return gone

    def left(self) -> list[T]:
        """All that is not settled."""
        return [*self._accused, *self._bad, *self._rest]

    def give_up(self, record: T) -> None:
        """A record that could not be cut is put aside."""
        self._start_anew([left for left in self.left() if left is not record])

    def _start_anew(self, records: list[T]) -> None:
        self._rest, self._bad, self._accused = records, [], []

    def _condemn(self, culprit: T, *, is_vouched: bool, is_sample: bool) -> list[T]:
        if is_vouched:
            return [culprit]
        self._accused.append(culprit)
        if is_sample or not self._rest:
            self._start_anew([*self._rest, *self._accused])  # others come to the front, and are asked about
            raise RefusesEverythingError
        return []
