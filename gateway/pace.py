"""How many requests a caller may make: a bucket for each key, refilled steadily."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from fastapi import HTTPException

REMEMBERED: Final = 10_000
"""Callers. One that has not called for longest is forgotten first, and has a full bucket again."""
MINUTE: Final = 60.0


class Pace:
    """``per_minute`` requests of each caller in any minute, all at once if they like; 0 for no limit."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = float(per_minute)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> None:
        """Count a request. Raises 429 with the seconds until the next may come."""
        if not self._size:
            return
        now = self._clock()
        level, at = self._buckets.pop(caller, (self._size, now))
        level = min(self._size, level + (now - at) * self._size / MINUTE)
        allowed = level >= 1
        self._buckets[caller] = (level - 1 if allowed else level, now)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        if not allowed:
            wait = math.ceil((1 - level) * MINUTE / self._size)
            raise HTTPException(429, "too many requests with this key", {"Retry-After": str(max(wait, 1))})
