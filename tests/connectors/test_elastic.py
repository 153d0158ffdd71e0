"""Elastic's target: what a bulk holds, and what became of each record by the status that it got."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from connectors.elastic import ElasticTarget
from connectors.failures import DestinationAway
from connectors.siem import Answer, BatchRefused, Misconfigured
from tests.connectors.served import served
from tests.connectors.siem_parts import attempt, audit, violation

BATCH = [violation(1), violation(2), violation(3)]


class Cluster:
    """Answers each bulk with what the test put in ``answer``."""

    def __init__(self) -> None:
        self.answer: Any = {"errors": False}
        self.lines: list[Any] = []
        self.headers: dict[str, str] = {}

    def outcomes(self, *outcomes: tuple[int, str]) -> None:
        """Have the records of the next bulk end with these statuses and kinds of error."""
        items = [{"create": {"status": status, "error": {"type": kind}}} for status, kind in outcomes]
        self.answer = {"errors": True, "items": items}

    async def bulk(self, request: web.Request) -> web.Response:
        self.headers = dict(request.headers)
        body = await request.read()  # the server has taken gzip off
        self.lines = [json.loads(line) for line in body.splitlines()]
        return web.json_response(self.answer)


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


@pytest.fixture
async def target(cluster: Cluster) -> AsyncIterator[ElasticTarget]:
    app = web.Application()
    app.router.add_post("/_bulk", cluster.bulk)
    async with served(app) as url:
        made = ElasticTarget(url=url, api_key="key-7", namespace="house")
        yield made
        await made.close()


async def test_each_record_is_created_under_its_own_id_in_the_stream_of_its_kind(
    cluster: Cluster, target: ElasticTarget
) -> None:
    assert await attempt(target, [violation(), audit()]) == Answer()

    actions = [line["create"] for line in cluster.lines[::2]]
    assert actions == [
        {"_index": "logs-dlp.violations-house", "_id": "violation-1"},
        {"_index": "logs-dlp.audit-house", "_id": "audit-1"},
    ]
    assert cluster.lines[1]["rule"]["name"] == "CreditCard"
    assert cluster.headers["Authorization"] == "ApiKey key-7"
    assert cluster.headers["Content-Encoding"] == "gzip"


async def test_a_record_that_is_there_already_was_taken(cluster: Cluster, target: ElasticTarget) -> None:
    cluster.outcomes((201, ""), (409, "version_conflict_engine_exception"), (201, ""))
    assert await attempt(target, BATCH) == Answer()


async def test_one_that_does_not_fit_is_refused_and_one_that_finds_no_room_comes_again(
    cluster: Cluster, target: ElasticTarget
) -> None:
    cluster.outcomes((201, ""), (400, "mapper_parsing_exception"), (429, "es_rejected_execution_exception"))
    answer = await attempt(target, BATCH)

    assert answer.refused == {1: "mapper_parsing_exception"}
    assert answer.again == {2}


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_cluster_that_takes_nothing_now_is_away(cluster: Cluster, target: ElasticTarget, status: int) -> None:
    cluster.outcomes(*[(status, "es_rejected_execution_exception")] * 3)
    with pytest.raises(DestinationAway):
        await attempt(target, BATCH)


async def test_a_batch_of_which_nothing_is_taken_names_the_first_that_was_refused(
    cluster: Cluster, target: ElasticTarget
) -> None:
    cluster.outcomes((503, "unavailable"), (400, "mapper_parsing_exception"), (400, "mapper_parsing_exception"))
    with pytest.raises(BatchRefused) as refused:
        await attempt(target, BATCH)
    assert (refused.value.index, refused.value.status) == (1, 400)


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_no_record_is_to_blame_for_a_key_or_a_stream_that_is_not_set_up(
    cluster: Cluster, target: ElasticTarget, status: int
) -> None:
    cluster.outcomes((201, ""), (status, "security_exception"), (201, ""))
    with pytest.raises(Misconfigured):
        await attempt(target, BATCH)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        {"errors": True},
        {"errors": True, "items": [{"create": {"status": 201}}]},
        {"errors": True, "items": [None, {"index": {}}, {"create": {"status": "201"}}]},
    ],
)
async def test_what_is_no_answer_to_this_bulk_stores_nothing_that_is_known(
    cluster: Cluster, target: ElasticTarget, answer: Any
) -> None:
    cluster.answer = answer
    with pytest.raises(DestinationAway):
        await attempt(target, BATCH)
