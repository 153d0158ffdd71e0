"""``POST /v1/messages``: a message from any producer that speaks HTTP rather than Kafka."""

import uuid
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from gateway.auth import Caller, require
from gateway.bodies import body_of, described
from gateway.parts import parts_of
from schemas import Direction, MessageEvent
from streams.producer import EventProducer
from streams.sealing import SealingCodec
from streams.topics import Topic, key_of

router = APIRouter(tags=["messages"])


@router.post("/v1/messages", status_code=202, openapi_extra=described(MessageEvent))
async def publish(
    request: Request,
    caller: Annotated[Caller, Depends(require("messages"))],  # noqa: ARG001  (checked, not used)
    event: Annotated[MessageEvent, Depends(body_of(MessageEvent))],
) -> dict[str, str]:
    """Take a message. 202 means that the broker has it, sealed."""
    return {"event_id": await accept(event, parts_of(request).producer, parts_of(request).codec)}


async def accept(event: MessageEvent, producer: EventProducer, codec: SealingCodec) -> str:
    """Seal and publish a message; its id. Raises ``BrokerUnavailable``."""
    event_id = event.event_id or uuid.uuid4().hex
    now = datetime.now(UTC)
    whole = event.model_copy(update={"event_id": event_id, "occurred_at": event.occurred_at or now})
    topic = Topic.INBOUND if event.direction is Direction.INBOUND else Topic.OUTBOUND
    value, headers = codec.seal(topic, whole.model_dump_json().encode())
    await producer.publish(topic, key_of(event.conversation_id), value, headers)
    return event_id
