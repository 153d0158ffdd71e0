"""Plays the script: feeds each line by its road, and watches the topics and the doubles for what becomes of it."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

import httpx
from confluent_kafka import Consumer, Message, Producer, TopicPartition

from sandbox.demo.doubles import GENESYS, WHATSAPP
from sandbox.demo.journey import Journeys, origin_of
from sandbox.demo.script import Line, Road
from sandbox.demo.world import World

PAUSE_SECONDS = 0.35
"""Between two lines, so that one can watch."""
POLL_SECONDS = 0.1
WATCHED = ("messages.forward", "dlp.deadletters")


class FeedRefusedError(RuntimeError):
    """A line was not taken at the entrance; the message says with which code."""


class Feeder:
    """Says the lines, each by its road."""

    def __init__(self, world: World, journeys: Journeys) -> None:
        self._world = world
        self._journeys = journeys
        self._http = httpx.Client(timeout=30)
        self._producer = Producer(
            {"bootstrap.servers": world.broker.bootstrap_servers, "partitioner": "murmur2_random", "log_level": 0}
        )
        self._roads = {
            Road.WHATSAPP: self._by_telephone,
            Road.GENESYS: self._at_the_desk,
            Road.HTTP: self._by_http,
            Road.PRODUCER: self._to_the_topic,
        }

    def say(self, line: Line) -> None:
        """Feed one line and note by which id it travels. Raises FeedRefusedError."""
        self._roads[line.road](line)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _by_telephone(self, line: Line) -> None:
        words = {"from": line.customer, "name": line.speaker, "text": line.text}
        self._post(line, f"{self._world.url_of(WHATSAPP)}/_sandbox/customer-message", words, "id")

    def _at_the_desk(self, line: Line) -> None:
        words = {"to": line.customer, "text": line.text}
        self._post(line, f"{self._world.url_of(GENESYS)}/_sandbox/agent-message", words, "id")

    def _by_http(self, line: Line) -> None:
        self._post(line, f"{self._world.gateway_url}/v1/messages", line.event(), "event_id")

    def _post(self, line: Line, url: str, body: dict[str, Any], id_key: str) -> None:
        at = time.time()
        answer = self._http.post(url, json=body, headers={"Authorization": f"Bearer {self._world.api_key}"})
        if not answer.is_success:
            raise FeedRefusedError(f"{line.road} answered {answer.status_code}")
        self._journeys.fed(line, at, answer.json()[id_key])

    def _to_the_topic(self, line: Line) -> None:
        event, at = line.event(), time.time()

        def acknowledged(error: object, message: Message) -> None:
            if error is None:
                place = origin_of(line.topic, message.partition() or 0, message.offset() or 0)
                self._journeys.fed(line, at, event["event_id"] if line.raw is None else place)

        value = json.dumps(event).encode() if line.raw is None else line.raw
        topic = self._world.topic(line.topic)
        self._producer.produce(topic, value, event["conversation_id"], on_delivery=acknowledged)
        if self._producer.flush(30):
            raise FeedRefusedError("the broker did not acknowledge a record")


@contextmanager
def watching(world: World, journeys: Journeys) -> Iterator[None]:
    """Watch topics and doubles in the background for as long as the block runs."""
    stop = threading.Event()
    watchers = [
        threading.Thread(target=_watch_topics, args=(world, journeys, stop), name="topics"),
        threading.Thread(target=_watch_doubles, args=(world, journeys, stop), name="doubles"),
    ]
    for watcher in watchers:
        watcher.start()
    try:
        yield
    finally:
        stop.set()
        for watcher in watchers:
            watcher.join()


def _watch_topics(world: World, journeys: Journeys, stop: threading.Event) -> None:
    settings = {"group.id": uuid4().hex, "enable.auto.commit": False, "fetch.wait.max.ms": 10, "log_level": 0}
    consumer = Consumer({"bootstrap.servers": world.broker.bootstrap_servers, **settings})
    places = []
    for name in (world.topic(topic) for topic in WATCHED):
        partitions = consumer.list_topics(name, timeout=20).topics[name].partitions
        places += [TopicPartition(name, partition, 0) for partition in partitions]
    consumer.assign(places)
    while not stop.is_set():
        for message in consumer.consume(100, 0.05):
            if message.error() is None:
                _note_record(world, journeys, message)
    consumer.close()


def _note_record(world: World, journeys: Journeys, message: Message) -> None:
    if message.topic() == world.topic("messages.forward"):
        forwarded = json.loads(message.value() or b"{}")
        written = message.timestamp()[1] / 1000  # by the worker's clock: when it is read here says less
        journeys.forwarded(forwarded["event_id"], written, forwarded["text"])
        return
    headers = {name: bytes(value or b"").decode() for name, value in message.headers() or ()}
    topic = headers["cordon.topic"].removeprefix(world.prefix)
    journeys.put_aside(origin_of(topic, int(headers["cordon.partition"]), int(headers["cordon.offset"])), time.time())


def _watch_doubles(world: World, journeys: Journeys, stop: threading.Event) -> None:
    while not stop.wait(POLL_SECONDS):
        for running in world.doubles:
            with suppress(httpx.HTTPError):
                for event_id, at, rule in running.double.received(running.url):
                    if running.double.is_siem:
                        journeys.reported(event_id, at, rule or "")
                    else:
                        journeys.delivered(event_id, at)
