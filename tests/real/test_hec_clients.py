"""Clients of HEC that nobody here wrote, driving the double: what they take for granted, it gives."""

import asyncio
import logging
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from splunk_handler import SplunkHandler

from sandbox.authority import Authority
from sandbox.kafka import cache_folder
from sandbox.splunk import DEFAULT_TOKEN, SplunkDouble, Terms
from tests.connectors.served import served
from tests.real.maven import jars, needs_java

HERE = Path(__file__).parent
NODE_CLIENT = "splunk-logging@0.11.1"
pytestmark = pytest.mark.timeout(200)


@pytest.fixture
def double() -> SplunkDouble:
    return SplunkDouble(Terms(indexes=frozenset({"dlp", "main"})))


async def ran(command: Sequence[str], folder: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()[-500:]
    return output.decode()


async def test_splunk_handler_for_python(double: SplunkDouble) -> None:
    def send(host: str, port: int) -> None:
        handler = SplunkHandler(
            host=host, port=port, token=DEFAULT_TOKEN, index="dlp", protocol="http", flush_interval=0, retry_count=0
        )
        logger = logging.getLogger("tests.real.splunk_handler")
        logger.addHandler(handler)
        for number in range(3):
            logger.warning("event %d", number)
        logger.removeHandler(handler)
        handler.force_flush()

    async with served(double.application()) as url:
        host, port = url.removeprefix("http://").split(":")
        await asyncio.to_thread(send, host, int(port))

    assert sorted(event["event"] for event in double.received) == ["event 0", "event 1", "event 2"]
    assert {event["index"] for event in double.received} == {"dlp"}


@pytest.mark.real
async def test_splunk_logging_for_node(double: SplunkDouble, tmp_path: Path) -> None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("Node.js is not installed here")
    await ran([npm, "install", "--no-audit", "--no-fund", "--prefix", str(tmp_path), NODE_CLIENT], tmp_path)
    shutil.copy(HERE / "splunk_logging.js", tmp_path)
    async with served(double.application(), Authority(tmp_path / "ca.pem")) as url:
        told = await ran([node, "splunk_logging.js", url, DEFAULT_TOKEN], tmp_path)

    assert '"code":0' in told
    assert sorted(event["event"]["message"]["number"] for event in double.received) == [0, 1, 2]


@pytest.mark.real
@needs_java
async def test_camel_splunk_hec_for_java(double: SplunkDouble, tmp_path: Path) -> None:
    libraries = await asyncio.to_thread(jars, "camel-splunk-hec-4.8.0", HERE / "camel_jars.xml")
    assert libraries.parent == cache_folder()
    async with served(double.application(), Authority(tmp_path / "ca.pem")) as url:
        port = url.rpartition(":")[2]
        command = ["java", "-cp", f"{libraries}/*", str(HERE / "CamelClient.java"), port, DEFAULT_TOKEN]
        await ran(command, tmp_path)

    # the component puts a message's body beside its headers
    assert sorted(event["event"]["body"]["number"] for event in double.received) == [0, 1, 2]
