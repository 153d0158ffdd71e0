"""Elasticsearch and OpenSearch by ``_bulk``: ECS documents in data streams, each created once under its own id.

Sources: Elasticsearch "Bulk API", OpenSearch "Bulk". A bulk is answered 200 though some of its records failed: each has
a status of its own. ``create`` under an id that exists is 409, and means that the record is there already.
"""

import asyncio
import gzip
import json
import ssl
from collections.abc import Sequence
from typing import Any, Final

import httpx

from connectors.calls import code_of, make_client, object_of
from connectors.failures import DestinationAway
from connectors.formats.ecs import ecs_json
from connectors.siem import Answer, BatchLimits, BatchRefused, Misconfigured, SiemRecord, record_id
from connectors.verdict import post
from schemas import Violation

DATASETS: Final = {True: "dlp.violations", False: "dlp.audit"}
"""By whether the record is a violation."""
LEVEL: Final = 3
"""Of gzip."""
QUERY: Final = "filter_path=errors,items.*.status,items.*.error"
"""All of the answer that is looked at."""
DUPLICATE: Final = 409
SET_UP: Final = frozenset({401, 403, 404})


class ElasticTarget:
    """One cluster. Records go to ``logs-dlp.violations-<namespace>`` and ``logs-dlp.audit-<namespace>``."""

    name = "elastic"
    limits = BatchLimits()

    def __init__(
        self,
        *,
        url: str,
        api_key: str | None = None,
        user: tuple[str, str] | None = None,
        namespace: str = "default",
        trust: ssl.SSLContext | None = None,
        timeout_seconds: float = 30.0,
    ) -> None:
        self._url = url
        self._client = make_client(timeout_seconds, trust=trust)
        if user is not None:
            self._client.auth = httpx.BasicAuth(*user)
        self._headers = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}
        if api_key:
            self._headers["Authorization"] = f"ApiKey {api_key}"
        self._indexes = {kind: f"logs-{dataset}-{namespace}" for kind, dataset in DATASETS.items()}

    @property
    def address(self) -> str:
        """The cluster's base address."""
        return self._url

    def encode(self, record: SiemRecord) -> bytes:
        """An action and its document, a line each."""
        index = self._indexes[isinstance(record, Violation)]
        action = json.dumps({"create": {"_index": index, "_id": record_id(record)}}).encode()
        return b"%b\n%b\n" % (action, ecs_json(record))

    async def send(self, batch: Sequence[bytes]) -> Answer:
        """Post a bulk, and look at what became of each record. See ``connectors.siem``."""
        body = await asyncio.to_thread(gzip.compress, b"".join(batch), LEVEL, mtime=0)
        answer = await post(self._client, f"{self._url}/_bulk?{QUERY}", body, self._headers)
        document = object_of(answer)
        if document.get("errors") is False:
            return Answer()
        items = document.get("items")
        if not isinstance(items, list) or len(items) != len(batch):
            raise DestinationAway("not_a_bulk_answer")
        return _sorted([_outcome(item) for item in items])

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _outcome(item: Any) -> tuple[int, str]:
    """Status and the error's kind of one record."""
    found = item.get("create") if isinstance(item, dict) else None
    if not isinstance(found, dict) or not isinstance(found.get("status"), int):
        return httpx.codes.INTERNAL_SERVER_ERROR, "no_status"
    error = found.get("error")
    status: int = found["status"]
    return status, code_of(error.get("type") if isinstance(error, dict) else None, status)


def _sorted(outcomes: list[tuple[int, str]]) -> Answer:
    refused: dict[int, str] = {}
    again = set()
    for place, (status, code) in enumerate(outcomes):
        if httpx.codes.is_success(status) or status == DUPLICATE:
            continue
        if status in SET_UP:
            raise Misconfigured(code)
        if status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
            again.add(place)
        else:
            refused[place] = code
    if len(again) == len(outcomes):
        raise DestinationAway(outcomes[0][1])
    if refused and len(refused) + len(again) == len(outcomes):  # nothing was taken: it may be the mapping's fault
        place, code = next(iter(refused.items()))
        raise BatchRefused(code, status=outcomes[place][0], index=place)
    return Answer(refused=refused, again=frozenset(again))
