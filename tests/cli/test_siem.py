"""``cordon siem``: one line that says whether an event arrived, or what to do."""

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import pytest
from aiohttp import web
from click.testing import CliRunner
from confluent_kafka import Producer

from cli.siem import siem
from sandbox.broker import Broker
from sandbox.splunk import DEFAULT_TOKEN, SplunkDouble, Terms
from streams.topics import Topic
from tests.connectors.siem_parts import audit, violation


class InThread:
    """The collector's double, served beside a command that has an event loop of its own."""

    def __init__(self, terms: Terms) -> None:
        self.double = SplunkDouble(terms)
        self.url = ""
        self._ready, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        async def serve() -> None:
            runner = web.AppRunner(self.double.application(), access_log=None, shutdown_timeout=0.2)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            self._ready.set()
            await asyncio.to_thread(self._ended.wait)
            await runner.cleanup()

        asyncio.run(serve())

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(10)


@pytest.fixture
def splunk(monkeypatch: pytest.MonkeyPatch) -> Iterator[InThread]:
    with InThread(Terms()) as served:
        monkeypatch.setenv("CORDON_SPLUNK_URL", served.url)
        monkeypatch.setenv("CORDON_SPLUNK_TOKEN", DEFAULT_TOKEN)
        yield served


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(siem, arguments)
    return result.exit_code, result.output


def test_an_event_that_arrives_is_named(splunk: InThread) -> None:
    code, output = run("test", "splunk")
    (event,) = splunk.double.received
    assert code == 0
    assert "arrived in 0." in output
    assert event["fields"]["violation_id"] in output
    assert event["event"]["rule"] == "CordonSiemTest"


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        ({"CORDON_SPLUNK_TOKEN": "wrong"}, "the token is not known there: check CORDON_SPLUNK_TOKEN (hec_4)"),
        ({"CORDON_SPLUNK_TOKEN": "disabled"}, "the token is disabled"),
        ({"CORDON_SPLUNK_URL": "http://127.0.0.1:9"}, "port 9 is closed"),
        ({"CORDON_SPLUNK_ACK": "on"}, "set CORDON_SPLUNK_ACK=auto"),
        ({"CORDON_SPLUNK_TOKEN": ""}, "CORDON_SPLUNK_TOKEN has to be set"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_what_to_do(
    splunk: InThread, settings: dict[str, str], advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    code, output = run("test", "splunk")
    assert code == 1
    assert advice in output
    assert len(output.splitlines()) == 1


def test_an_index_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with InThread(Terms(indexes=frozenset({"main"}))) as served:
        monkeypatch.setenv("CORDON_SPLUNK_URL", served.url)
        monkeypatch.setenv("CORDON_SPLUNK_TOKEN", DEFAULT_TOKEN)
        monkeypatch.setenv("CORDON_SPLUNK_INDEX", "none")
        code, output = run("test", "splunk")
    assert code == 1
    assert "check CORDON_SPLUNK_INDEX" in output


def test_a_target_that_is_not_set_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CORDON_SPLUNK_URL", raising=False)
    assert run("test", "splunk") == (1, "cordon: splunk is not set: see docs/connectors/siem.md for its settings\n")


@pytest.mark.kafka
def test_backfill_sends_a_time_range_and_nothing_else(
    whole_broker: Broker, topic_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    producer = Producer({"bootstrap.servers": whole_broker.bootstrap_servers})
    for number in range(300):
        at = begin + timedelta(seconds=number)
        value = violation(number).model_dump_json()
        producer.produce(f"{topic_prefix}{Topic.VIOLATIONS}", value, key="c", timestamp=int(at.timestamp() * 1000))
    producer.produce(
        f"{topic_prefix}{Topic.AUDIT}", audit().model_dump_json(), timestamp=int(begin.timestamp() * 1000) + 150_000
    )
    producer.produce(f"{topic_prefix}{Topic.VIOLATIONS}", b"{", timestamp=int(begin.timestamp() * 1000) + 150_000)
    assert producer.flush(20) == 0
    monkeypatch.setenv("CORDON_KAFKA_BOOTSTRAP_SERVERS", whole_broker.bootstrap_servers)
    monkeypatch.setenv("CORDON_TOPIC_PREFIX", topic_prefix)
    monkeypatch.setenv("CORDON_SIEM_FILE_PATH", str(tmp_path / "out.jsonl"))

    until = begin + timedelta(seconds=200)
    code, output = run(
        "backfill",
        "--target",
        "file",
        "--from",
        (begin + timedelta(seconds=100)).isoformat(),
        "--to",
        until.isoformat(),
    )

    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert (code, output.splitlines()[-1]) == (0, "101 sent, 0 refused, 1 unreadable")
    assert {line["violation_id"] for line in lines if line["type"] == "dlp_violation"} == {
        f"violation-{number}" for number in range(100, 200)
    }
    assert sum(line["type"] == "dlp_audit" for line in lines) == 1


def test_a_range_that_ends_before_it_begins_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("backfill", "--target", "file", "--from", "2026-01-02", "--to", "2026-01-01")[0] == 1
    assert "has to be a time such as" in run("backfill", "--target", "file", "--from", "soon")[1]
