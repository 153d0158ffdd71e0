"""What the webhooks work with: names without addresses, replays, and signs of typing that pile up nowhere."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.failures import DestinationAway
from gateway.genesys_events import Typing
from gateway.webhook_room import AT_A_TIME, GENESYS, WebhookRoom
from gateway.whatsapp_events import CHANNEL as WHATSAPP
from schemas import Direction, MessageEvent
from streams.settings.genesys import GenesysSettings
from streams.settings.whatsapp import WhatsAppSettings
from vault.keyring import Keyring

CUSTOMER = "15550100001"


class Hanging:
    """A client whose calls end when they are told to, or with its error."""

    def __init__(self) -> None:
        self.calls = 0
        self.go_on = asyncio.Event()
        self.error: Exception | None = None

    async def send_typing(self, address: str, at: datetime) -> None:
        self.calls += 1
        await self.go_on.wait()
        if self.error is not None:
            raise self.error

    async def mark_read(self, message_id: str, *, is_typing: bool) -> None:
        assert (message_id, is_typing) == ("wamid.1", True)
        await self.send_typing(CUSTOMER, datetime.now(UTC))

    async def close(self) -> None:
        pass


@pytest.fixture
def room(tmp_path: Path) -> WebhookRoom:
    whatsapp = WhatsAppSettings.load(app_secret="s3cret", replay_seconds=60)
    return WebhookRoom(Keyring.create(tmp_path / "keyring.json"), GenesysSettings.load(), whatsapp)


def said(**more: object) -> MessageEvent:
    given = {"conversation_id": "c", "direction": Direction.INBOUND, "text": "hello", "sender": CUSTOMER} | more
    return MessageEvent.model_validate(given)


async def test_signs_of_typing_do_not_pile_up_while_the_other_side_is_slow(room: WebhookRoom) -> None:
    room._genesys = slow = Hanging()  # type: ignore[assignment]  # all the room asks of it
    for _ in range(3 * AT_A_TIME):
        assert room.tell_typing(CUSTOMER)
    await asyncio.sleep(0)
    assert slow.calls == len(room._tasks) == AT_A_TIME

    slow.go_on.set()
    await asyncio.gather(*room._tasks)
    await asyncio.sleep(0)
    assert not room._tasks


async def test_one_that_fails_is_nobodys_trouble_and_the_end_waits_for_none(room: WebhookRoom) -> None:
    room._genesys = failing = Hanging()  # type: ignore[assignment]  # all the room asks of it
    failing.error = DestinationAway("503")
    room.tell_typing(CUSTOMER)
    failing.go_on.set()
    await asyncio.gather(*room._tasks)

    room._genesys = hanging = Hanging()  # type: ignore[assignment]  # all the room asks of it
    room.tell_typing(CUSTOMER)
    await asyncio.sleep(0)
    await room.close()
    await asyncio.sleep(0)
    assert (hanging.calls, room._tasks) == (1, set())


def test_where_there_is_no_genesys_nobody_is_told(room: WebhookRoom) -> None:
    assert not room.tell_typing(CUSTOMER)


async def test_a_customer_is_shown_that_the_agent_types_by_their_last_message(room: WebhookRoom) -> None:
    room._whatsapp = told = Hanging()  # type: ignore[assignment]  # all the room asks of it
    told.go_on.set()
    room.pass_typing(Typing(CUSTOMER, is_on=True))  # they have written nothing yet
    room.seen(said(event_id="wamid.0"))
    room.seen(said(event_id="wamid.1"))
    room.pass_typing(Typing(CUSTOMER, is_on=False))
    room.pass_typing(Typing(CUSTOMER, is_on=True))
    await asyncio.gather(*room._tasks)

    assert told.calls == 1


@pytest.mark.parametrize(
    ("address", "channel"),
    [(CUSTOMER, WHATSAPP), (f"+{CUSTOMER}", WHATSAPP), ("BR.123456789", WHATSAPP), ("ana@example.com", "open")],
)
def test_an_address_tells_its_channel(room: WebhookRoom, address: str, channel: str) -> None:
    assert room.channel_of(address) == channel


def test_a_conversations_name_is_the_same_every_time_and_shows_no_address(room: WebhookRoom, tmp_path: Path) -> None:
    name = room.conversation_id("1", CUSTOMER)
    another = WebhookRoom(Keyring.create(tmp_path / "other.json"), GenesysSettings.load(), WhatsAppSettings.load())

    assert name == room.conversation_id("1", CUSTOMER)
    assert CUSTOMER not in name
    assert len({name, room.conversation_id("2", CUSTOMER), another.conversation_id("1", CUSTOMER)}) == 3


@pytest.mark.parametrize(("age", "is_fresh"), [(0, True), (59, True), (61, False), (-61, False)])
def test_a_message_that_is_too_old_or_of_the_future_is_a_replay(room: WebhookRoom, age: int, *, is_fresh: bool) -> None:
    at = datetime.now(UTC) - timedelta(seconds=age)

    assert room.is_fresh(said(occurred_at=at), WHATSAPP) is is_fresh
    assert room.is_fresh(said(occurred_at=at), GENESYS)  # no limit is set there


def test_a_message_without_a_time_is_a_replay_where_there_is_a_limit(room: WebhookRoom) -> None:
    assert not room.is_fresh(said(), WHATSAPP)
    assert room.is_fresh(said(), GENESYS)
