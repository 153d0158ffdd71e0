"""``/webhooks/whatsapp`` and ``/webhooks/genesys``: what the channels send, answered once Kafka has it.

Both are authenticated by the signature of the raw body. A call that Kafka has not taken within some seconds is answered
503, so that Meta and Genesys send it again; ids make the repeat harmless.
"""

import asyncio
import hmac
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import PlainTextResponse

from gateway.bodies import bounded
from gateway.genesys_events import message_of, typing_of
from gateway.leaves import Unreadable
from gateway.messages import accept
from gateway.parts import parts_of
from gateway.signatures import HEADER, is_signed_by_genesys, is_signed_by_meta
from gateway.webhook_room import GENESYS, WebhookRoom
from gateway.whatsapp_events import CHANNEL as WHATSAPP
from gateway.whatsapp_events import messages_of, receipts_of
from schemas import MessageEvent, Receipt
from streams.producer import BrokerUnavailable
from streams.topics import Topic, key_of

ANSWER_SECONDS: Final = 8.0
"""Genesys waits ten seconds for an answer."""
MAX_META_BYTES: Final = 3 * 1024 * 1024
MAX_GENESYS_BYTES: Final = 1024 * 1024
MAX_CHALLENGE: Final = 256

router = APIRouter(tags=["webhooks"])


@router.get("/webhooks/whatsapp", response_class=PlainTextResponse)
async def handshake(request: Request) -> PlainTextResponse:
    """Show Meta that this address is ours: its challenge, for the verify token that was agreed."""
    asked = request.query_params
    secret = _room(request).verify_token
    given = asked.get("hub.verify_token", "").encode("utf-8", "replace")
    if secret is None or asked.get("hub.mode") != "subscribe" or not hmac.compare_digest(given, secret):
        raise HTTPException(403, "the verify token is not the one that was agreed")
    challenge = asked.get("hub.challenge", "")
    if not challenge.isalnum() or not challenge.isascii() or len(challenge) > MAX_CHALLENGE:
        raise HTTPException(400, "no challenge")
    return PlainTextResponse(challenge)


@router.post("/webhooks/whatsapp")
async def whatsapp(request: Request) -> Response:
    """Take what customers wrote on WhatsApp, and what became of what was sent to them."""
    room = _room(request)
    body = await _signed_body(request, MAX_META_BYTES, room.app_secret, is_signed_by_meta)
    arrived = list(messages_of(body, room.conversation_id))
    receipts = list(receipts_of(body))
    for receipt in receipts:
        room.stitching.learn(receipt)
    fresh = [one for one in arrived if room.is_fresh(one.event, WHATSAPP)]
    _note_replays(request, WHATSAPP, len(arrived) - len(fresh))
    whole = [room.with_answer(room.with_media(one.event, one.media), one.answers) for one in fresh]
    events = await asyncio.gather(*map(room.with_serving, whole))
    await _published(request, events, receipts)
    for event in events:
        room.seen(event)
    return Response(status_code=200)


@router.post("/webhooks/genesys")
async def genesys(request: Request) -> Response:
    """Take what agents and bots wrote. What policy withholds is taken too: its failure comes back as a receipt."""
    room = _room(request)
    body = await _signed_body(request, MAX_GENESYS_BYTES, room.genesys_secret, is_signed_by_genesys)
    if (typing := typing_of(body)) is not None:
        room.pass_typing(typing)
        return Response(status_code=200)
    try:
        event = message_of(body, room.conversation_of, room.channel_of)
    except Unreadable:
        event = None  # nobody to send it to: saying it again would not change that
    if event is not None and room.is_fresh(event, GENESYS):
        await _published(request, [await room.with_serving(event)], [])
    elif event is not None:
        _note_replays(request, GENESYS, 1)
    return Response(status_code=200)


def _note_replays(request: Request, channel: str, count: int) -> None:
    """Answered like any other, so that nobody sends them again; taken they are not."""
    if count:
        parts_of(request).metrics.count("dlp_replays_refused_total", count, channel=channel)


async def _signed_body(
    request: Request, limit: int, secret: bytes | None, is_signed: Callable[[bytes, bytes, str | None], bool]
) -> dict[str, Any]:
    """The body as an object, once its signature is right. 401 for a wrong one or none, 403 where none can be right."""
    if secret is None:
        raise HTTPException(403, "this webhook is not set up")
    if HEADER not in request.headers:
        raise HTTPException(401, "the signature is missing")
    raw = await bounded(request, limit)
    if not is_signed(secret, raw, request.headers[HEADER]):
        raise HTTPException(401, "the signature is wrong")
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise HTTPException(400, "the body is no JSON object")
    return body


async def _published(request: Request, events: Iterable[MessageEvent], receipts: Iterable[Receipt]) -> None:
    """Return once the broker has everything; each conversation in its order. Raises ``BrokerUnavailable``."""
    parts = parts_of(request)
    lanes: defaultdict[str, list[Callable[[], Awaitable[object]]]] = defaultdict(list)
    for event in events:
        lanes[event.conversation_id].append(partial(accept, event, parts.producer, parts.codec))
    for receipt in receipts:
        lanes[receipt.conversation_id].append(partial(_publish_receipt, request, receipt))
    if not lanes:
        return
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await asyncio.gather(*(_in_order(lane) for lane in lanes.values()))
    except TimeoutError:
        raise BrokerUnavailable("no acknowledgement in time") from None


async def _in_order(lane: list[Callable[[], Awaitable[object]]]) -> None:
    for publish in lane:
        await publish()


async def _publish_receipt(request: Request, receipt: Receipt) -> None:
    key = key_of(receipt.conversation_id)
    await parts_of(request).producer.publish(Topic.RECEIPTS, key, receipt.model_dump_json().encode())


def _room(request: Request) -> WebhookRoom:
    return parts_of(request).webhooks
