"""The table of topics: names, what they keep and for how long. Topics are made here and never by auto-creation."""

import asyncio
import logging
import time
from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaConnectionError, KafkaError, TopicAlreadyExistsError, for_code

from streams.settings import KafkaSettings

HOUR = 3_600_000
DAY = 24 * HOUR
DEFAULT_PARTITIONS = 12
PRODUCTION_REPLICAS = 3


class Topic(StrEnum):
    """Every topic's name, without the deployment's prefix."""

    INBOUND = "messages.inbound"
    OUTBOUND = "messages.outbound"
    FORWARD = "messages.forward"
    RECEIPTS = "messages.receipts"
    REVIEW = "dlp.review"
    VIOLATIONS = "dlp.violations"
    ALERTS = "dlp.alerts"
    DEAD_LETTERS = "dlp.deadletters"
    AUDIT = "dlp.audit"


RETENTION_MS = {
    Topic.INBOUND: 7 * DAY,
    Topic.OUTBOUND: 7 * DAY,
    Topic.FORWARD: 7 * DAY,
    Topic.RECEIPTS: 7 * DAY,
    Topic.REVIEW: 7 * DAY,
    Topic.VIOLATIONS: 30 * DAY,
    Topic.ALERTS: 1 * DAY,
    Topic.DEAD_LETTERS: 30 * DAY,
    Topic.AUDIT: 365 * DAY,
}
"""Longer than the longest stop of a consumer: Kafka forgets a group's offsets after seven days as well."""

RAW = (Topic.INBOUND, Topic.OUTBOUND)
"""What producers write, before it is inspected."""

ROAD = tuple(topic for topic in Topic if topic is not Topic.AUDIT)
"""Topics on a message's road: outputs are packed by the input's partition, so all have as many of them."""

MAX_INPUT_BYTES = 1024 * 1024
"""A record of a producer, with the batch it travels in."""
MAX_OUTPUT_BYTES = 2 * 1024 * 1024
"""A dead letter holds a whole record of up to 1 MB with its key and headers, and has to fit."""


PATIENCE_SECONDS = 45.0
"""For topics that are missing, below the minute in which a worker has to be ready."""
RETRY_SECONDS = 3.0

log = logging.getLogger(__name__)


class TopicsUnfitError(RuntimeError):
    """The topics are not as Cordon needs them; the message says which and why."""


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as the cluster has it."""

    topic: Topic
    partitions: int
    """0 when it does not exist."""
    replicas: int


async def create_topics(
    kafka: KafkaSettings, prefix: str, *, partitions: int = DEFAULT_PARTITIONS, replicas: int | None = None
) -> list[Topic]:
    """Make the topics that are missing and return them.

    ``replicas`` defaults to three, or as many as there are brokers. With three, two have to acknowledge a write.
    """
    admin = AIOKafkaAdminClient(**kafka.client_options())
    await admin.start()
    try:
        present = set(await admin.list_topics())
        missing = [topic for topic in Topic if f"{prefix}{topic}" not in present]
        brokers = len((await admin.describe_cluster())["brokers"])
        copies = replicas or min(PRODUCTION_REPLICAS, brokers)
        answer = await admin.create_topics(
            [
                NewTopic(
                    name=f"{prefix}{topic}",
                    num_partitions=partitions,
                    replication_factor=copies,
                    topic_configs=_configuration(topic, copies),
                )
                for topic in missing
            ]
        )
        for name, code, *_ in answer.topic_errors:
            if code and for_code(code) is not TopicAlreadyExistsError:
                raise TopicsUnfitError(f"{name}: {for_code(code).__name__}")
    finally:
        await admin.close()
    return missing


async def describe_topics(kafka: KafkaSettings, prefix: str) -> list[TopicState]:
    """Ask the cluster for every topic of the table."""
    admin = AIOKafkaAdminClient(**kafka.client_options())
    await admin.start()
    try:
        present = set(await admin.list_topics())
        wanted = [f"{prefix}{topic}" for topic in Topic if f"{prefix}{topic}" in present]
        found = (
            {answer["topic"]: answer["partitions"] for answer in await admin.describe_topics(wanted)} if wanted else {}
        )
    finally:
        await admin.close()
    return [
        TopicState(
            topic,
            partitions=len(found.get(f"{prefix}{topic}", ())),
            replicas=min((len(p["replicas"]) for p in found.get(f"{prefix}{topic}", ())), default=0),
        )
        for topic in Topic
    ]


async def check_topics(kafka: KafkaSettings, prefix: str, needed: Container[Topic]) -> None:
    """Raise TopicsUnfitError, in one line, where a needed topic is missing or differs in its partitions.

    Missing ones are waited for: a broker that has just begun, or just made them, does not know them yet. A cluster that
    has lost a broker answers one question and not the next: where it tells nothing in time, the check is left out, for
    stages look again with the partitions that they are given. Raises KafkaConnectionError where no broker answers.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            states = [state for state in await describe_topics(kafka, prefix) if state.topic in needed]
        except KafkaConnectionError:
            raise
        except (KafkaError, TimeoutError) as error:
            if time.monotonic() > deadline:
                log.warning("the topics could not be looked at (%s)", type(error).__name__)
                return
            await asyncio.sleep(RETRY_SECONDS)
            continue
        if not (wrong := problems(states)):
            return
        if time.monotonic() > deadline or all(state.partitions for state in states):
            where = f" (CORDON_TOPIC_PREFIX is {prefix})" if prefix else ""
            raise TopicsUnfitError(f"the topics are not as they should be{where}: {'; '.join(wrong)}")
        log.warning("waiting for topics: %s", "; ".join(wrong))
        await asyncio.sleep(RETRY_SECONDS)


def key_of(conversation_id: str) -> bytes:
    """The key of a conversation's records; also of an id that JSON can hold and UTF-8 cannot write."""
    return conversation_id.encode("utf-8", "replace")


def problems(states: list[TopicState]) -> list[str]:
    """Say what is wrong with the topics, a line each; empty when everything is as it should be."""
    missing = [f"{state.topic}: does not exist" for state in states if not state.partitions]
    counts = {state.topic: state.partitions for state in states if state.topic in ROAD and state.partitions}
    unequal = [f"{topic}: {count} partitions" for topic, count in counts.items() if len(set(counts.values())) > 1]
    return missing + [f"{line}, but all on a message's road need as many" for line in unequal]


def _configuration(topic: Topic, replicas: int) -> dict[str, str]:
    return {
        "retention.ms": str(RETENTION_MS[topic]),
        "max.message.bytes": str(MAX_INPUT_BYTES if topic in RAW else MAX_OUTPUT_BYTES),
        "min.insync.replicas": str(2 if replicas >= PRODUCTION_REPLICAS else 1),
    }
