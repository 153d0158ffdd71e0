"""A circuit breaker for one destination: after failures in a row nobody tries it but a single probe at a time."""

import random

FAILURES = 5
FIRST_SECONDS = 0.25
LONGEST_SECONDS = 5.0
"""Between probes: a destination that comes back is used again within seconds."""


class Breaker:
    """Counts failures in a row. Time is passed in, in seconds of any monotonic clock."""

    def __init__(self) -> None:
        self._failures = 0
        self._open_until = 0.0
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Whether the destination is known to be away."""
        return self._failures >= FAILURES

    def may_try(self, now: float) -> bool:
        """Whether to send now. While open, says yes to one caller at a time, once the pause is over."""
        if not self.is_open:
            return True
        if self._probing or now < self._open_until:
            return False
        self._probing = True
        return True

    def succeeded(self) -> None:
        """It answered: close."""
        self._failures = 0
        self._probing = False

    def failed(self, now: float, retry_after: float | None = None) -> None:
        """It did not: open, or stay open for longer. ``retry_after`` is what the destination asked for.

        Once open, only the probe counts: calls that were under way fail together and say nothing new.
        """
        if self.is_open and not self._probing:
            return
        self._failures += 1
        self._probing = False
        pause = max(backoff(self._failures - FAILURES), retry_after or 0.0)
        self._open_until = now + pause


def backoff(attempt: int) -> float:
    """Seconds before the next attempt: exponential with jitter, 5 s at the most."""
    ceiling = min(FIRST_SECONDS * 2 ** max(min(attempt, 16), 0), LONGEST_SECONDS)
    return random.uniform(ceiling / 4, ceiling)  # noqa: S311  (spreads load, guards nothing)
