"""One-time links: for a local world, and for the day on which the identity provider is away."""

import secrets
import time
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from gateway.console import tables
from gateway.roles import Role
from gateway.signin.people import NotAdmitted, Person
from gateway.signin.sessions import hash_of
from vault.database import Database

LINK_SECONDS: Final = 600.0
"""How long a link waits to be opened."""


async def make_link(
    database: Database, role: Role, *, name: str, agent_id: str | None = None, seconds: float = LINK_SECONDS
) -> str:
    """A secret that opens one session of this role, once."""
    secret = secrets.token_urlsafe(32)
    row = {
        "secret_hash": hash_of(secret),
        "name": name,
        "role": role.value,
        "agent_id": agent_id or (name if role is Role.AGENT else None),
        "expires_ms": round((time.time() + seconds) * 1000),
    }
    await database.run(lambda c: c.execute(tables.links.insert(), row))
    return secret


async def use_link(database: Database, secret: str) -> Person:
    """Whom a link admits. Raises ``NotAdmitted`` alike for one that is wrong, used or too old."""
    columns = tables.links.c
    now = round(time.time() * 1000)

    def take(connection: Connection) -> Row[Any] | None:
        row = connection.execute(select(tables.links).where(columns.secret_hash == hash_of(secret))).first()
        deleted = connection.execute(tables.links.delete().where(columns.secret_hash == hash_of(secret)))
        return row if deleted.rowcount == 1 else None

    row = await database.run(take)
    if row is None or row.expires_ms <= now:
        raise NotAdmitted("this link is not valid, or not any more")
    return Person(f"link:{row.name}", row.name, Role(row.role), row.agent_id)
