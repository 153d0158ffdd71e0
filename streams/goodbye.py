"""Ending connections to Kafka in bounded time. Stock behaviour as of aiokafka 0.14.0 and uvloop 0.23.0.

To close a client is to wait until its connections are closed. Over TLS uvloop says goodbye and waits for the answer,
which it overlooks while a fetch is under way: each close then takes its limit of half a minute.
"""

import asyncio
from typing import Any, Final

from aiokafka import conn

GOODBYE_SECONDS: Final = 0.1
"""For the broker's answer. Nobody closes a client before what it sent has been acknowledged: nothing is cut off."""


class PromptConnection(conn.AIOKafkaConnection):  # type: ignore[misc]  # aiokafka is not typed
    """A connection that is closed when it is told to."""

    def close(self, *args: Any, **kwargs: Any) -> Any:
        """Stock: waits for the other side."""
        writer = self._writer
        closed = super().close(*args, **kwargs)
        if writer is not None:
            asyncio.get_running_loop().call_later(GOODBYE_SECONDS, writer.transport.abort)
        return closed


def part_promptly() -> None:
    """Make every connection to Kafka that this process opens from now on a prompt one."""
    conn.AIOKafkaConnection = PromptConnection
