"""One connection to a receiver that is written to: TCP or TLS, with every way to end told apart."""

import array
import asyncio
import contextlib
import fcntl
import socket
import ssl
import termios
import time
from typing import Final

from connectors.failures import DestinationAway
from connectors.siem import Misconfigured

LOOK_SECONDS: Final = 0.05
CLOSE_SECONDS: Final = 2.0


class Stream:
    """An open connection. What goes wrong on it is a DestinationAway."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, timeout_seconds: float) -> None:
        self.reader = reader
        self._writer = writer
        self._timeout = timeout_seconds
        self._reason: str | None = None
        self._watch: asyncio.Task[None] | None = None

    def watch(self) -> None:
        """Notice when the peer ends the connection. For protocols in which it never says anything."""
        self._watch = asyncio.create_task(self._read_on())

    @property
    def is_over(self) -> bool:
        """Whether it cannot be used any more."""
        return self._reason is not None or self._writer.is_closing()

    async def write(self, data: bytes) -> None:
        """Write, and wait until the operating system has it."""
        self._raise_if_over()
        self._writer.write(data)
        try:
            async with asyncio.timeout(self._timeout):
                await self._writer.drain()
        except (OSError, TimeoutError) as error:
            self.end(kind_of(error))
            raise DestinationAway(kind_of(error)) from None

    async def sent_all(self, seconds: float) -> None:
        """Wait until the peer's kernel has every byte."""
        until = time.monotonic() + seconds
        while self._unsent():
            self._raise_if_over()
            if time.monotonic() > until:
                self.end("reads_nothing")
            await asyncio.sleep(LOOK_SECONDS)
        self._raise_if_over()

    async def stays_open(self, seconds: float) -> None:
        """Wait, and see that the connection is still there."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._raise_if_over()
            await asyncio.sleep(LOOK_SECONDS)
        self._raise_if_over()

    def end(self, reason: str) -> None:
        """Give the connection up."""
        self._reason = self._reason or reason
        self._writer.transport.abort()

    async def close(self) -> None:
        """End it in order."""
        if self._watch is not None:
            self._watch.cancel()
        self._reason = self._reason or "closed"
        self._writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            await asyncio.wait_for(self._writer.wait_closed(), CLOSE_SECONDS)

    def _raise_if_over(self) -> None:
        if self.is_over:
            raise DestinationAway(self._reason or "closed")

    async def _read_on(self) -> None:
        try:
            while await self.reader.read(1024):
                pass
        except OSError as error:
            self.end(kind_of(error))
        else:
            self.end("closed_by_peer")

    def _unsent(self) -> int:
        """Bytes that the peer's kernel has not acknowledged, as far as the system tells."""
        waiting = self._writer.transport.get_write_buffer_size()
        connection = self._writer.get_extra_info("socket")
        queued = array.array("i", [0])
        if connection is None:  # closed meanwhile
            return waiting
        with contextlib.suppress(OSError, ValueError):
            fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, queued)
        return waiting + queued[0]


async def open_stream(
    host: str, port: int, *, trust: ssl.SSLContext | None, timeout_seconds: float, is_silent_peer: bool = True
) -> Stream:
    """Connect. Raises DestinationAway, or Misconfigured where a certificate does not fit."""
    try:
        async with asyncio.timeout(timeout_seconds):
            reader, writer = await asyncio.open_connection(
                host, port, ssl=trust, server_hostname=host if trust is not None else None
            )
    except ssl.SSLError as error:
        raise Misconfigured(kind_of(error)) from None
    except (OSError, TimeoutError) as error:
        raise DestinationAway(kind_of(error)) from None
    stream = Stream(reader, writer, timeout_seconds)
    if is_silent_peer:
        stream.watch()
    return stream


def kind_of(error: BaseException) -> str:
    """A word for an error of the network. Never its text."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate_not_trusted"
    if isinstance(error, ssl.SSLError):
        return "tls_" + (error.reason or "error").lower()[:48]
    if isinstance(error, socket.gaierror):
        return "dns"
    return "timeout" if isinstance(error, TimeoutError) else type(error).__name__
