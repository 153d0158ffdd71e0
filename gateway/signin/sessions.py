"""Sessions: a token of 256 random bits for whoever has signed in. The database holds its hash, and ends it."""

import hashlib
import json
import secrets
import time
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from gateway.auth import SESSION_PREFIX, Caller
from gateway.console import tables
from gateway.roles import Role
from gateway.signin.people import Person
from vault.database import Database

KNOWN_SECONDS: Final = 5.0
"""How long a session is believed without a look into the database; one ended at another gateway lives so long here."""
MAX_KNOWN: Final = 1000


class SessionBook:
    """Opens, finds and ends sessions. Methods raise ``VaultUnavailable`` while the database is away."""

    def __init__(self, database: Database, seconds: float, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self.seconds = seconds
        self._clock = clock
        self._known: dict[str, tuple[float, Person]] = {}
        """Hash of a token, to when it was found and whom it names."""

    async def open(self, person: Person) -> str:
        """Begin a session; its token, which is seen this once."""
        token = f"{SESSION_PREFIX}{secrets.token_urlsafe(32)}"
        row = {
            "token_hash": hash_of(token),
            "actor": person.actor,
            "name": person.name,
            "role": person.role.value,
            "agent_id": person.agent_id,
            "queues": None if person.queues is None else json.dumps(sorted(person.queues)),
            "expires_ms": round((self._clock() + self.seconds) * 1000),
        }
        await self._database.run(lambda c: c.execute(tables.sessions.insert(), row))
        return token

    async def find(self, token: str) -> Person | None:
        """Who holds a session; None once it has ended."""
        hashed, now = hash_of(token), self._clock()
        if (known := self._known.get(hashed)) is not None and 0 <= now - known[0] < KNOWN_SECONDS:
            return known[1]
        columns = tables.sessions.c

        def look(connection: Connection) -> Row[Any] | None:
            wanted = (columns.token_hash == hashed, columns.expires_ms > round(now * 1000))
            return connection.execute(select(tables.sessions).where(*wanted)).first()

        row = await self._database.run(look)
        self._known.pop(hashed, None)
        if row is None:
            return None
        queues = None if row.queues is None else frozenset(json.loads(row.queues))
        person = Person(row.actor, row.name, Role(row.role), row.agent_id, queues)
        if len(self._known) >= MAX_KNOWN:
            self._known.clear()
        self._known[hashed] = (now, person)
        return person

    async def caller_of(self, token: str) -> Caller | None:
        """As the gateway's routes know people."""
        person = await self.find(token)
        if person is None:
            return None
        agent_id = person.agent_id if person.role is Role.AGENT else None
        return Caller(person.actor, person.role.scopes, person.role, agent_id, person.queues, is_person=True)

    async def end(self, token: str) -> None:
        """End a session at once."""
        self._known.pop(hash_of(token), None)
        condition = tables.sessions.c.token_hash == hash_of(token)
        await self._database.run(lambda c: c.execute(tables.sessions.delete().where(condition)))


def hash_of(secret: str) -> str:
    """Secrets are 256 random bits: a slow hash would protect nothing more."""
    return hashlib.sha256(secret.encode()).hexdigest()
