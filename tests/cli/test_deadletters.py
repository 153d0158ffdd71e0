"""``cordon deadletters``: what is done about records that were put aside leaves a record of which ones they were."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from sandbox.memory_kafka import MemoryKafka
from schemas import DeadLetterReason, Stage
from streams.deadletters import DeadLetters
from streams.producer import EventProducer
from streams.record import KafkaRecord
from streams.sealing import SealingCodec
from streams.settings import KafkaSettings
from streams.topics import Topic
from tests.streams.test_shelf import Record
from vault.envelope import Sealer
from vault.keyring import Keyring

STAGES = (Stage.CRITICAL, Stage.MEDIUM, Stage.CRITICAL)
"""Of the letters 1@0, 1@1 and 1@2."""


@pytest.fixture
def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryKafka]:
    """Three letters on partition 1, of a deployment that the settings name."""
    keyring = Keyring.create(tmp_path / "keyring.json")
    with MemoryKafka() as broker:
        monkeypatch.setenv("CORDON_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrap_servers)
        monkeypatch.setenv("CORDON_KEYRING_FILE", str(keyring.path))
        monkeypatch.setenv("CORDON_DATA_DIR", str(tmp_path))
        broker.make_topics([Topic.DEAD_LETTERS, Topic.AUDIT, Topic.INBOUND], partitions=2)
        asyncio.run(put_aside(keyring))
        yield broker


async def put_aside(keyring: Keyring) -> None:
    letters = DeadLetters(SealingCodec(Sealer(keyring)), "")
    producer = EventProducer(KafkaSettings.load(), "")
    record: KafkaRecord = Record()
    await producer.start()
    for stage in STAGES:
        value, headers = letters.write(record, stage, DeadLetterReason.SCAN_FAILED, event_id="e", detail="text")
        await producer.publish(Topic.DEAD_LETTERS, record.key, value, headers, partition=1)
    await producer.stop()


def cordon(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def audited() -> list[tuple[str, str, str]]:
    """Action, subject and reason of every audit record, oldest first."""
    records: list[dict[str, Any]] = [
        json.loads(line) for line in cordon("audit", "list", "--jsonl").stdout.splitlines()
    ]
    return [(record["action"], record["subject"], record["reason"]) for record in records]


@pytest.mark.usefixtures("broker")
class TestTheAuditRecord:
    def test_names_every_letter_that_was_given_up(self) -> None:
        dropped = cordon("deadletters", "drop", "--stage", "critical", "--because", "said again", "--yes")

        assert dropped.exit_code == 0
        assert audited() == [("deadletter.dropped", "1@0 1@2", "said again")]

    def test_names_the_one_that_was_sent_on_its_way_again(self) -> None:
        cordon("deadletters", "replay", "--at", "1", "1", "--because", "mended", "--yes")

        assert audited() == [("deadletter.replayed", "1@1", "mended")]

    def test_is_not_left_where_nothing_is_done(self) -> None:
        told = cordon("deadletters", "drop", "--because", "x")

        assert told.stdout.endswith("dry run: 3 would be dropped; add --yes to do it\n")
        assert audited() == []


@pytest.mark.usefixtures("broker")
@pytest.mark.parametrize("command", ["drop", "replay"])
class TestOneThatIsNamed:
    @pytest.mark.parametrize("place", [("1", "77"), ("9", "0")])
    def test_and_is_not_there_is_an_error_as_for_open(self, command: str, place: tuple[str, str]) -> None:
        refused = cordon("deadletters", command, "--at", *place, "--because", "x", "--yes")

        assert (refused.exit_code, refused.stdout) == (1, "")
        where = " ".join(place)
        assert refused.stderr == f"cordon: there is no dead letter at {where} that is still to be resolved\n"
        assert audited() == []

    def test_and_was_resolved_before_is_an_error_too(self, command: str) -> None:
        resolve = ("deadletters", command, "--at", "1", "0", "--because", "x", "--yes")

        assert cordon(*resolve).exit_code == 0
        assert cordon(*resolve).exit_code == 1

    def test_a_filter_that_meets_none_is_no_error(self, command: str) -> None:
        none = cordon("deadletters", command, "--stage", "siem", "--because", "x", "--yes")

        assert none.exit_code == 0


@pytest.mark.usefixtures("broker")
class TestTheList:
    def test_has_a_header_for_eyes_and_rows_for_programs(self) -> None:
        listed = cordon("deadletters", "list")

        header, rows = listed.stderr.splitlines()[0].split("\t"), listed.stdout.splitlines()
        assert [row.split("\t")[:2] for row in rows] == [["1", "0"], ["1", "1"], ["1", "2"]]
        assert header[:3] == ["partition", "offset", "put aside (UTC)"]
        assert len(header) == len(rows[0].split("\t")) + 1  # none is resolved: the last column is empty

    def test_of_none_has_no_header(self) -> None:
        assert cordon("deadletters", "list", "--stage", "siem").stderr == "dead letters: 0\n"
