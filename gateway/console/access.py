"""What the console's routes share: questions to the read model, and the record of who asked."""

from collections.abc import Callable
from typing import TypeVar

from fastapi import HTTPException, Request
from sqlalchemy import Connection

from gateway.auth import Caller
from gateway.parts import parts_of
from gateway.vault_desk import desk_of
from vault.audit import AuditEntry
from vault.errors import VaultError, VaultUnavailable

Result = TypeVar("Result")


async def answer(request: Request, ask: Callable[[Connection], Result]) -> Result:
    """Ask the read model. 503 while its database is away."""
    try:
        result: Result = await parts_of(request).console_database.run(ask)
    except VaultUnavailable:
        raise HTTPException(503, "the console's database is away") from None
    return result


async def note(
    request: Request,
    caller: Caller,
    action: str,
    subject: str,
    *,
    conversation_id: str | None = None,
    reason: str | None = None,
) -> None:
    """Leave an audit record of a look or a deed, before it. 503 where that fails: no record, no sight."""
    entry = AuditEntry(
        actor=caller.key_id, action=action, subject=subject, reason=reason, conversation_id=conversation_id
    )
    try:
        await desk_of(request).vault.record(entry)
    except VaultError:
        raise HTTPException(503, "the look cannot be recorded, so there is none") from None
