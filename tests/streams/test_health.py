"""How a worker says that it lives, that it is ready, and what it measures: without a key, on a port of its own."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest

from sandbox.process import free_port
from streams.health import HealthServer
from streams.metrics import Metrics


@dataclass
class Worker:
    """What the server asks."""

    reasons: list[str] = field(default_factory=list)
    metrics: Metrics = field(default_factory=Metrics)

    def measure(self) -> None:
        self.metrics.set("dlp_inflight", 7, stage="critical")


@pytest.fixture
def worker() -> Worker:
    return Worker()


@pytest.fixture
async def client(worker: Worker) -> AsyncIterator[httpx.AsyncClient]:
    server, port = HealthServer(worker.metrics, lambda: worker.reasons, before_scrape=worker.measure), free_port()
    await server.start("127.0.0.1", port)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        yield client
    await server.stop()


async def test_one_that_answers_is_alive(client: httpx.AsyncClient, worker: Worker) -> None:
    worker.reasons.append("critical has not joined its group")
    answer = await client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


async def test_one_that_has_nothing_to_wait_for_is_ready(client: httpx.AsyncClient) -> None:
    answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "reasons": []})


async def test_one_that_has_says_why_it_is_not(client: httpx.AsyncClient, worker: Worker) -> None:
    worker.reasons.append("critical has not joined its group")
    answer = await client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "reasons": ["critical has not joined its group"]}


async def test_gauges_are_measured_when_they_are_asked_for(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics")

    assert answer.headers["content-type"] == "text/plain; version=0.0.4"
    assert 'dlp_inflight{stage="critical"} 7.0' in answer.text


async def test_one_that_never_started_may_be_stopped() -> None:
    await HealthServer(Metrics(), list, before_scrape=lambda: None).stop()


async def test_a_port_that_is_taken_is_told(client: httpx.AsyncClient) -> None:
    second = HealthServer(Metrics(), list, before_scrape=lambda: None)
    with pytest.raises(OSError, match="address already in use"):
        await second.start("127.0.0.1", client.base_url.port or 0)
    await second.stop()
