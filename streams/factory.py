"""Builds a stage's Faust application: one agent, one consumer group, raw bytes in and out."""

from typing import Any

import faust
from faust.types.auth import CredentialsT

from streams.settings import KafkaSettings, WorkerSettings
from streams.stage import StreamStage
from streams.topics import MAX_OUTPUT_BYTES
from streams.transport import StreamApp, assert_versions

PACKED_BYTES = 512 * 1024
"""Size of a packed batch: what comes of one event for a topic, in one; half of what brokers take by default."""
REQUEST_SECONDS = 60.0
"""How long a produce request waits for its topic's leader before it fails, which ends the process."""
REBALANCE_SECONDS = 60.0
"""Longer than the bounded wait and the last commit of a revocation, or the member is evicted meanwhile."""
HEARTBEAT_SECONDS = 1.0
"""Several within the shortest session; a rebalance is heard of with the next one."""
FETCH_BYTES = 512 * 1024
"""Of one partition in one answer of a broker; a larger record comes alone."""
METADATA_SECONDS = 15.0
"""How long new partitions stay unseen: their messages wait for it."""
QUEUED_BATCHES = 4
"""Batches that wait for the agent: with those in hand the bound of a stage's memory."""


def make_app(stage: StreamStage, kafka: KafkaSettings, worker: WorkerSettings) -> StreamApp:
    """Build the application of a stage. It is started by ``streams.runner``; nothing happens before."""
    assert_versions()
    app = StreamApp(
        group_id(stage.group, worker.topic_prefix),
        broker=[f"kafka://{server}" for server in kafka.servers],
        broker_credentials=_credentials(kafka),
        store="memory://",
        datadir=worker.data_dir / f"faust-{stage.group}",
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=0,
        web_enabled=False,
        worker_redirect_stdouts=False,
        stream_wait_empty=True,
        stream_buffer_maxsize=QUEUED_BATCHES,
        broker_session_timeout=worker.session_timeout_seconds,
        broker_heartbeat_interval=HEARTBEAT_SECONDS,
        consumer_max_fetch_size=FETCH_BYTES,
        broker_rebalance_timeout=REBALANCE_SECONDS,
        broker_commit_interval=worker.commit_interval_seconds,
        consumer_auto_offset_reset="earliest",
        consumer_metadata_max_age_ms=int(METADATA_SECONDS * 1000),
        producer_metadata_max_age_ms=int(METADATA_SECONDS * 1000),
        producer_request_timeout=REQUEST_SECONDS,
        producer_max_request_size=MAX_OUTPUT_BYTES,
        producer_max_batch_size=PACKED_BYTES,
    )
    topic = app.topic(*(worker.topic(name) for name in stage.inputs), key_serializer="raw", value_serializer="raw")

    @app.agent(topic, name=stage.group)
    async def agent(stream: Any) -> None:
        await stage.run(app, stream)

    return app


def group_id(group: str, prefix: str) -> str:
    """The consumer group's whole name. A stage's progress is its own, whatever other stages the process runs."""
    return f"{prefix}cordon-{group}"


def _credentials(kafka: KafkaSettings) -> CredentialsT | None:
    context = kafka.ssl_context()
    if kafka.security_protocol.startswith("SASL"):
        assert kafka.sasl_password is not None  # noqa: S101  (checked at load)
        return faust.SASLCredentials(
            username=kafka.sasl_username,
            password=kafka.sasl_password.get_secret_value(),
            mechanism=kafka.sasl_mechanism,
            ssl_context=context,
        )
    return faust.SSLCredentials(context=context) if context else None
