"""What the tests of the desk's pages share: an invented week in the topics, and a way in for each role."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from confluent_kafka import Producer
from playwright.sync_api import Page

from sandbox.history import Told, now, week
from sandbox.process import ChildProcess, cordon, free_port
from tests.browser.browser_parts import RunningGateway


def tell(gateway: RunningGateway, records: Iterable[Told]) -> int:
    """Write records to the gateway's topics, with their times; how many."""
    producer = Producer(
        {
            "bootstrap.servers": gateway.environment["CORDON_KAFKA_BOOTSTRAP_SERVERS"],
            "partitioner": "murmur2_random",
            "log_level": 0,
        }
    )
    count = 0
    for one in records:
        stamp = round(one.at.timestamp() * 1000)
        producer.produce(f"{gateway.prefix}{one.topic}", one.value, one.key, headers=list(one.headers), timestamp=stamp)
        count += 1
        if count % 1000 == 0:
            producer.flush(20)
    assert producer.flush(30) == 0
    return count


def tell_a_week(gateway: RunningGateway) -> None:
    """An invented week, and the wait until the console knows it."""
    told = list(week(now()))
    tell(gateway, told)
    wanted = sum(one.topic.value == "dlp.violations" for one in told)
    deadline = time.monotonic() + 30
    with gateway.client() as client:
        while True:
            found = client.get("/console/api/overview", params={"since": round(time.time() * 1000) - 9 * 86_400_000})
            if found.json()["totals"]["violations"] >= wanted:
                return
            assert time.monotonic() < deadline, found.json()["totals"]
            time.sleep(0.1)


@contextmanager
def running_worker(gateway: RunningGateway, *stages: str) -> Iterator[ChildProcess]:
    """A worker beside the gateway, ready."""
    port = free_port()
    settings = {"CORDON_METRICS_PORT": str(port), "CORDON_DATA_DIR": str(gateway.folder / "data-worker")}
    command = cordon("worker", "--stages", ",".join(stages or ("critical", "medium")))
    with ChildProcess(
        command, environment={**gateway.environment, **settings}, log=gateway.folder / "worker.log"
    ) as child:
        child.wait_ready(f"http://127.0.0.1:{port}/readyz")
        yield child


def link(gateway: RunningGateway, role: str, *, path: str = "/console", name: str = "Rita Moreno", **more: str) -> str:
    """A fresh one-time link."""
    words = [word for key, value in more.items() for word in (f"--{key.replace('_', '-')}", value)]
    return gateway.run("console", "link", "--role", role, "--path", path, "--name", name, *words).strip()


def enter(page: Page, gateway: RunningGateway, role: str, *, path: str = "/console", name: str = "Rita Moreno") -> None:
    """Sign in by a link and wait for the page behind it."""
    page.goto(link(gateway, role, path=path, name=name))
    page.wait_for_url(lambda url: urlsplit(url).path == path)
