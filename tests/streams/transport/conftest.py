"""An application with the hardened transport, not connected to anything."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from faust.types.tuples import TP

from streams.transport import BatchConsumer, DurableProducer, StreamApp

PARTITION = TP("messages.inbound", 0)


@pytest.fixture
async def app(tmp_path: Path) -> StreamApp:
    application = StreamApp(
        "contract", broker="kafka://127.0.0.1:9", store="memory://", datadir=tmp_path, web_enabled=False
    )
    application.finalize()
    return application


@pytest.fixture
def handed_out() -> list[Any]:
    return []


@pytest.fixture
async def consumer(app: StreamApp, handed_out: list[Any]) -> AsyncIterator[BatchConsumer]:
    async def deliver(event: Any) -> None:
        handed_out.append(event)

    async def rebalanced(*_: Any) -> None:
        pass

    made = app.transport.create_consumer(
        callback=deliver, on_partitions_revoked=rebalanced, on_partitions_assigned=rebalanced
    )
    assert isinstance(made, BatchConsumer)
    made.flow_active = True
    yield made
    made._thread.thread_loop.close()  # of the thread that was never started


@pytest.fixture
async def producer(app: StreamApp) -> DurableProducer:
    made = app.transport.create_producer()
    assert isinstance(made, DurableProducer)
    return made
