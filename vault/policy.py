"""What is kept for how long, and who may see it again."""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from vault.errors import Refusal, RefusedValue
from vault.requests import View

NEVER_KEPT: Final = frozenset({"card_security_code", "card_pin", "card_track"})
"""Sensitive authentication data: PCI DSS 3.3.1 forbids keeping it after authorisation, encrypted or not."""
VOLATILE: Final = frozenset({"card_security_code"})
"""Of these, what may be taken for a single use, in memory: an authorisation asks for it."""
MAX_VALUE_CHARACTERS: Final = 4096
DAY: Final = 86_400.0
DEFAULT_DAYS: Final = 30.0
HOUR: Final = 3600.0

SHORT_LIVED: Final[Mapping[str, float]] = {
    "one_time_code": 600.0,
    "password": HOUR,
    "secret": DAY,
    "payment_card": 7 * DAY,
    "card_expiry": 7 * DAY,
}
"""Seconds for which an entity is kept at most, where that is less than the default."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each entity is kept at most, in seconds."""

    default: float = DEFAULT_DAYS * DAY
    by_entity: Mapping[str, float] = field(default_factory=lambda: dict(SHORT_LIVED))

    def admit(self, entity: str, value: str) -> None:
        """Raise ``RefusedValue`` for what is never kept."""
        if entity in NEVER_KEPT:
            raise RefusedValue(f"{entity} is never kept")
        if not value.strip():
            raise RefusedValue("the value is empty")
        if len(value) > MAX_VALUE_CHARACTERS:
            raise RefusedValue(f"the value is longer than {MAX_VALUE_CHARACTERS} characters")

    def seconds(self, entity: str, asked: float | None) -> float:
        """The life of a token: as asked, within what the entity is allowed."""
        longest = min(self.by_entity.get(entity, self.default), self.default)
        return longest if asked is None else min(asked, longest)


class RevealPolicy:
    """Decides, before a value is fetched, whether a caller may have it in this view.

    Limits hold per process: behind several gateways a caller may reveal that many times as much.
    """

    def __init__(
        self,
        *,
        plain_per_hour: int = 1000,
        four_eyes: frozenset[str] = frozenset(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._plain_per_hour = plain_per_hour
        self._four_eyes = four_eyes
        self._clock = clock
        self._reveals: dict[str, deque[float]] = defaultdict(deque)

    def refusal(self, actor: str, reason: str | None, view: View) -> Refusal | None:
        """Why not, or None. A plain view without a reason is denied; an allowed one counts towards the limit."""
        if view is not View.PLAIN:
            return None
        if not reason or not reason.strip():
            return Refusal.DENIED
        recent, now = self._reveals[actor], self._clock()
        while recent and recent[0] <= now - HOUR:
            recent.popleft()
        if len(recent) >= self._plain_per_hour:
            return Refusal.RATE_LIMITED
        recent.append(now)
        return None

    def needs_approval(self, entity: str, view: View) -> bool:
        """Whether a second person has to approve a plain view of this entity."""
        return view is View.PLAIN and entity in self._four_eyes
