"""The read model on both databases, and the feed that fills it from a real Kafka."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import OffsetAndMetadata
from confluent_kafka import Producer

from detection import Engine, load_policy
from gateway.console import progress as progress_module
from gateway.console.feed import ConsoleFeed
from gateway.console.progress import Progress
from gateway.console.queries import records, violations
from gateway.console.queries.coaching import coaching
from gateway.console.queries.filters import Filters
from gateway.console.queries.overview import overview
from gateway.console.rows import Gathered
from gateway.console.writing import PlacesMovedError, load_places, note_engine, purge, store
from gateway.front_desk import MIGRATIONS
from gateway.roles import Role
from gateway.signin.links import make_link, use_link
from gateway.signin.people import NotAdmitted, Person
from gateway.signin.sessions import SessionBook
from sandbox.broker import Broker
from sandbox.history import Told, week
from schemas.deadletter import Resolution, ResolutionHeaders
from streams.settings import KafkaSettings
from streams.topics import Topic
from tests.gateway.console.console_parts import Read
from vault.database import Database, open_database

NOW = datetime.now(UTC)
WEEK = list(week(NOW))
COUNT = sum(one.topic is Topic.VIOLATIONS for one in WEEK)
MESSAGES = sum(one.topic is Topic.FORWARD for one in WEEK)


def period(**more: object) -> Filters:
    since = round((NOW - timedelta(days=8)).timestamp() * 1000)
    return Filters(since_ms=since, until_ms=round(NOW.timestamp() * 1000) + 86_400_000, **more)  # type: ignore[arg-type]  # a filter's own


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = await open_database(database_url, MIGRATIONS)
    yield database
    await database.close()


async def keep(database: Database, told: Iterable[Told]) -> None:
    known = await database.run(load_places)
    gathered, reached = Gathered(), dict(known)
    for one in told:
        offset = reached.get((str(one.topic), 0), 0)
        gathered.add(str(one.topic), Read(one, offset))
        reached[str(one.topic), 0] = offset + 1
    await database.run(lambda c: store(c, gathered, known, reached))


async def test_every_question_is_answered_on_either_database(database: Database) -> None:
    await keep(database, WEEK)
    found = await database.run(lambda c: overview(c, period()))
    assert (found["totals"]["violations"], found["totals"]["messages"]) == (COUNT, MESSAGES)
    assert sum(bar["count"] for bar in found["by"]["severity"]) == COUNT
    first = await database.run(lambda c: violations.page(c, period(), None))
    after = (first[-1]["detected_ms"], first[-1]["violation_id"])
    second = await database.run(lambda c: violations.page(c, period(), after))
    assert not {one["violation_id"] for one in first} & {one["violation_id"] for one in second}
    story = await database.run(lambda c: violations.story(c, first[0]["violation_id"], None))
    assert story is not None
    assert len(story["alerts"]) == 2
    taught = await database.run(lambda c: coaching(c, period()))
    assert len(taught["teams"]) == 3
    assert len(await database.run(records.dead_letters)) == 3
    assert await database.run(lambda c: records.audit_trail(c, 0, 2**50)) == []
    assert sum(one["messages"] for one in await database.run(lambda c: records.coverage(c, 0, 2**50))) == MESSAGES


async def test_a_record_counts_once_however_many_gateways_read_it(database: Database) -> None:
    await keep(database, WEEK[:500])
    gathered = Gathered()
    gathered.add(str(Topic.FORWARD), Read(WEEK[0], 0))
    reached = {(str(Topic.FORWARD), 0): 1}
    for known in ({}, {(str(Topic.FORWARD), 0): 0}):
        with pytest.raises(PlacesMovedError):
            await database.run(lambda c, known=known: store(c, gathered, known, reached))  # type: ignore[misc]  # bound as it goes
    found = await database.run(lambda c: overview(c, period()))
    assert found["totals"]["messages"] == sum(one.topic is Topic.FORWARD for one in WEEK[:500])


async def test_no_record_stops_the_feed_whatever_a_producer_wrote_into_it(database: Database) -> None:
    strange = "a\0" * 400
    for topic, fields in (
        (
            Topic.VIOLATIONS,
            {"agentId": strange, "conversationId": "c\0", "matchCount": 2**70, "policy_version": strange},
        ),
        (Topic.ALERTS, {"agent_id": strange, "message": "\0", "conversation_id": "c\0"}),
        (Topic.FORWARD, {"channel": strange}),
    ):
        told = next(one for one in WEEK if one.topic is topic)
        value = json.dumps(json.loads(told.value) | fields).encode()
        await keep(database, [replace(told, value=value)])
    note = ResolutionHeaders(2**70, Resolution.REPLAYED).encode()
    await keep(database, [Told(Topic.DEAD_LETTERS, "c", b"", NOW, tuple(note))])
    (kept,) = await database.run(lambda c: violations.page(c, period(), None))
    assert kept["agent_id"] == ("a\ufffd" * 400)[:512]
    assert kept["match_count"] == 2**31 - 1


async def test_a_violation_alone_says_in_which_queue_its_conversation_is(database: Database) -> None:
    told = [one for one in WEEK if one.topic is Topic.VIOLATIONS]
    await keep(database, told)
    wanted = sum(json.loads(one.value)["queue_id"] == "Loans" for one in told)
    found = await database.run(lambda c: overview(c, period(queue="Loans")))
    assert 0 < found["totals"]["violations"] == wanted < len(told)
    nothing = await database.run(lambda c: overview(c, period(queue="Loans", queues=frozenset({"Cards"}))))
    assert nothing["totals"]["violations"] == 0


async def test_a_resolved_letter_no_longer_waits(database: Database) -> None:
    await keep(database, [one for one in WEEK if one.topic is Topic.DEAD_LETTERS])
    note = ResolutionHeaders(1, Resolution.REPLAYED).encode()
    await keep(database, [Told(Topic.DEAD_LETTERS, "c", b"", NOW, tuple(note))])
    assert await database.run(records.open_dead_letters) == 2
    everything = await database.run(lambda c: records.dead_letters(c, everything=True))
    assert {one["offset"]: one["resolution"] for one in everything} == {0: None, 1: "replayed", 2: None}


async def test_policies_keep_their_first_and_last_time(database: Database) -> None:
    engine = Engine(load_policy())
    await database.run(lambda c: note_engine(c, engine, 5000))
    await database.run(lambda c: note_engine(c, engine, 3000))
    await database.run(lambda c: note_engine(c, engine, 9000))
    (row,) = await database.run(records.policies)
    assert (row["first_ms"], row["last_ms"], row["rules"]) == (3000, 9000, len(engine.policy.rules))


async def test_old_rows_and_ended_sessions_go(database: Database) -> None:
    await keep(database, WEEK)
    book = SessionBook(database, 60)
    await book.open(Person("link:a", "a", Role.ADMIN))
    later = round((NOW + timedelta(days=1)).timestamp() * 1000)
    assert await database.run(lambda c: purge(c, later, later)) > COUNT
    assert await database.run(lambda c: violations.page(c, period(), None)) == []


async def test_a_link_admits_one_of_two_that_come_at_once(database: Database) -> None:
    secret = await make_link(database, Role.SUPERVISOR, name="rita")
    outcomes = await asyncio.gather(*(use_link(database, secret) for _ in range(4)), return_exceptions=True)
    assert [type(one) for one in outcomes].count(Person) == 1
    assert [type(one) for one in outcomes].count(NotAdmitted) == 3


@pytest.mark.kafka
async def test_the_feed_reads_the_topics_and_goes_on_where_it_stopped(
    broker: Broker, topic_prefix: str, database: Database
) -> None:
    kafka = KafkaSettings(bootstrap_servers=broker.bootstrap_servers)
    write(broker, topic_prefix, WEEK[:600])
    await fed(kafka, topic_prefix, database, of(WEEK[:600], Topic.FORWARD))
    write(broker, topic_prefix, WEEK[600:900])
    await fed(kafka, topic_prefix, database, of(WEEK[:900], Topic.FORWARD))
    found = await database.run(lambda c: overview(c, period()))
    assert found["totals"]["violations"] == of(WEEK[:900], Topic.VIOLATIONS)


@pytest.mark.kafka
async def test_a_receiver_has_a_violation_once_its_group_has_committed_it(
    whole_broker: Broker, topic_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress_module, "KEPT_SECONDS", -1.0)  # no answer is good for the next question
    kafka = KafkaSettings(bootstrap_servers=whole_broker.bootstrap_servers)
    topic = f"{topic_prefix}{Topic.VIOLATIONS}"
    consumer = AIOKafkaConsumer(
        bootstrap_servers=whole_broker.bootstrap_servers,
        group_id=f"{topic_prefix}cordon-siem-splunk",
        enable_auto_commit=False,
    )
    progress = Progress(kafka, topic_prefix)
    try:
        assert await progress.settled(Topic.VIOLATIONS, 0, 0) == {}
        await consumer.start()
        place = TopicPartition(topic, 0)
        consumer.assign([place])
        await consumer.commit({place: OffsetAndMetadata(5, "")})
        assert await progress.settled(Topic.VIOLATIONS, 0, 4) == {"siem-splunk": True}
        assert await progress.settled(Topic.VIOLATIONS, 0, 5) == {"siem-splunk": False}
    finally:
        await consumer.stop()
        await progress.close()


def of(told: list[Told], topic: Topic) -> int:
    return sum(one.topic is topic for one in told)


def write(whole_broker: Broker, prefix: str, told: list[Told]) -> None:
    producer = Producer({"bootstrap.servers": whole_broker.bootstrap_servers, "log_level": 0})
    for one in told:
        stamp = round(one.at.timestamp() * 1000)
        producer.produce(f"{prefix}{one.topic}", one.value, one.key, headers=list(one.headers), timestamp=stamp)
    assert producer.flush(20) == 0


async def fed(kafka: KafkaSettings, prefix: str, database: Database, messages: int) -> None:
    """Run a feed until so many messages are counted."""
    feed = asyncio.create_task(ConsoleFeed(kafka, prefix, database, retention_days=90).run())
    try:
        async with asyncio.timeout(20):
            while (await database.run(lambda c: overview(c, period())))["totals"]["messages"] < messages:  # noqa: ASYNC110  (nothing tells)
                await asyncio.sleep(0.1)
        await asyncio.sleep(0.6)  # nothing is counted twice
        assert (await database.run(lambda c: overview(c, period())))["totals"]["messages"] == messages
    finally:
        feed.cancel()
        await asyncio.gather(feed, return_exceptions=True)


def test_a_week_is_what_the_topics_may_hold() -> None:
    for one in WEEK:
        if one.value.startswith(b"{"):
            assert "text" not in json.loads(one.value)
