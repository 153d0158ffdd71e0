"""``/v1/alerts`` from outside: a real gateway on a port, a real Kafka behind it."""

import time
from collections.abc import Iterator

import httpx
import pytest

from gateway.auth import create_key
from sandbox.broker import Broker
from schemas import Audience
from streams.topics import Topic
from tests.conftest import PARTITIONS
from tests.gateway.alerts.alert_world import Gateway, Listener

pytestmark = pytest.mark.kafka


@pytest.fixture(scope="module")
def gateway(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    prefix = f"alerts-{time.time_ns() % 10**8}."
    broker.make_topics([f"{prefix}{topic}" for topic in Topic], partitions=PARTITIONS)
    running = Gateway(broker, prefix, tmp_path_factory.mktemp("alerts"))
    yield running
    running.process.terminate()


def test_an_alert_is_seen_within_a_second(gateway: Gateway) -> None:
    listener = Listener(gateway.url, gateway.key, audience="supervisor")
    gateway.write("warm")
    listener.wait_for("warm")
    written = gateway.write("seen")
    listener.wait_for("seen")
    assert listener.events[-1][3] - written < 1.0
    listener.close()


def test_a_listener_gets_only_what_was_asked_for(gateway: Gateway) -> None:
    listener = Listener(gateway.url, gateway.key, conversation="c-mine", audience="agent", agent="ben")
    gateway.write("other-conversation", conversation_id="c-other", audience=Audience.AGENT, agent_id="ben")
    gateway.write("other-audience", conversation_id="c-mine", agent_id="ben")
    gateway.write("other-agent", conversation_id="c-mine", audience=Audience.AGENT, agent_id="ana")
    gateway.write("mine", conversation_id="c-mine", audience=Audience.AGENT, agent_id="ben")
    listener.wait_for("mine")
    assert listener.alert_ids() == ["mine"]
    listener.close()


def test_who_comes_back_gets_what_was_missed_once_and_also_from_another_process(gateway: Gateway) -> None:
    conversations = [f"c-{number}" for number in range(6)]  # over several partitions
    listener = Listener(gateway.url, gateway.key)
    for conversation in conversations:
        gateway.write(f"before-{conversation}", conversation_id=conversation)
    listener.wait_for(*(f"before-{one}" for one in conversations))
    last = listener.events[-1][2]
    listener.close()
    for conversation in conversations:
        gateway.write(f"missed-{conversation}", conversation_id=conversation)
    missed = {f"missed-{one}" for one in conversations}

    again = Listener(gateway.url, gateway.key, last=last)
    again.wait_for(*missed)
    assert sorted(again.alert_ids()) == sorted(missed)
    again.close()

    assert gateway.process.terminate() == 0
    gateway.start()
    restarted = Listener(gateway.url, gateway.key, last=last)
    restarted.wait_for(*missed)
    assert sorted(restarted.alert_ids()) == sorted(missed)
    restarted.close()


def test_a_place_that_is_none_of_ours_is_told(gateway: Gateway) -> None:
    listener = Listener(gateway.url, gateway.key, last="tomorrow")
    gateway.write("after-reset")
    listener.wait_for("after-reset")
    assert listener.events[0][0] == "reset"
    listener.close()


def test_the_gateway_stops_in_time_while_somebody_listens(gateway: Gateway) -> None:
    listener = Listener(gateway.url, gateway.key)
    began = time.monotonic()
    assert gateway.process.terminate() == 0
    assert time.monotonic() - began < 10
    listener.close()
    gateway.start()


def test_a_key_without_the_scope_hears_nothing(gateway: Gateway) -> None:
    _, key = create_key(gateway.keys, ("scan",))
    assert httpx.get(f"{gateway.url}/v1/alerts", headers={"Authorization": f"Bearer {key}"}).status_code == 403
    assert httpx.get(f"{gateway.url}/v1/alerts").status_code == 401
