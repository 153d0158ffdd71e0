"""The Faust application of a stage: a group of its own, raw bytes, nothing made by itself, and bounded memory."""

from pathlib import Path
from typing import Any

import faust
import pytest

from streams.factory import METADATA_SECONDS, QUEUED_BATCHES, group_id, make_app
from streams.settings import KafkaSettings
from streams.topics import MAX_OUTPUT_BYTES
from streams.transport import StreamApp
from tests.streams.stream_parts import EchoStage, World

PASSWORD = "hunter2-hunter2"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World("broker-1.test:9092,broker-2.test:9093", "acme.", tmp_path)


def app_of(world: World, **kafka: Any) -> StreamApp:
    settings = KafkaSettings.load(bootstrap_servers=world.bootstrap_servers, **kafka)
    return make_app(EchoStage(world.tools), settings, world.settings)


def test_a_stage_has_a_group_of_its_own_behind_the_prefix(world: World) -> None:
    assert app_of(world).conf.id == group_id("critical", "acme.") == "acme.cordon-critical"


def test_it_reads_the_stages_inputs_as_bytes_from_every_broker(world: World) -> None:
    app = app_of(world)
    [agent] = app.agents.values()

    assert set(agent.channel.topics) == {"acme.messages.inbound", "acme.messages.outbound"}
    assert (agent.channel.key_serializer, agent.channel.value_serializer) == ("raw", "raw")
    assert [str(url) for url in app.conf.broker] == ["kafka://broker-1.test:9092", "kafka://broker-2.test:9093"]


def test_nothing_is_made_on_the_broker_and_what_waits_is_bounded(world: World) -> None:
    conf = app_of(world).conf

    assert not conf.topic_allow_declare
    assert conf.topic_disable_leader
    assert conf.stream_buffer_maxsize == QUEUED_BATCHES
    assert conf.producer_max_request_size == MAX_OUTPUT_BYTES
    assert conf.consumer_auto_offset_reset == "earliest"
    assert conf.broker_session_timeout < conf.broker_rebalance_timeout
    assert conf.broker_heartbeat_interval * 3 <= conf.broker_session_timeout


def test_new_partitions_are_seen_within_seconds(world: World) -> None:
    conf = app_of(world).conf

    assert conf.consumer_metadata_max_age_ms == conf.producer_metadata_max_age_ms == METADATA_SECONDS * 1000


def test_without_security_there_are_no_credentials(world: World) -> None:
    assert app_of(world).conf.broker_credentials is None


def test_credentials_are_the_settings_and_no_text_form_shows_the_password(world: World) -> None:
    sasl = {"sasl_mechanism": "SCRAM-SHA-256", "sasl_username": "cordon", "sasl_password": PASSWORD}
    credentials = app_of(world, security_protocol="SASL_SSL", **sasl).conf.broker_credentials

    assert isinstance(credentials, faust.SASLCredentials)
    assert (credentials.username, credentials.password) == ("cordon", PASSWORD)
    assert credentials.mechanism.value == "SCRAM-SHA-256"
    assert credentials.ssl_context is not None
    assert PASSWORD not in f"{credentials!r} {credentials}"


def test_encryption_alone_is_credentials_without_a_name(world: World) -> None:
    credentials = app_of(world, security_protocol="SSL").conf.broker_credentials

    assert isinstance(credentials, faust.SSLCredentials)
    assert credentials.context.check_hostname
