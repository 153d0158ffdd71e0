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

from sandbox.demo.journey import Journeys
from sandbox.demo.script import Line, Road
from sandbox.demo.world import World

PAUSE_SECONDS = 0.35
"""Between two lines, so that one can watch."""
POLL_SECONDS = 0.1
WATCHED = ("messages.forward", "dlp.deadletters")


class FeedRefusedError(RuntimeError):
    """A line was not taken at the entrance; the message says with which code."""


class Feeder:
    """Says the lines: some through the gateway, some as a foreign producer."""

    def __init__(self, world: World, journeys: Journeys) -> None:
        self._world = world
        self._journeys = journeys
        headers = {"Authorization": f"Bearer {world.api_key}"}
        self._http = httpx.Client(base_url=world.gateway_url, headers=headers, timeout=30)
        self._producer = Producer(
            {"bootstrap.servers": world.broker.bootstrap_servers, "partitioner": "murmur2_random", "log_level": 0}
        )

    def say(self, line: Line) -> None:
        """Feed one line and note when it was acknowledged. Raises FeedRefusedError."""
        if line.road is Road.GATEWAY:
            answer = self._http.post("/v1/messages", json=line.event())
            if answer.status_code != httpx.codes.ACCEPTED:
                raise FeedRefusedError(f"the gateway answered {answer.status_code}")
            self._journeys.fed(line.event_id, time.time())
            return
        key = line.event()["conversation_id"]
        self._producer.produce(self._world.topic(line.topic), line.record(), key, on_delivery=self._acknowledged(line))
        if self._producer.flush(30):
            raise FeedRefusedError("the broker did not acknowledge a record")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _acknowledged(self, line: Line) -> Any:
        def note(error: object, message: Message) -> None:
            if error is None:
                place = (line.topic, message.partition() or 0, message.offset() or 0)
                self._journeys.origins[place] = line.event_id
                self._journeys.fed(line.event_id, time.time())

        return note


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
        journeys.forwarded(forwarded["event_id"], time.time(), forwarded["text"])
        return
    headers = {name: bytes(value or b"").decode() for name, value in message.headers() or ()}
    topic = headers["cordon.topic"].removeprefix(world.prefix)
    journeys.put_aside((topic, int(headers["cordon.partition"]), int(headers["cordon.offset"])), time.time())


def _watch_doubles(world: World, journeys: Journeys, stop: threading.Event) -> None:
    while not stop.wait(POLL_SECONDS):
        for running in world.doubles:
            with suppress(httpx.HTTPError):
                for event_id, at, rule in running.double.received(running.url):
                    if running.double.is_siem:
                        journeys.reported(event_id, at, rule or "")
                    else:
                        journeys.delivered(event_id, at)
