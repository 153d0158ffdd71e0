"""RELP, the Reliable Event Logging Protocol of rsyslog (version 0): syslog messages that the receiver acknowledges.

A frame is ``txnr SP command SP length [SP data] LF``; transactions are numbered from 1, and each is answered by
``rsp`` under its own number. Source: rsyslog's RELP specification, "The Reliable Event Logging Protocol".
"""

import asyncio
import ssl
from collections.abc import Sequence
from typing import Final

from connectors.failures import DestinationAway
from connectors.formats.rfc5424 import SyslogFormat
from connectors.siem import Answer, BatchLimits, SiemRecord
from connectors.stream import Stream, kind_of, open_stream
from connectors.syslog import MESSAGE_BYTES

OFFER: Final = b"relp_version=0\nrelp_software=cordon\ncommands=syslog"
GOOD: Final = b"200"
LAST_TRANSACTION: Final = 999_999_999
WINDOW: Final = 100
"""Frames sent before their answers are read: as many as librelp's own client leaves open."""
LONGEST_ANSWER: Final = 64 * 1024
LENGTH_DIGITS: Final = 9
BROKEN: Final = (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError)
"""What ends a session: the network's errors, and an answer that is not RELP."""


class RelpTarget:
    """One receiver, over one session at a time."""

    name = "syslog"
    limits = BatchLimits(max_bytes=256 * 1024, separator_bytes=0, max_record_bytes=MESSAGE_BYTES)

    def __init__(
        self,
        *,
        host: str,
        port: int,
        form: SyslogFormat,
        trust: ssl.SSLContext | None = None,
        timeout_seconds: float = 10.0,
    ) -> None:
        self._place = (host, port)
        self._form = form
        self._trust = trust
        self._timeout = timeout_seconds
        self._session: _Session | None = None
        self._turn = asyncio.Lock()

    @property
    def address(self) -> str:
        """Transport, host and port."""
        host, port = self._place
        return f"{'relp' if self._trust is None else 'relps'}://{host}:{port}"

    def encode(self, record: SiemRecord) -> bytes:
        """One message; its frame is made when its transaction has a number."""
        return self._form.message(record)

    async def send(self, batch: Sequence[bytes]) -> Answer:
        """Send a batch, and wait for the receiver's word on each of it. See ``connectors.siem``."""
        async with self._turn:
            session = await self._open()
            again: set[int] = set()
            try:
                for start in range(0, len(batch), WINDOW):
                    refused = await session.exchange(batch[start : start + WINDOW])
                    again |= {start + place for place in refused}
            except BROKEN as error:
                session.stream.end(kind_of(error))
                raise DestinationAway(kind_of(error)) from None
            except BaseException:  # cancelled in the middle of a window: the answers that are due fit nothing
                session.stream.end("interrupted")
                raise
        if len(again) == len(batch):
            raise DestinationAway("refused_by_receiver")
        return Answer(again=frozenset(again))

    async def close(self) -> None:
        """End the session."""
        if self._session is not None and not self._session.stream.is_over:
            await self._session.stream.close()

    async def _open(self) -> "_Session":
        if self._session is None or self._session.stream.is_over:
            host, port = self._place
            stream = await open_stream(
                host, port, trust=self._trust, timeout_seconds=self._timeout, is_silent_peer=False
            )
            session = _Session(stream, self._timeout)
            try:
                await session.begin()
            except BROKEN as error:
                stream.end(kind_of(error))
                raise DestinationAway(f"relp_open_{kind_of(error)}") from None
            self._session = session
        return self._session


class _Session:
    """Transactions over one connection."""

    def __init__(self, stream: Stream, timeout_seconds: float) -> None:
        self.stream = stream
        self._timeout = timeout_seconds
        self._number = 0

    async def begin(self) -> None:
        """Offer what we speak. Raises ValueError when the receiver does not."""
        await self.stream.write(self._frame(b"open", OFFER))
        _, status = await self._answer()
        if status != GOOD:
            raise ValueError("open refused")

    async def exchange(self, messages: Sequence[bytes]) -> set[int]:
        """Send some messages. Returns the places of those that the receiver did not take."""
        frames = [(self._frame(b"syslog", message), self._number) for message in messages]
        await self.stream.write(b"".join(frame for frame, _ in frames))
        places = {number: place for place, (_, number) in enumerate(frames)}
        refused = set()
        while places:
            number, status = await self._answer()
            place = places.pop(number, None)
            if place is None:
                raise ValueError("an answer to nothing")
            if status != GOOD:
                refused.add(place)
        return refused

    def _frame(self, command: bytes, data: bytes) -> bytes:
        self._number = self._number % LAST_TRANSACTION + 1
        return b"%d %b %d %b\n" % (self._number, command, len(data), data)

    async def _answer(self) -> tuple[int, bytes]:
        reader = self.stream.reader
        async with asyncio.timeout(self._timeout):
            number = await reader.readuntil(b" ")
            command = await reader.readuntil(b" ")
            length = b""
            while (byte := await reader.readexactly(1)) not in {b" ", b"\n"}:
                length += byte
                if len(length) > LENGTH_DIGITS:
                    raise ValueError("not an answer")
            if command.strip() != b"rsp" or int(length) > LONGEST_ANSWER:
                raise ValueError("not an answer")
            data = b""
            if byte == b" ":
                data = (await reader.readexactly(int(length) + 1))[:-1]  # with the line feed that ends the frame
        return int(number), data[:3]
