"""Every target at once, one of them away for the whole run, and a worker that is killed five times."""

import random
import re
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from sandbox.broker import Broker
from tests.agents.siem_receivers import Receivers
from tests.agents.siem_world import SiemWorld, json_lines, report, until, violation
from tests.connectors.rsyslog import Rsyslog, needs_rsyslog

pytestmark = [pytest.mark.faults, pytest.mark.timeout(280), needs_rsyslog]

VIOLATIONS = 20_000
RATE = 1_000
IN_FLIGHT = 4 * 2_000
"""Records in requests under way when a worker is killed, of the target with the largest requests."""


def lines_of(receiver: Rsyslog) -> Counter[str]:
    found = (re.search(r'violation_id="(run-\d+)"', line) for line in receiver.lines("tls"))
    return Counter(match[1] for match in found if match)


def file_ids(path: Path) -> Counter[str]:
    return Counter(record["violation_id"] for record in json_lines(path)) if path.exists() else Counter()


def test_twenty_thousand_violations_reach_every_receiver_over_five_kills(
    broker: Broker, topic_prefix: str, tmp_path: Path
) -> None:
    dice = random.Random(11)
    out = tmp_path / "out.jsonl"
    with Rsyslog(tmp_path) as rsyslog, Receivers(tmp_path) as receivers:
        settings = receivers.settings | {
            "CORDON_SIEM_FILE_PATH": str(out),
            "CORDON_SYSLOG_URL": f"tls://127.0.0.1:{rsyslog.ports['tls']}",
            "CORDON_SYSLOG_CA_FILE": str(rsyslog.authority.ca_file),
            "CORDON_SPLUNK_URL": "http://127.0.0.1:9",  # away for the whole run
            "CORDON_SPLUNK_TOKEN": "any",
            "CORDON_SESSION_TIMEOUT_SECONDS": "6",  # a killed worker's partitions are free again sooner
        }
        with SiemWorld(broker, topic_prefix, tmp_path, settings) as world:
            world.start_worker()
            world.wait_ready()
            feeding = threading.Thread(target=lambda: world.feed(map(violation, range(VIOLATIONS)), rate=RATE))
            feeding.start()
            for _ in range(5):
                time.sleep(dice.uniform(6, 8))
                assert world.worker is not None
                world.worker.kill()
                world.start_worker()
            world.wait_ready()
            before = world.worker.peak_memory_mib()
            feeding.join()
            places = {
                "webhook": lambda: receivers.hooked,
                "otlp": lambda: receivers.logged,
                "elastic": lambda: receivers.indexed,
                "sentinel": lambda: receivers.ingested,
                "syslog": lambda: lines_of(rsyslog),
                "file": lambda: file_ids(out),
            }
            until(lambda: all(len(got()) >= VIOLATIONS for got in places.values()), 150)
            grown = world.worker.peak_memory_mib() - before
            assert world.metric('dlp_circuit_open{destination="splunk"}') == 1
            assert world.dead_letters() == []
        for name, got in places.items():
            arrived = got()
            report(f"{name}: {arrived.total() - VIOLATIONS} repeated")
            assert set(arrived) == {f"run-{number}" for number in range(VIOLATIONS)}
            assert arrived.total() - VIOLATIONS <= 5 * IN_FLIGHT
    report(f"the worker grew by {grown:.0f} MiB")
    assert grown <= 120
