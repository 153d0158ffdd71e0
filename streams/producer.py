"""The producer of processes that are no stage: what it has published, the broker has."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.settings import KafkaSettings

PUBLISH_SECONDS: Final = 12.0
"""How long a caller waits for the broker's word before it hears that there is none."""
REQUEST_MILLISECONDS: Final = 10_000
RETRY_SECONDS: Final = 1.0
MAX_REQUEST_BYTES: Final = 2 * 1024 * 1024

log = logging.getLogger(__name__)


class BrokerUnavailable(Exception):
    """The broker has not acknowledged the record in time. It may have it all the same: ids make a repeat harmless."""


class EventProducer:
    """Idempotent, acknowledged by all replicas. Starts without a broker and connects when there is one."""

    def __init__(self, kafka: KafkaSettings, prefix: str) -> None:
        self._kafka = kafka
        self._prefix = prefix
        self._client: AIOKafkaProducer | None = None
        self._starting: asyncio.Task[None] | None = None

    @property
    def is_connected(self) -> bool:
        """Whether the cluster has been reached."""
        return self._client is not None

    async def start(self) -> None:
        """Begin to connect. Returns at once; publishing waits for the connection."""
        self._starting = asyncio.create_task(self._connect())

    async def stop(self) -> None:
        """Send what is under way and disconnect."""
        if self._starting is not None:
            self._starting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._starting
        if self._client is not None:
            with contextlib.suppress(KafkaError, TimeoutError):
                await asyncio.wait_for(self._client.stop(), PUBLISH_SECONDS)

    async def publish(
        self,
        topic: str,
        key: bytes | None,
        value: bytes,
        headers: Sequence[tuple[str, bytes]] = (),
        *,
        partition: int | None = None,
    ) -> None:
        """Return once the broker has the record. Raises ``BrokerUnavailable`` within ``PUBLISH_SECONDS``.

        Without ``partition`` the key says where it goes.
        """
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                client = await self._connected()
                await client.send_and_wait(
                    f"{self._prefix}{topic}", value, key=key, partition=partition, headers=list(headers)
                )
        except (KafkaError, TimeoutError) as error:
            raise BrokerUnavailable(f"no acknowledgement: {type(error).__name__}") from None

    async def _connected(self) -> AIOKafkaProducer:
        if self._client is None and self._starting is not None:
            await asyncio.shield(self._starting)
        if self._client is None:
            raise BrokerUnavailable("not connected")
        return self._client

    async def _connect(self) -> None:
        while self._client is None:
            client = AIOKafkaProducer(
                **self._kafka.client_options(),
                acks="all",
                enable_idempotence=True,
                linger_ms=1,
                max_request_size=MAX_REQUEST_BYTES,
                request_timeout_ms=REQUEST_MILLISECONDS,
            )
            try:
                await client.start()
                self._client = client
            except (KafkaError, OSError) as error:
                log.warning("the broker cannot be reached yet: %s", type(error).__name__)
            finally:  # also where whoever waits for it has left
                if self._client is None:
                    with contextlib.suppress(KafkaError):
                        await client.stop()
            if self._client is None:
                await asyncio.sleep(RETRY_SECONDS)
