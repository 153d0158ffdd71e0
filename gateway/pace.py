"""How many requests a caller may make: a bucket for each, refilled steadily.

Buckets are a process's own: behind several gateways a caller may do that many times as much.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from fastapi import HTTPException, Request

from gateway.parts import parts_of

REMEMBERED: Final = 10_000
"""Callers. One that has not called for longest is forgotten first, and has a full bucket again."""
MINUTE: Final = 60.0
ADDRESS_PER_MINUTE: Final = 600
"""Requests of one address; a whole office or mobile network may stand behind it."""
LINK_PER_MINUTE: Final = 90
"""Requests to one capture's link: its page sends about two a field."""


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
            raise HTTPException(429, "too many requests", {"Retry-After": str(max(wait, 1))})


class PagePace:
    """The pace of what anybody may call without a key: of each address, and to each capture's link."""

    def __init__(self, *, address: int = ADDRESS_PER_MINUTE, link: int = LINK_PER_MINUTE) -> None:
        self._address = Pace(address)
        self._link = Pace(link)

    def take(self, request: Request) -> None:
        """Count a request. Raises 429 when it is one too many."""
        self._address.take(request.client.host if request.client else "")
        if (capture_id := request.path_params.get("capture_id")) is not None:
            self._link.take(capture_id)


async def keeps_pace(request: Request) -> None:
    """A dependency of routes that need no key."""
    pace = parts_of(request).page_pace
    pace.take(request)
