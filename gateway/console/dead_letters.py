"""Dead letters in the console: supervisors see what waits, administrators send it on its way again or give it up."""

from typing import Annotated, Any

from aiokafka.errors import KafkaError
from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import Field

from gateway.auth import Caller, require_role
from gateway.bodies import body_of
from gateway.console.access import answer, note
from gateway.console.queries import records
from gateway.parts import parts_of
from gateway.roles import Role
from gateway.vault_desk import desk_of
from schemas.deadletter import Resolution
from schemas.record import Record
from streams.sealing import Unsealable
from streams.shelf import Shelf, subject_of

router = APIRouter(prefix="/console/api/deadletters", include_in_schema=False)


class Resolve(Record):
    """What to do with which letters, and why."""

    places: list[tuple[int, int]] = Field(min_length=1, max_length=200)
    """Partition and offset of each."""
    resolution: Resolution = Field(strict=False)
    reason: str = Field(min_length=3, max_length=500)
    """Stands in the audit record."""


@router.get("")
async def get_dead_letters(
    request: Request,
    caller: Annotated[Caller, Depends(require_role(Role.SUPERVISOR))],  # noqa: ARG001  (checked, not used)
    *,
    everything: bool = False,
) -> dict[str, Any]:
    """What waits; with ``everything`` also what was replayed or dropped."""
    return {"letters": await answer(request, lambda c: records.dead_letters(c, everything=everything))}


@router.post("")
async def resolve(
    request: Request,
    caller: Annotated[Caller, Depends(require_role(Role.ADMIN))],
    body: Annotated[Resolve, Depends(body_of(Resolve))],
) -> dict[str, Any]:
    """Replay or drop letters; how many it were."""
    parts = parts_of(request)
    shelf = Shelf(parts.kafka, parts.settings.topic_prefix, parts.codec)
    wanted = set(body.places)
    try:
        letters = await shelf.letters(
            lambda letter: (letter.partition, letter.offset) in wanted and letter.resolution is None
        )
        if letters:
            reason = desk_of(request).clean(body.reason)
            subject = subject_of(letters, "place")
            await note(request, caller, f"deadletter.{body.resolution}", subject, reason=reason)
        done = await shelf.resolve(letters, body.resolution, parts.producer)
    except Unsealable:
        raise HTTPException(409, "a dead letter does not open: the keyring lacks its key") from None
    except KafkaError:
        raise HTTPException(503, "the dead letters cannot be read now") from None
    return {"resolved": done}
