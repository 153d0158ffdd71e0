"""The examples of docs/connectors/channels.md, run as they stand there against a real gateway and a real broker."""

import hashlib
import hmac
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.signing import signature_of
from gateway.auth import create_key
from sandbox.broker import Broker
from sandbox.process import ChildProcess, cordon, free_port
from vault.keyring import Keyring

PAGE = (Path(__file__).parents[2] / "docs" / "connectors" / "channels.md").read_text(encoding="utf-8")
SCRIPTS = {
    code.splitlines()[0].removeprefix("# "): code for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
}
(CURL,) = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def environment(broker: Broker, topic_prefix: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Of a channel beside a running gateway and worker."""
    keyring, keys, port = Keyring.create(tmp_path / "keyring.json"), tmp_path / "keys.jsonl", free_port()
    metrics_port = free_port()
    settings = {
        "CORDON_KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
        "CORDON_TOPIC_PREFIX": topic_prefix,
        "CORDON_KEYRING_FILE": str(keyring.path),
        "CORDON_API_KEYS_FILE": str(keys),
        "CORDON_GATEWAY_PORT": str(port),
        "CORDON_METRICS_PORT": str(metrics_port),
        "CORDON_DATA_DIR": str(tmp_path / "data"),
    }
    _, key = create_key(keys, ("messages",))
    worker = cordon("worker", "--stages", "critical")
    with (
        ChildProcess(cordon("gateway"), environment=settings, log=tmp_path / "gateway.log") as gateway,
        ChildProcess(worker, environment=settings, log=tmp_path / "worker.log") as working,
    ):
        gateway.wait_ready(f"http://127.0.0.1:{port}/readyz")
        working.wait_ready(f"http://127.0.0.1:{metrics_port}/readyz")
        yield settings | {"CORDON_URL": f"http://127.0.0.1:{port}", "CORDON_KEY": key}


def run(command: list[str], environment: dict[str, str]) -> str:
    whole = {**os.environ, **environment}
    return subprocess.run(command, env=whole, capture_output=True, text=True, check=True, timeout=40).stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl, with which one example sends")
def test_what_is_sent_by_the_examples_is_read_clean_by_the_example(environment: dict[str, str], tmp_path: Path) -> None:
    answered = [
        run(["bash", "-c", CURL], environment),
        run([sys.executable, "-c", SCRIPTS["send.py"]], environment),
        run([sys.executable, "-c", SCRIPTS["produce.py"]], environment),
    ]
    log = tmp_path / "consumed"
    with ChildProcess([sys.executable, "-c", SCRIPTS["consume.py"]], environment=environment, log=log):
        deadline = time.monotonic() + 30
        while len(log.read_text().splitlines()) < 3 and time.monotonic() < deadline:
            time.sleep(0.1)

    assert answered[:2] == ['{"event_id":"sms-1"}', "sms-2\n"]
    assert sorted(log.read_text().splitlines()) == [
        "Hello, my card is [CREDIT CARD REDACTED]",
        "and my record is MRN: [MRN REDACTED]",
        "my SSN is [SSN REDACTED]",
    ]


def test_the_example_of_a_receiver_knows_our_callbacks() -> None:
    names: dict[str, Any] = {}
    exec(SCRIPTS["receive.py"], names)
    is_genuine, secret, body = names["is_genuine"], b"agreed", b'{"type":"message"}'
    now, long_ago = str(int(time.time())), "1700000000"

    def headers(timestamp: str, signature: str) -> dict[str, str]:
        return {"X-Cordon-Timestamp": timestamp, "X-Cordon-Signature": signature}

    assert is_genuine(secret, headers(now, signature_of(secret, now, body)), body)
    assert not is_genuine(secret, headers(now, signature_of(secret, now, body)), body + b" ")
    assert not is_genuine(secret, headers(long_ago, signature_of(secret, long_ago, body)), body)
    assert not is_genuine(secret, headers(now, hmac.new(secret, body, hashlib.sha256).hexdigest()), body)
    assert not is_genuine(secret, {}, body)
