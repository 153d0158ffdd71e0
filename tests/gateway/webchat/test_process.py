"""The gateway as a process of its own, without a broker: what its log says, what it refuses, and how it leaves."""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from sandbox.process import ChildProcess, cordon, free_port
from sandbox.webmessaging_state import WebMessagingOptions
from tests.gateway.webchat.chat_parts import CARD, SSN
from tests.gateway.webchat.guest_client import GuestClient


@dataclass(frozen=True, slots=True)
class Running:
    url: str
    double_url: str
    child: ChildProcess


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    keyring, double, port = tmp_path / "keyring.json", free_port(), free_port()
    subprocess.run(cordon("keys", "create", str(keyring)), check=True, capture_output=True)
    environment = {
        "CORDON_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9",
        "CORDON_KEYRING_FILE": str(keyring),
        "CORDON_DATA_DIR": str(tmp_path / "data"),
        "CORDON_GATEWAY_AUTH": "off",
        "CORDON_GATEWAY_PORT": str(port),
        "CORDON_WEBMESSAGING_URL": f"ws://127.0.0.1:{double}/v1",
        "CORDON_WEBMESSAGING_API_URL": f"http://127.0.0.1:{double}",
        "CORDON_WEBMESSAGING_DEPLOYMENT_ID": WebMessagingOptions().deployment_id,
    }
    command = cordon("sandbox", "webmessaging", "--port", str(double), "--silent")
    with (
        ChildProcess(command, environment={}, log=tmp_path / "double.log") as genesys,
        ChildProcess(cordon("gateway", "--log-level", "debug"), environment=environment, log=tmp_path / "log") as child,
    ):
        genesys.wait_ready(f"http://127.0.0.1:{double}/_sandbox/health")
        child.wait_ready(f"http://127.0.0.1:{port}/healthz")
        yield Running(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{double}", child)


async def test_a_process(running: Running) -> None:
    async with GuestClient.joined(running.url, application=f"ssn-{SSN}") as guest:
        await guest.heard("hello there")
        refused = await guest.heard(f"ssn {SSN}")
        assert refused["code"] == 5000  # no broker has the record
        async with httpx.AsyncClient(base_url=running.double_url) as control:
            await control.post("/_sandbox/raw", json={"frame": {"class": "Odd", "body": CARD}})
            reached = (await control.get("/_sandbox/received")).json()
        await guest.say("x" * 140_000)
        assert await guest.closed() == 1009
    assert SSN not in str(reached["handshakes"] + reached["frames"])
    async with GuestClient.joined(running.url) as guest:
        began = time.monotonic()
        running.child._process.terminate()
        assert await guest.closed() == 1012  # RFC 6455's registry: the service restarts
    assert running.child.terminate() == 0
    assert time.monotonic() - began < 10
    log = running.child.log.read_text()
    assert "topics" in log or "broker" in log  # there is a log to search
    assert not [text for text in (SSN, CARD, guest.token, "hello there", "deploymentId") if text in log]
