"""Syslog receivers over TCP, TLS and UDP: RFC 5424 messages, octet-counted (RFC 6587, RFC 5425) or one a datagram.

Syslog has no acknowledgement, and a write that succeeds says little: under TLS 1.3 a receiver refuses a client's
certificate after the handshake, when the first messages are under way already. So a batch is held until the peer's
kernel has all its bytes and the connection has lived on for SETTLE_SECONDS; when it ends before, everything that was
held is sent again. Over UDP nothing is known (RFC 5426); who needs the receiver's own word takes RELP.
"""

import asyncio
import ssl
from collections.abc import Sequence
from typing import Final, Literal

from connectors.failures import DestinationAway
from connectors.formats.rfc5424 import SyslogFormat
from connectors.siem import Answer, BatchLimits, SiemRecord
from connectors.stream import Stream, kind_of, open_stream

SETTLE_SECONDS: Final = 2.0
"""How long a connection has to live on after a batch. More than a round trip and a busy receiver's handshake."""
HELD_RECORDS: Final = 8_000
"""All that was written in these seconds is written again after a kill: so much at the most, 4,000 a second."""
UNSENT_SECONDS: Final = 30.0
"""A receiver that reads nothing for so long is taken for away."""
DATAGRAM_BYTES: Final = 2048
"""What every receiver should take over UDP (RFC 5426, 3.2)."""
MESSAGE_BYTES: Final = 8 * 1024
"""What receivers take by default."""

Transport = Literal["tcp", "tls", "udp"]


class SyslogTarget:
    """One receiver, over one connection at a time."""

    name = "syslog"

    def __init__(
        self,
        *,
        host: str,
        port: int,
        form: SyslogFormat,
        transport: Transport = "tls",
        trust: ssl.SSLContext | None = None,
        timeout_seconds: float = 10.0,
        settle_seconds: float = SETTLE_SECONDS,
    ) -> None:
        self.limits = BatchLimits(
            max_bytes=256 * 1024,
            separator_bytes=0,
            max_record_bytes=DATAGRAM_BYTES if transport == "udp" else MESSAGE_BYTES,
            held_records=HELD_RECORDS,
        )
        self._place = (host, port)
        self._form = form
        self._transport = transport
        self._trust = trust if transport == "tls" else None
        self._timeout = timeout_seconds
        self._settle = settle_seconds
        self._stream: Stream | None = None
        self._turn = asyncio.Lock()

    @property
    def address(self) -> str:
        """Transport, host and port."""
        host, port = self._place
        return f"{self._transport}://{host}:{port}"

    def encode(self, record: SiemRecord) -> bytes:
        """One message, with its octet count where there is a stream."""
        message = self._form.message(record)
        return message if self._transport == "udp" else b"%d %b" % (len(message), message)

    async def send(self, batch: Sequence[bytes]) -> Answer:
        """Write a batch. Over a stream it is confirmed once the connection has lived on. See ``connectors.siem``."""
        if self._transport == "udp":
            await self._send_datagrams(batch)
            return Answer()
        async with self._turn:
            stream = await self._connected()
            await stream.write(b"".join(batch))
        return Answer(confirmation=lambda: self._survived(stream))

    async def close(self) -> None:
        """End the connection as TLS wants it, with close_notify."""
        if self._stream is not None:
            await self._stream.close()

    async def _connected(self) -> Stream:
        if self._stream is None or self._stream.is_over:
            host, port = self._place
            self._stream = await open_stream(host, port, trust=self._trust, timeout_seconds=self._timeout)
        return self._stream

    async def _survived(self, stream: Stream) -> None:
        await stream.sent_all(UNSENT_SECONDS)
        await stream.stays_open(self._settle)

    async def _send_datagrams(self, batch: Sequence[bytes]) -> None:
        loop = asyncio.get_running_loop()
        try:
            transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=self._place)
        except OSError as error:
            raise DestinationAway(kind_of(error)) from None
        try:
            for number, message in enumerate(batch, 1):
                transport.sendto(message)
                if not number % 16:
                    await asyncio.sleep(0.001)  # receivers drop what comes faster than they read
        finally:
            transport.close()
