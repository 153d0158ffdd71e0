"""Splunk's HTTP Event Collector (HEC): gzip batches of JSON events, with or without indexer acknowledgement.

Protocol: Splunk Enterprise, "Set up and use HTTP Event Collector" and "About HTTP Event Collector indexer
acknowledgment"; response codes as published in "Possible error codes". Unknown codes are judged by HTTP status, never
by their text.
"""

import asyncio
import gzip
import json
import ssl
import time
from collections.abc import Sequence
from typing import Any, Final, Literal

import httpx

from connectors.answers import answer_to
from connectors.calls import code_of, make_client, object_of, pause_of
from connectors.failures import DestinationAway, DestinationBusy
from connectors.siem import Answer, BatchLimits, BatchRefused, BatchTooBig, Misconfigured, SiemRecord, record_id
from connectors.splunk_acks import Acknowledgements
from schemas import Violation

EVENT_PATH: Final = "/services/collector/event"
SOURCE: Final = "genesys_dlp"
SOURCETYPES: Final = {True: "dlp_violation", False: "dlp_audit"}
"""By whether the record is a violation."""
REST_SECONDS: Final = 15.0
"""How long an endpoint that failed is passed over while others answer."""
LEVEL: Final = 3
"""Of gzip: a sixth of the CPU of the highest level for a tenth more bytes."""

AckMode = Literal["auto", "on", "off"]

CONFIG: Final = frozenset({1, 2, 3, 4, 5, 10, 11, 14, 16, 21, 22})
POISON: Final = frozenset({6, 7, 12, 13, 15})
WRONG_INDEX: Final = 7
RETRY_STATUS: Final = frozenset({408, 425, 429})
CONFIG_STATUS: Final = frozenset({401, 402, 403, 404, 405, 407})


class SplunkTarget:
    """One HEC token, on one or several endpoints used in turn."""

    name = "splunk"
    limits = BatchLimits(separator_bytes=0)

    def __init__(
        self,
        *,
        urls: Sequence[str],
        token: str,
        ack: AckMode = "auto",
        index: str | None = None,
        host: str = "cordon",
        trust: ssl.SSLContext | None = None,
        timeout_seconds: float = 10.0,
        ack_timeout_seconds: float = 300.0,
    ) -> None:
        self._client = make_client(timeout_seconds, trust=trust)
        self._ack = ack
        self._endpoints = [_Endpoint(self._client, url, token, ack_timeout_seconds) for url in urls]
        self._turn = 0
        where = {"index": index} if index else {}
        self._envelopes = {
            is_violation: json.dumps({"host": host, "source": SOURCE, "sourcetype": sourcetype, **where})[:-1].encode()
            for is_violation, sourcetype in SOURCETYPES.items()
        }

    @property
    def address(self) -> str:
        """The first endpoint's base address."""
        return self._endpoints[0].url

    def encode(self, record: SiemRecord) -> bytes:
        """One event with its envelope. Its id stands in the event and in the indexed fields, for ``dedup``."""
        if isinstance(record, Violation):
            at = record.detected_at
            fields = {"violation_id": record.violation_id, "event_id": record.event_id, "rule": record.rule}
        else:
            at = record.occurred_at
            fields = {"audit_id": record_id(record)}
        return b'%b,"time":%.3f,"event":%b,"fields":%b}' % (
            self._envelopes[isinstance(record, Violation)],
            at.timestamp(),
            record.model_dump_json().encode(),
            json.dumps(fields).encode(),
        )

    async def send(self, batch: Sequence[bytes]) -> Answer:
        """Send to the endpoint whose turn it is, or to the next one that answers. See ``connectors.siem``."""
        raw = b"".join(batch)
        body = await asyncio.to_thread(gzip.compress, raw, LEVEL, mtime=0)
        failure: DestinationAway | None = None
        for endpoint in self._in_turn():
            try:
                ack_id = await endpoint.submit(body, with_channel=self._ack != "off")
            except Misconfigured:
                raise
            except DestinationAway as away:
                endpoint.rests_until = time.monotonic() + REST_SECONDS
                failure = away
            else:
                endpoint.rests_until = 0.0
                return self._answer(endpoint, ack_id)
        assert failure is not None  # noqa: S101  (there is at least one endpoint)
        raise failure

    async def close(self) -> None:
        """Close connections; who waits for an acknowledgement is told that it did not come."""
        for endpoint in self._endpoints:
            endpoint.acks.close()
        await self._client.aclose()

    def _answer(self, endpoint: "_Endpoint", ack_id: int | None) -> Answer:
        if self._ack == "off" or (ack_id is None and self._ack == "auto"):
            return Answer()
        if ack_id is None:
            raise Misconfigured("ack_disabled")
        return Answer(confirmation=endpoint.acks.expect(ack_id))

    def _in_turn(self) -> "list[_Endpoint]":
        self._turn = (self._turn + 1) % len(self._endpoints)
        order = self._endpoints[self._turn :] + self._endpoints[: self._turn]
        now = time.monotonic()
        return [e for e in order if e.rests_until <= now] or order


class _Endpoint:
    """One address of the collector, with a channel of its own: acknowledgement ids are per channel."""

    def __init__(self, client: httpx.AsyncClient, url: str, token: str, ack_timeout_seconds: float) -> None:
        self.url = url
        self.rests_until = 0.0
        self._client = client
        self._headers = {"Authorization": f"Splunk {token}"}
        self.acks = Acknowledgements(client, url, self._headers, ack_timeout_seconds, judge)

    async def submit(self, body: bytes, *, with_channel: bool) -> int | None:
        """Post a batch; the acknowledgement id, if there is one."""
        headers = {**self._headers, "Content-Encoding": "gzip", "Content-Type": "application/json"}
        if with_channel:
            headers["X-Splunk-Request-Channel"] = self.acks.channel
        try:
            answer = await answer_to(self._client, "POST", f"{self.url}{EVENT_PATH}", content=body, headers=headers)
        except (httpx.HTTPError, OSError) as error:
            raise DestinationAway(type(error).__name__) from None
        document = judge(answer)
        ack_id = document.get("ackId")
        return ack_id if isinstance(ack_id, int) and not isinstance(ack_id, bool) else None


def judge(answer: httpx.Response) -> dict[str, Any]:
    """The body of a success. Raises what the answer means for the batch."""
    document = object_of(answer)
    status = answer.status_code
    code = document.get("code")
    known = code if isinstance(code, int) and not isinstance(code, bool) else None
    reason = f"hec_{code_of(known, status)}" if known is not None else f"http_{status}"
    if answer.is_success and known in {None, 0, 17}:
        return document
    if known in CONFIG or (known not in POISON and status in CONFIG_STATUS) or answer.is_redirect:
        raise Misconfigured(reason, retry_after=pause_of(answer.headers))
    if status == httpx.codes.TOO_MANY_REQUESTS:
        raise DestinationBusy(reason, retry_after=pause_of(answer.headers))
    if status in RETRY_STATUS or status >= httpx.codes.INTERNAL_SERVER_ERROR or answer.is_success:
        raise DestinationAway(reason, retry_after=pause_of(answer.headers))
    if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        raise BatchTooBig
    raise BatchRefused(reason, status=status, index=_index(document, known))


def _index(document: dict[str, Any], code: int | None) -> int | None:
    """Place of the event that is to blame. Splunk counts from 0, but one higher for a wrong index (code 7)."""
    number = document.get("invalid-event-number")
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return number - 1 if code == WRONG_INDEX else number
