"""Splunk's collector, the worker and what lies between are hurt, and every violation is accounted for."""

import itertools
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.broker import Broker
from tests.agents.siem_world import POISON_MARKER, SiemWorld, SplunkReceiver, report, until, violation

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]

VIOLATIONS = 20_000
IN_FLIGHT = 4 * 500
"""Records in requests under way when a worker is killed."""


@pytest.fixture
def splunk(tmp_path: Path) -> Iterator[SplunkReceiver]:
    receiver = SplunkReceiver(tmp_path)
    receiver.start()
    yield receiver
    receiver.close()


def test_five_kills_lose_nothing_and_repeat_what_was_in_flight(
    broker: Broker, topic_prefix: str, tmp_path: Path, splunk: SplunkReceiver
) -> None:
    dice = random.Random(7)
    with SiemWorld(broker, topic_prefix, tmp_path, splunk.settings) as world:
        world.start_worker()
        feeding = threading.Thread(target=lambda: world.feed(map(violation, range(VIOLATIONS)), rate=450))
        feeding.start()
        for _ in range(5):
            time.sleep(dice.uniform(5, 8))
            assert world.worker is not None
            world.worker.kill()
            world.start_worker()
        feeding.join()
        until(lambda: len(splunk.ids()) >= VIOLATIONS, 60)
    arrived = splunk.ids()
    assert set(arrived) == {f"run-{number}" for number in range(VIOLATIONS)}
    assert arrived.total() - VIOLATIONS <= 5 * IN_FLIGHT
    report(f"repeated by kills: {arrived.total() - VIOLATIONS}")


def test_every_fault_of_the_collector_in_a_row_loses_nothing(
    broker: Broker, topic_prefix: str, tmp_path: Path, splunk: SplunkReceiver
) -> None:
    with SiemWorld(broker, topic_prefix, tmp_path, splunk.settings) as world:
        world.start_worker()
        feeding = threading.Thread(target=lambda: world.feed(map(violation, range(VIOLATIONS)), rate=330))
        feeding.start()
        world.wait_ready()
        for kind in ("busy", "too_large", "reset", "bad_gateway", "wrong_token", "no_text", "throttled"):
            splunk.fault(kind)
            time.sleep(4)
            splunk.heal()
            time.sleep(2)
        before = splunk.ids().total()
        splunk.fault("reset_after_storing", times=3)
        feeding.join()
        until(lambda: len(splunk.ids()) >= VIOLATIONS, 90)
        dead = world.dead_letters()
    arrived = splunk.ids()
    assert set(arrived) == {f"run-{number}" for number in range(VIOLATIONS)}
    assert dead == []
    assert before <= VIOLATIONS
    assert 0 < arrived.total() - VIOLATIONS <= 3 * 500
    report(f"repeated by resets after storing: {arrived.total() - VIOLATIONS}")


def test_one_poison_event_among_500_costs_few_requests_and_only_itself(
    broker: Broker, topic_prefix: str, tmp_path: Path, splunk: SplunkReceiver
) -> None:
    with SiemWorld(broker, topic_prefix, tmp_path, splunk.settings) as world:
        splunk.fault("poison", marker=POISON_MARKER, numbered=False)
        world.start_worker()
        world.wait_ready()
        world.feed([violation(0)])
        until(lambda: splunk.counts()["events"] == 1, 30)
        before = splunk.counts()["requests"]
        poisoned = (
            violation(number, rule=POISON_MARKER if number == 333 else "CreditCard") for number in range(1, 501)
        )
        world.feed(poisoned)
        until(lambda: splunk.counts()["events"] == 500, 30)
        until(lambda: len(world.dead_letters()) == 1, 30)
        (dead,) = world.dead_letters()
        clean = 2  # how many requests 500 good records take when they come in over a linger
        assert splunk.counts()["requests"] - before <= clean + 10
    assert dead["cordon.stage"] == "siem"
    assert dead["cordon.detail"] == "hec_6"
    assert "run-333" not in splunk.ids()


def test_a_collector_that_is_away_costs_little_memory_and_is_used_again_soon(
    broker: Broker, topic_prefix: str, tmp_path: Path, splunk: SplunkReceiver
) -> None:
    with SiemWorld(broker, topic_prefix, tmp_path, splunk.settings) as world:
        worker = world.start_worker()
        world.wait_ready()
        world.feed([violation(0)])
        until(lambda: splunk.counts()["events"] == 1, 30)
        before = worker.peak_memory_mib()
        splunk.close()
        world.feed(map(violation, range(1, 60_001)))
        time.sleep(30)
        grown = worker.peak_memory_mib() - before
        splunk.start()
        took = until(lambda: splunk.counts()["events"] >= 1, 90)
        until(lambda: splunk.counts()["events"] >= 60_000, 60)
    report(f"grew by {grown:.0f} MiB, used again after {took:.1f} s")
    assert grown <= 120
    assert set(splunk.ids()) == {f"run-{number}" for number in range(1, 60_001)}


def test_duplicates_of_a_replay_upstream_are_dropped_over_a_restart(
    broker: Broker, topic_prefix: str, tmp_path: Path, splunk: SplunkReceiver
) -> None:
    with SiemWorld(broker, topic_prefix, tmp_path, splunk.settings) as world:
        worker = world.start_worker()
        world.feed(map(violation, range(1000)))
        until(lambda: splunk.counts()["events"] == 1000, 60)
        worker.terminate()
        world.start_worker()
        world.feed(map(violation, itertools.chain(range(1000), range(2000, 2010))))
        until(lambda: splunk.counts()["events"] >= 1010, 60)
        time.sleep(1)
        assert splunk.counts()["events"] == 1010
        assert world.metric("dlp_duplicates_dropped_total") == 1000


def test_acknowledgements_that_do_not_come_for_a_while_lose_nothing(
    broker: Broker, topic_prefix: str, tmp_path: Path
) -> None:
    splunk = SplunkReceiver(tmp_path, "--ack")
    splunk.start()
    settings = {**splunk.settings, "CORDON_SPLUNK_ACK": "on", "CORDON_SPLUNK_ACK_TIMEOUT_SECONDS": "3"}
    with SiemWorld(broker, topic_prefix, tmp_path, settings) as world:
        worker = world.start_worker()
        world.wait_ready()
        splunk.fault("ack_never")
        world.feed(map(violation, range(2_000)))
        until(lambda: splunk.counts()["events"] >= 2_000, 30)
        until(lambda: world.metric("dlp_consumer_lag_messages") == 2_000, 15)  # the log's end is looked up now and then
        time.sleep(4)
        assert world.metric("dlp_consumer_lag_messages") == 2_000  # stored, but nobody vouched for it
        splunk.heal()
        until(lambda: world.metric("dlp_consumer_lag_messages") == 0, 60)
        assert worker.is_running
    arrived = splunk.ids()
    splunk.close()
    assert set(arrived) == {f"run-{number}" for number in range(2_000)}
    assert arrived.total() > 2_000
