"""``POST /v1/typing``: a customer of any other channel is typing. WhatsApp tells of no such thing."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from gateway.auth import Caller, require
from gateway.bodies import body_of, described
from gateway.parts import parts_of
from schemas.record import Identifier, Record

router = APIRouter(tags=["messages"])


class TypingSign(Record):
    """Who is typing."""

    sender: Identifier
    """As in the customer's messages."""


@router.post("/v1/typing", status_code=202, openapi_extra=described(TypingSign))
async def typing(
    request: Request,
    caller: Annotated[Caller, Depends(require("messages"))],  # noqa: ARG001  (checked, not used)
    sign: Annotated[TypingSign, Depends(body_of(TypingSign))],
) -> dict[str, bool]:
    """Show the agent that the customer is typing. Best effort: 202 says no more than that it was understood."""
    room = parts_of(request).webhooks
    return {"is_passed_on": room.tell_typing(sign.sender)}
