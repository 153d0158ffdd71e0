"""Looks for planted values where they must not be: in the topics, the logs and what the doubles received."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from confluent_kafka import Consumer, TopicPartition

from sandbox.demo.script import Planted


@dataclass(frozen=True, slots=True)
class Leak:
    """A planted value in a wrong place. Says where, never which value."""

    place: str
    number: int
    """Which of the planted values, counted from 0."""


@dataclass(frozen=True, slots=True)
class _Needle:
    number: int
    planted: Planted
    pattern: re.Pattern[bytes]


class LeakSearch:
    """Finds each value as it was written and, for numbers, with or without the gaps between its digits."""

    def __init__(self, planted: Iterable[Planted]) -> None:
        self._needles = [_Needle(number, value, _pattern(value.value)) for number, value in enumerate(planted)]

    def in_topic_files(self, data_folder: Path, prefix: str) -> Iterator[Leak]:
        """Every file that the broker wrote. Its folders are named ``<topic>-<partition>``."""
        for path in sorted(data_folder.rglob("*")):
            if path.is_file():
                topic = path.parent.name.rpartition("-")[0].removeprefix(prefix)
                yield from self._search(path.read_bytes(), f"file of {topic or path.name}", topic)

    def in_records(self, bootstrap_servers: str, topics: Iterable[str], prefix: str) -> Iterator[Leak]:
        """Every record of the topics: key, value and headers, also where the files are out of reach."""
        for topic in topics:
            for content in _records(bootstrap_servers, f"{prefix}{topic}"):
                yield from self._search(content, f"record of {topic}", topic)

    def in_logs(self, folder: Path) -> Iterator[Leak]:
        """Every log and every other file that the processes left in the folder."""
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield from self._search(path.read_bytes(), f"file {path.name}", None)

    def in_delivery(self, place: str, content: bytes) -> Iterator[Leak]:
        """What a double received in the stead of a person."""
        for needle in self._needles:
            if not needle.planted.may_be_delivered and needle.pattern.search(content):
                yield Leak(place, needle.number)

    def in_report(self, place: str, content: bytes) -> Iterator[Leak]:
        """What a SIEM, a metrics page or the like was told: no value may stand there."""
        yield from self._search(content, place, None)

    def _search(self, content: bytes, place: str, topic: str | None) -> Iterator[Leak]:
        for needle in self._needles:
            if topic not in needle.planted.may_rest_in and needle.pattern.search(content):
                yield Leak(place, needle.number)


def _pattern(value: str) -> re.Pattern[bytes]:
    if not any(character.isdigit() for character in value):
        return re.compile(re.escape(value.encode()), re.IGNORECASE)
    characters = [re.escape(character.encode()) for character in value if character.isalnum()]
    return re.compile(rb"[ .\-]?".join(characters))


def _records(bootstrap_servers: str, topic: str) -> Iterator[bytes]:
    settings = {"group.id": uuid4().hex, "enable.auto.commit": False, "log_level": 0}
    consumer = Consumer({"bootstrap.servers": bootstrap_servers, **settings})
    try:
        for partition in consumer.list_topics(topic, timeout=20).topics[topic].partitions:
            low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=20)
            if low == high:
                continue
            consumer.assign([TopicPartition(topic, partition, low)])
            while (message := consumer.poll(10)) is not None and message.error() is None:
                yield b"\0".join([message.key() or b"", message.value() or b"", repr(message.headers()).encode()])
                if (message.offset() or 0) >= high - 1:
                    break
    finally:
        consumer.close()
