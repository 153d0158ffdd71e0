"""Microsoft Sentinel by the Logs Ingestion API, through Microsoft's own clients (the extra ``sentinel``).

Source: Microsoft Learn, "Logs Ingestion API in Azure Monitor". A call takes 1 MB, compressed or not. The clients' own
splitting overlooks brackets and commas, so a batch is made and compressed here, and handed over as it is. Their retries
are switched off: the stage retries, and remembers.
"""

import asyncio
import gzip
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError
from azure.identity.aio import ClientSecretCredential, DefaultAzureCredential
from azure.monitor.ingestion.aio import LogsIngestionClient

from connectors.calls import pause_of
from connectors.failures import DestinationAway, DestinationBusy
from connectors.formats.plain import event_type, severity_number
from connectors.siem import Answer, BatchLimits, BatchRefused, BatchTooBig, Misconfigured, SiemRecord, record_id
from schemas import Violation

BRACKETS: Final = 2
LEVEL: Final = 3
RETRY: Final = frozenset({408, 425})
BAD_REQUEST: Final = 400
TOO_LARGE: Final = 413
TOO_MANY: Final = 429
SERVER_ERROR: Final = 500
TOO_LARGE_CODES: Final = frozenset({"TimeoutExpired", "ReadyBody_ClientConnectionAbort", "ContentLengthLimitExceeded"})
"""Codes of a 400 that mean too much in one call."""


class SentinelTarget:
    """One stream of one data collection rule."""

    name = "sentinel"
    limits = BatchLimits(max_records=2_000, max_bytes=1_000_000 - BRACKETS, max_record_bytes=60 * 1024)

    def __init__(
        self,
        *,
        endpoint: str,
        rule_id: str,
        stream: str,
        tenant_id: str | None = None,
        client_id: str | None = None,
        client_secret: str | None = None,
        authority: str | None = None,
        ca_file: Path | None = None,
        timeout_seconds: float = 30.0,
    ) -> None:
        self._endpoint = endpoint
        self._rule_id = rule_id
        self._stream = stream
        self._identity = (tenant_id, client_id, client_secret)
        self._authority = authority
        self._transport: dict[str, Any] = {
            "connection_verify": str(ca_file) if ca_file else True,
            "connection_timeout": min(timeout_seconds, 5.0),
            "read_timeout": timeout_seconds,
            "retry_total": 0,
            "use_env_settings": False,  # no proxy from the environment
        }
        self._open: tuple[LogsIngestionClient, Any] | None = None

    @property
    def address(self) -> str:
        """The ingestion endpoint and the stream."""
        return f"{self._endpoint} ({self._stream})"

    def encode(self, record: SiemRecord) -> bytes:
        """One row. ``EventUid`` is the record's id: Log Analytics itself drops nothing it has."""
        row = _violation(record) if isinstance(record, Violation) else _audit(record)
        return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    async def send(self, batch: Sequence[bytes]) -> Answer:
        """Upload one array of rows. See ``connectors.siem``."""
        body = await asyncio.to_thread(gzip.compress, b"[" + b",".join(batch) + b"]", LEVEL, mtime=0)
        try:
            await self._client().upload(self._rule_id, self._stream, io.BytesIO(body))
        except ClientAuthenticationError:
            await self.close()  # with the token it holds: the next attempt logs in anew
            raise Misconfigured("http_401") from None
        except HttpResponseError as error:
            raise _meaning(error) from None
        except AzureError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise Misconfigured("certificate_not_trusted") from None
            raise DestinationAway(type(error).__name__) from None
        return Answer()

    async def close(self) -> None:
        """Close the connections, and forget the token."""
        opened, self._open = self._open, None
        for part in opened or ():
            await part.close()

    def _client(self) -> LogsIngestionClient:
        if self._open is None:
            tenant, client, secret = self._identity
            options = dict(self._transport)
            if self._authority is not None:
                options["authority"] = self._authority
                options["disable_instance_discovery"] = True
            credential: Any
            if tenant and client and secret:
                credential = ClientSecretCredential(tenant, client, secret, **options)
            else:  # a managed identity, or whatever else the host offers
                credential = DefaultAzureCredential(**({"authority": self._authority} if self._authority else {}))
            self._open = (LogsIngestionClient(self._endpoint, credential, **self._transport), credential)
        return self._open[0]


def _meaning(error: HttpResponseError) -> Exception:
    status = error.status_code or 0
    headers = getattr(error.response, "headers", None) or {}
    asked = pause_of({str(name).lower(): str(value) for name, value in headers.items()})
    code = getattr(error.error, "code", None)
    if status == TOO_LARGE or code in TOO_LARGE_CODES:
        return BatchTooBig()
    if status == TOO_MANY:
        return DestinationBusy("http_429", retry_after=asked)
    if status in RETRY or status >= SERVER_ERROR or not status:
        return DestinationAway(f"http_{status}", retry_after=asked)
    if status == BAD_REQUEST:
        return BatchRefused(f"http_{status}", status=status)
    return Misconfigured(f"http_{status}", retry_after=asked)


def _violation(violation: Violation) -> dict[str, Any]:
    given = json.loads(violation.model_dump_json())
    row = {
        "TimeGenerated": given["detected_at"],
        "EventUid": violation.violation_id,
        "EventKind": event_type(violation),
        "EventSeverity": severity_number(violation),
        "RuleName": violation.rule,
        "Severity": given["severity"],
        "Action": given["action"],
        "Entity": violation.entity,
        "MatchCount": violation.match_count,
        "Direction": given["direction"],
        "Channel": violation.channel,
        "ConversationId": violation.conversation_id,
        "MessageId": violation.event_id,
        "AgentId": violation.agent_id,
        "Stage": violation.stage,
        "PolicyVersion": violation.policy_version,
        "MaskedPreview": violation.masked_preview,
        "Fingerprint": violation.fingerprint,
        "OccurredAt": given["occurred_at"],
        "Matches": given["matches"],
    }
    return {name: value for name, value in row.items() if value is not None}


def _audit(record: SiemRecord) -> dict[str, Any]:
    given = json.loads(record.model_dump_json())
    row = {
        "TimeGenerated": given["occurred_at"],
        "EventUid": record_id(record),
        "EventKind": event_type(record),
        "EventSeverity": severity_number(record),
        "Action": given["action"],
        "Actor": given["actor"],
        "Subject": given["subject"],
        "Outcome": given["outcome"],
        "Purpose": given["purpose"],
        "Reason": given["reason"],
        "ConversationId": given["conversation_id"],
        "Chain": given["chain"],
        "ChainSequence": given["sequence"],
        "ChainHash": given["hash"],
    }
    return {name: value for name, value in row.items() if value is not None}
