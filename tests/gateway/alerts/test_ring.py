"""What the gateway remembers of the alerts."""

import asyncio

from gateway.alerts.ring import AlertRing
from tests.gateway.alerts.alert_parts import alert


def ids(ring: AlertRing, number: int = 0) -> list[str]:
    return [entry.alert.alert_id for entry in ring.since(number)]


def test_it_gives_what_came_since_a_number() -> None:
    ring = AlertRing()
    for offset in range(3):
        ring.add(0, offset, alert(f"a{offset}"))
    assert ids(ring) == ["a0", "a1", "a2"]
    assert ids(ring, 2) == ["a2"]
    assert ids(ring, 3) == []


def test_it_is_bounded_by_number_and_knows_from_where_on_it_is_whole() -> None:
    ring = AlertRing(max_alerts=2)
    for offset in range(5):
        ring.add(7, offset, alert(f"a{offset}"))
    assert ids(ring) == ["a3", "a4"]
    assert ring.floor == {7: 3}
    assert ring.has_lost(2)
    assert not ring.has_lost(3)


def test_it_is_bounded_by_bytes() -> None:
    size = len(alert("a0").model_dump_json())
    ring = AlertRing(max_bytes=size * 3 + 10)
    for offset in range(9):
        ring.add(0, offset, alert(f"a{offset}"))
    assert len(ring) == 3


def test_what_was_read_before_a_reconnection_counts_once() -> None:
    ring = AlertRing()
    for offset in (4, 5, 4, 5, 6):
        ring.add(0, offset, alert(f"a{offset}"))
    assert ids(ring) == ["a4", "a5", "a6"]


def test_a_record_that_is_no_alert_moves_the_place_on() -> None:
    ring = AlertRing()
    ring.add(0, 9, None)
    assert ring.position == {0: 10}
    assert len(ring) == 0


def test_a_ring_that_still_fills_up_takes_nothing_old_for_news() -> None:
    ring = AlertRing()
    ring.begin({0: 3, 1: 0}, {0: 5, 1: 0})
    assert ring.known_ends() == {0: 5, 1: 0}
    for offset in range(3, 8):
        ring.add(0, offset, alert(f"a{offset}"))
    assert ring.known_ends() == {0: 8, 1: 0}


async def test_waiting_ends_with_the_news() -> None:
    ring = AlertRing()
    waiting = asyncio.create_task(ring.wait(0))
    await asyncio.sleep(0)
    assert not waiting.done()
    ring.add(0, 0, alert())
    await ring.announce()
    await asyncio.wait_for(waiting, 1)
