"""Access to Genesys Cloud: OAuth tokens by client credentials, several clients in turn, and each one's pace.

A token is good for some hundred requests a minute. Requests go out as they come until Genesys answers 429; that client
then rests for as long as it was told, and begins again slowly.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import httpx

from connectors.calls import object_of, send
from connectors.failures import DestinationAway, DestinationBusy

EARLY_SECONDS: Final = 60.0
"""A token is renewed this long before it ends, or at half of a short life."""
DEFAULT_PAUSE: Final = 2.0
"""Seconds, where a 429 names no time."""
FIRST_RATE: Final = 5.0
"""Requests a second after a pause. It doubles with every second without another 429."""
FREE_RATE: Final = 320.0
"""At this rate pacing ends."""

Clock = Callable[[], float]


@dataclass(slots=True)
class Pace:
    """When the next request of one client may go."""

    fixed: float = 0.0
    """Requests a second, always; 0 for none."""
    clock: Clock = time.monotonic
    rests_until: float = 0.0
    _next: float = 0.0
    _slow_since: float | None = None

    def rest(self, seconds: float) -> None:
        """Send nothing for some seconds, and then begin slowly."""
        self.rests_until = max(self.rests_until, self.clock() + seconds)
        self._slow_since = self.rests_until

    def wait(self) -> float:
        """Take the next place; seconds until it. To be called by who sends then."""
        now = self.clock()
        rate = self._rate(now)
        if not rate:
            return 0.0
        place = max(self._next, self.rests_until, now)
        self._next = place + 1 / rate
        return place - now

    def _rate(self, now: float) -> float:
        if self._slow_since is None:
            return self.fixed
        rate: float = FIRST_RATE * 2.0 ** min(max(now - self._slow_since, 0.0), 10.0)
        if rate >= FREE_RATE:
            self._slow_since = None
            return self.fixed
        return min(rate, self.fixed) if self.fixed else rate


@dataclass(slots=True)
class OAuthClient:
    """One client's credentials, its token and its pace."""

    client_id: str
    secret: str = field(repr=False)
    pace: Pace = field(default_factory=Pace)
    token: str | None = field(default=None, repr=False)
    renew_at: float = 0.0
    renewing: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)


class Access:
    """Gives each request a token, from the clients in turn."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        login_url: str,
        clients: Sequence[tuple[str, str]],
        *,
        requests_per_minute: int = 0,
        clock: Clock = time.monotonic,
    ) -> None:
        self._http = http
        self._url = f"{login_url}/oauth/token"
        self._clock = clock
        self._clients = [OAuthClient(name, secret, Pace(requests_per_minute / 60, clock)) for name, secret in clients]

    async def client(self) -> OAuthClient:
        """A client that may send now, with a token. Raises ``DestinationBusy`` while all of them rest."""
        now = self._clock()
        awake = [client for client in self._clients if client.pace.rests_until <= now]
        if not awake:
            raise DestinationBusy("resting", retry_after=min(one.pace.rests_until for one in self._clients) - now)
        chosen = awake[0]
        self._clients.remove(chosen)
        self._clients.append(chosen)  # the next one's turn
        if (seconds := chosen.pace.wait()) > 0:
            await asyncio.sleep(seconds)
        await self._ensure_token(chosen)
        return chosen

    def slow_down(self, client: OAuthClient, retry_after: float | None) -> float | None:
        """Genesys answered 429 to this client. Seconds until any client may send; None when another may now."""
        pause = DEFAULT_PAUSE if retry_after is None else retry_after
        client.pace.rest(pause + random.uniform(0.05, 0.3))  # noqa: S311  (spreads requests, protects nothing)
        return max(min(one.pace.rests_until for one in self._clients) - self._clock(), 0.0) or None

    @staticmethod
    def forget(client: OAuthClient, token: str | None) -> None:
        """Genesys refused this token: fetch another, unless that has happened meanwhile."""
        if client.token == token:
            client.token = None

    async def _ensure_token(self, client: OAuthClient) -> None:
        if client.token is not None and self._clock() < client.renew_at:
            return
        async with client.renewing:
            if client.token is None or self._clock() >= client.renew_at:
                await self._renew(client)

    async def _renew(self, client: OAuthClient) -> None:
        try:
            answer = await send(
                self._http,
                "POST",
                self._url,
                data={"grant_type": "client_credentials"},
                auth=httpx.BasicAuth(client.client_id, client.secret),
            )
        except DestinationAway as away:
            raise DestinationAway(f"login_{away.reason}", retry_after=away.retry_after) from None
        granted = object_of(answer)
        token, life = granted.get("access_token"), granted.get("expires_in")
        if not answer.is_success or not isinstance(token, str):
            raise DestinationAway(f"login_{answer.status_code}")
        seconds = float(life) if isinstance(life, int | float) else 3600.0
        client.token = token
        client.renew_at = self._clock() + max(seconds - EARLY_SECONDS, seconds / 2)
