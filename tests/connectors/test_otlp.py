"""OTLP logs against a receiver made of OpenTelemetry's published messages, which its own exporter drives as well."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from opentelemetry._logs import LogRecord as ApiLogRecord
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsPartialSuccess,
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor

from connectors.failures import DestinationAway, DestinationBusy
from connectors.otlp import OtlpTarget
from connectors.siem import BatchRefused, BatchTooBig, Misconfigured
from tests.connectors.served import served
from tests.connectors.siem_parts import attempt, audit, deliver, violation


class Receiver:
    """``POST /v1/logs`` of a collector."""

    def __init__(self) -> None:
        self.records: list[LogRecord] = []
        self.services: set[str] = set()
        self.failures: list[web.Response] = []
        self.rejects = 0

    def application(self) -> web.Application:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/v1/logs", self._export)
        return app

    async def _export(self, request: web.Request) -> web.Response:
        if self.failures:
            return self.failures.pop(0)
        assert request.content_type == "application/x-protobuf"
        for resource in ExportLogsServiceRequest.FromString(await request.read()).resource_logs:
            pairs = {pair.key: pair.value.string_value for pair in resource.resource.attributes}
            self.services.add(pairs.get("service.name", ""))
            for scope in resource.scope_logs:
                self.records += scope.log_records
        answer = ExportLogsServiceResponse()
        if self.rejects:
            answer.partial_success.CopyFrom(ExportLogsPartialSuccess(rejected_log_records=self.rejects))
        return web.Response(body=answer.SerializeToString(), content_type="application/x-protobuf")


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
async def url(receiver: Receiver) -> AsyncIterator[str]:
    async with served(receiver.application()) as address:
        yield address


@pytest.fixture
async def otlp(url: str) -> AsyncIterator[OtlpTarget]:
    target = OtlpTarget(url=url)
    yield target
    await target.close()


def attributes(record: LogRecord) -> dict[str, str]:
    return {pair.key: pair.value.string_value or str(pair.value.int_value) for pair in record.attributes}


async def test_the_receiver_takes_what_opentelemetrys_own_exporter_sends(receiver: Receiver, url: str) -> None:
    def export() -> None:
        provider = LoggerProvider(shutdown_on_exit=False)
        provider.add_log_record_processor(SimpleLogRecordProcessor(OTLPLogExporter(endpoint=f"{url}/v1/logs")))
        provider.get_logger("tests").emit(ApiLogRecord(body="hello"))
        provider.shutdown()

    await asyncio.to_thread(export)
    assert [record.body.string_value for record in receiver.records] == ["hello"]


async def test_every_record_arrives_with_its_fields(receiver: Receiver, otlp: OtlpTarget) -> None:
    assert await deliver(otlp, [*(violation(number) for number in range(2_000)), audit()]) == 0

    assert receiver.services == {"cordon"}
    assert len(receiver.records) == 2_001
    first = receiver.records[0]
    assert attributes(first)["dlp.violation_id"] == "violation-0"
    assert attributes(first)["dlp.match_count"] == "1"
    assert (first.severity_text, first.event_name) == ("CRITICAL", "cordon.dlp_violation")
    assert first.time_unix_nano == 1_769_860_800_123_000_000
    assert attributes(receiver.records[-1])["dlp.actor"] == "key-ops"


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (429, DestinationBusy),
        (503, DestinationAway),
        (500, DestinationAway),
        (401, Misconfigured),
        (404, Misconfigured),
        (413, BatchTooBig),
        (400, BatchRefused),
    ],
)
async def test_statuses_mean_what_the_specification_says(
    receiver: Receiver, otlp: OtlpTarget, status: int, meaning: type[Exception]
) -> None:
    receiver.failures = [web.Response(status=status)]
    with pytest.raises(meaning):
        await attempt(otlp, [violation()])


async def test_a_batch_that_is_rejected_in_part_is_put_aside_and_not_sent_again(
    receiver: Receiver, otlp: OtlpTarget
) -> None:
    receiver.rejects = 1
    answer = await attempt(otlp, [violation(1), violation(2)])
    assert answer.refused == {0: "rejected_in_part", 1: "rejected_in_part"}
    assert len(receiver.records) == 2
