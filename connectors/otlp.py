"""OTLP logs over HTTP: protobuf messages of OpenTelemetry's published package, one log record each.

Source: the OpenTelemetry Protocol specification, "OTLP/HTTP". Only 429, 502, 503 and 504 may be retried; any other 4xx
or 5xx is final. A success may say how many records were rejected, though not which.
"""

import asyncio
import gzip
import ssl
from collections.abc import Mapping, Sequence
from typing import Final

import httpx
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs, ScopeLogs, SeverityNumber
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from connectors.answers import answer_to
from connectors.calls import make_client, pause_of
from connectors.failures import DestinationAway, DestinationBusy
from connectors.formats.plain import event_type, flat
from connectors.siem import PRODUCT_VERSION, Answer, BatchLimits, BatchRefused, BatchTooBig, Misconfigured, SiemRecord
from connectors.verdict import SET_UP, away
from schemas import Severity, Violation
from schemas.record import milliseconds

PATH: Final = "/v1/logs"
LEVEL: Final = 3
RETRY: Final = frozenset({429, 502, 503, 504})
SEVERITIES: Final = {
    Severity.LOW: SeverityNumber.SEVERITY_NUMBER_INFO2,
    Severity.MEDIUM: SeverityNumber.SEVERITY_NUMBER_WARN,
    Severity.HIGH: SeverityNumber.SEVERITY_NUMBER_ERROR,
    Severity.CRITICAL: SeverityNumber.SEVERITY_NUMBER_FATAL,
}
COUNTS: Final = frozenset({"match_count", "sequence"})


class OtlpTarget:
    """One collector."""

    name = "otlp"
    limits = BatchLimits(separator_bytes=0)

    def __init__(
        self,
        *,
        url: str,
        headers: Mapping[str, str] | None = None,
        trust: ssl.SSLContext | None = None,
        timeout_seconds: float = 10.0,
    ) -> None:
        self._url = url
        self._headers = {
            **(headers or {}),
            "Content-Type": "application/x-protobuf",
            "Content-Encoding": "gzip",
        }
        self._client = make_client(timeout_seconds, trust=trust)
        self._resource = Resource(attributes=[_pair("service.name", "cordon")])
        self._scope = InstrumentationScope(name="cordon.dlp", version=PRODUCT_VERSION)

    @property
    def address(self) -> str:
        """The collector's base address."""
        return self._url

    def encode(self, record: SiemRecord) -> bytes:
        """One log record. Protobuf messages that stand back to back are one message, with the records of both."""
        at = record.detected_at if isinstance(record, Violation) else record.occurred_at
        nanoseconds = milliseconds(at) * 1_000_000
        severity, name = SeverityNumber.SEVERITY_NUMBER_INFO, "INFO"
        if isinstance(record, Violation):
            severity, name = SEVERITIES[record.severity], record.severity.value
        kind = event_type(record)
        written = LogRecord(
            time_unix_nano=nanoseconds,
            observed_time_unix_nano=nanoseconds,
            severity_number=severity,
            severity_text=name,
            event_name=f"cordon.{kind}",
            body=AnyValue(string_value=record.model_dump_json()),
            attributes=[_pair(f"dlp.{key}", value) for key, value in flat(record).items()],
        )
        encoded: bytes = ScopeLogs(log_records=[written]).SerializeToString(deterministic=True)
        return encoded

    async def send(self, batch: Sequence[bytes]) -> Answer:
        """Post an export request. See ``connectors.siem``."""
        logs = ScopeLogs(scope=self._scope)
        logs.MergeFromString(b"".join(batch))
        request = ExportLogsServiceRequest(resource_logs=[ResourceLogs(resource=self._resource, scope_logs=[logs])])
        body = await asyncio.to_thread(gzip.compress, request.SerializeToString(), LEVEL, mtime=0)
        try:
            answer = await answer_to(self._client, "POST", f"{self._url}{PATH}", content=body, headers=self._headers)
        except (httpx.HTTPError, OSError) as error:
            raise away(error) from None
        _judge(answer)
        return _accepted(answer, len(batch))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _judge(answer: httpx.Response) -> None:
    status, asked = answer.status_code, pause_of(answer.headers)
    if answer.is_success:
        return
    if status in SET_UP or answer.is_redirect:
        raise Misconfigured(f"http_{status}", retry_after=asked)
    if status in RETRY:
        kind = DestinationBusy if status == httpx.codes.TOO_MANY_REQUESTS else DestinationAway
        raise kind(f"http_{status}", retry_after=asked)
    if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        raise BatchTooBig
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:  # the specification forbids a retry; to lose the batch is worse
        raise DestinationAway(f"http_{status}", retry_after=asked)
    raise BatchRefused(f"http_{status}", status=status)


def _accepted(answer: httpx.Response, size: int) -> Answer:
    """Where some are rejected nobody says which, and a retry is forbidden: the whole batch goes to the dead letters.

    None of it is lost then, and an operator who sends it again repeats what was accepted, under its own ids.
    """
    try:
        partial = ExportLogsServiceResponse.FromString(answer.content).partial_success
    except DecodeError:
        return Answer()
    return Answer(refused=dict.fromkeys(range(size), "rejected_in_part") if partial.rejected_log_records else {})


def _pair(key: str, value: str) -> KeyValue:
    name = key.rpartition(".")[2]
    return KeyValue(key=key, value=AnyValue(int_value=int(value)) if name in COUNTS else AnyValue(string_value=value))
