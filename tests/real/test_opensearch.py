"""Elastic's target against a real OpenSearch."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.elastic import ElasticTarget
from connectors.siem import BatchRefused
from sandbox.process import ChildProcess, free_port
from tests.connectors.siem_parts import attempt, audit, deliver, violation
from tests.real.maven import jars, needs_java

pytestmark = [pytest.mark.real, needs_java, pytest.mark.timeout(240)]

HERE = Path(__file__).parent
TEMPLATES = HERE.parents[1] / "deploy" / "elastic"
COUNT = 20_000


@pytest.fixture(scope="module")
def opensearch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home, port = tmp_path_factory.mktemp("opensearch"), free_port()
    (home / "config").mkdir()
    libraries = jars("opensearch-2.19.1", HERE / "opensearch_jars.xml")
    command = ["java", "-Xmx512m", "-cp", f"{libraries}/*", str(HERE / "OpenSearchNode.java")]
    command += [str(home), str(port), str(free_port())]
    url = f"http://127.0.0.1:{port}"
    with ChildProcess(command, environment={}, log=home / "log") as node:
        node.wait_ready(f"{url}/_cluster/health?wait_for_status=yellow&timeout=30s", seconds=90)
        for kind in ("violations", "audit"):
            template = json.loads((TEMPLATES / f"{kind}.json").read_text())
            httpx.put(f"{url}/_index_template/cordon-{kind}", json=template, timeout=30).raise_for_status()
        yield url


def get(url: str) -> Any:
    return httpx.get(url, timeout=30).json()


def count(url: str, stream: str) -> int:
    httpx.post(f"{url}/{stream}/_refresh", timeout=30).raise_for_status()
    return int(httpx.get(f"{url}/{stream}/_count", timeout=30).json()["count"])


async def test_every_violation_is_there_once_however_often_it_is_sent(opensearch: str) -> None:
    target = ElasticTarget(url=opensearch)
    records = [violation(number) for number in range(COUNT)]

    assert await deliver(target, records) == 0
    await deliver(target, records[: COUNT // 10])  # what a killed worker would repeat
    await deliver(target, [audit()])
    await target.close()

    assert count(opensearch, "logs-dlp.violations-default") == COUNT
    assert count(opensearch, "logs-dlp.audit-default") == 1


async def test_the_template_makes_a_data_stream_of_typed_fields(opensearch: str) -> None:
    target = ElasticTarget(url=opensearch, namespace="typed")
    await deliver(target, [violation()])
    await target.close()

    (stream,) = get(f"{opensearch}/_data_stream/logs-dlp.violations-typed")["data_streams"]
    (index,) = get(f"{opensearch}/logs-dlp.violations-typed/_mapping").values()
    mapping = index["mappings"]["properties"]
    assert stream["template"] == "cordon-violations"
    assert mapping["rule"]["properties"]["name"]["type"] == "keyword"
    assert mapping["dlp"]["properties"]["match"]["properties"]["count"]["type"] in {"integer", "long"}


async def test_one_document_that_does_not_fit_the_mapping_is_the_only_one_refused(opensearch: str) -> None:
    target = ElasticTarget(url=opensearch, namespace="partial")
    good = [target.encode(violation(number)) for number in range(3)]
    bad = good[1].replace(b'"@timestamp":"2026-01-31T12:00:00.123Z"', b'"@timestamp":"soon"')

    answer = await target.send([good[0], bad, good[2]])
    assert answer.refused == {1: "mapper_parsing_exception"}
    with pytest.raises(BatchRefused):
        await target.send([bad])
    await target.close()
    assert count(opensearch, "logs-dlp.violations-partial") == 2


async def test_a_batch_goes_through_while_another_names_the_same_ids(opensearch: str) -> None:
    target = ElasticTarget(url=opensearch, namespace="twice")
    answer = await attempt(target, [violation(1), violation(1)])
    await target.close()
    assert (answer.refused, answer.again) == ({}, frozenset())
    assert count(opensearch, "logs-dlp.violations-twice") == 1
