"""How much is in hand on the way to outside systems."""

from streams.settings.forwarder import ForwarderSettings


def test_the_lanes_take_what_is_set() -> None:
    limits = ForwarderSettings.load(
        concurrency=2, max_waiting_messages=100, max_waiting_bytes=2**20, give_up_seconds=5
    ).limits

    assert (limits.calls, limits.max_records, limits.max_bytes, limits.give_up_seconds) == (2, 100, 2**20, 5)
