"""RELP against receivers that answer as they please; ``test_syslog`` has a real one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from connectors.failures import DestinationAway
from connectors.formats.rfc5424 import SyslogFormat
from connectors.relp import LENGTH_DIGITS, RelpTarget
from tests.connectors.siem_parts import attempt, violation

Say = Callable[[int, bytes], bytes]
"""What the receiver answers to a transaction, by its number and command."""
OPENED = b"200 OK\nrelp_version=0"


def answered(number: int, text: bytes) -> bytes:
    return b"%d rsp %d %b\n" % (number, len(text), text)


def ok(number: int, command: bytes) -> bytes:
    return answered(number, OPENED if command == b"open" else b"200 OK")


class Receiver:
    """Reads frames, and answers each as it is told to."""

    def __init__(self) -> None:
        self.say: Say = ok
        self.taken: list[bytes] = []
        self.sessions = 0
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sessions += 1
        try:
            while True:
                number, command, length = [await reader.readuntil(b" ") for _ in range(3)]
                data = await reader.readexactly(int(length) + 1)
                if command == b"syslog ":
                    self.taken.append(data[:-1])
                writer.write(self.say(int(number), command.strip()))
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            writer.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    yield receiver
    server.close()


@pytest.fixture
async def target(receiver: Receiver) -> AsyncIterator[RelpTarget]:
    target = RelpTarget(host="127.0.0.1", port=receiver.port, form=SyslogFormat("json"), timeout_seconds=1)
    yield target
    await target.close()


async def reason_of(attempted: Awaitable[object]) -> str:
    with pytest.raises(DestinationAway) as away:
        await attempted
    return away.value.reason


async def test_what_the_receiver_refuses_goes_again_and_the_rest_is_taken(
    receiver: Receiver, target: RelpTarget
) -> None:
    receiver.say = lambda number, command: answered(number, b"500 full") if number == 3 else ok(number, command)

    answer = await attempt(target, [violation(number) for number in range(5)])

    assert answer.again == {1}  # transaction 1 is the greeting
    assert len(receiver.taken) == 5
    assert receiver.sessions == 1


async def test_one_that_refuses_everything_is_away(receiver: Receiver, target: RelpTarget) -> None:
    receiver.say = lambda number, command: ok(number, command) if command == b"open" else answered(number, b"500 no")

    assert await reason_of(attempt(target, [violation()])) == "refused_by_receiver"


@pytest.mark.parametrize(
    "greeting",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"1 rsp 12 500 no thanks\n", b"1 hello 2 no\n", b"1 rsp x OK\n"],
)
async def test_one_that_does_not_speak_it_is_told_apart(
    receiver: Receiver, target: RelpTarget, greeting: bytes
) -> None:
    receiver.say = lambda *_: greeting

    assert (await reason_of(attempt(target, [violation()]))).startswith("relp_open_")


@pytest.mark.parametrize(
    "answer",
    [
        b"2 rsp " + b"9" * (LENGTH_DIGITS + 1) + b" ",
        b"2 rsp 999999 ",
        b"77 rsp 6 200 OK\n",
        b"x" * 200_000,
        b"",
    ],
)
async def test_an_answer_that_is_none_ends_the_session_and_the_next_attempt_begins_another(
    receiver: Receiver, target: RelpTarget, answer: bytes
) -> None:
    receiver.say = lambda number, command: ok(number, command) if command == b"open" else answer
    await reason_of(attempt(target, [violation()]))

    receiver.say = ok
    assert (await attempt(target, [violation()])).again == frozenset()
    assert receiver.sessions == 2
