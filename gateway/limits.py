"""Rate limits of what anybody may call without a key: the pages of captures.

They hold in one process: behind several gateways a caller may do that many times as much. What a caller with a key
may reveal is limited by the vault's own policy.
"""

import math
import time
from typing import Final

from fastapi import HTTPException, Request
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

ADDRESS_PER_MINUTE: Final = 600
"""Requests of one address; a whole office or mobile network may stand behind it."""
CAPTURE_PER_MINUTE: Final = 90
"""Requests to one link: its page sends about two a field."""


class PageLimits:
    """Counts requests by address and by link, in a window that slides."""

    def __init__(self, *, address: int = ADDRESS_PER_MINUTE, capture: int = CAPTURE_PER_MINUTE) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._address = RateLimitItemPerMinute(address)
        self._capture = RateLimitItemPerMinute(capture)

    async def take(self, address: str, capture_id: str) -> None:
        """Count a request. Raises HTTPException 429 when it is one too many."""
        for limit, name, who in (
            (self._address, "address", address),
            (self._capture, "capture", capture_id),
        ):
            if not await self._limiter.hit(limit, name, who):
                window = await self._limiter.get_window_stats(limit, name, who)
                pause = max(1, math.ceil(window.reset_time - time.time()))
                raise HTTPException(429, "too many requests", headers={"Retry-After": str(pause)})


async def within_limits(request: Request, capture_id: str) -> None:
    """A dependency: counts a request to a capture's page."""
    limits: PageLimits = request.app.state.page_limits
    await limits.take(request.client.host if request.client else "", capture_id)
