"""How much work a stage may hold."""

import asyncio

import pytest

from streams.room import Room


@pytest.mark.parametrize(("records", "size"), [(10, 900), (95, 10)], ids=["bytes", "records"])
async def test_a_batch_waits_until_there_is_room_for_it(records: int, size: int) -> None:
    room = Room(max_records=100, max_bytes=1_000)
    await room.enter(records, size)
    waiting = asyncio.create_task(room.enter(10, 200))
    await asyncio.sleep(0)
    assert not waiting.done()

    room.leave(records, size)
    await asyncio.wait_for(waiting, 1)
    assert (room.records, room.bytes) == (10, 200)


async def test_one_batch_always_goes_however_large() -> None:
    room = Room(max_records=1, max_bytes=1)
    await asyncio.wait_for(room.enter(500, 5_000_000), 1)


async def test_batches_go_in_the_order_in_which_they_came() -> None:
    room, entered = Room(max_records=10, max_bytes=1_000), []

    async def enter(name: str, records: int) -> None:
        await room.enter(records, 1)
        entered.append(name)

    await room.enter(10, 1)
    tasks = [asyncio.create_task(enter(name, records)) for name, records in (("large", 10), ("small", 1))]
    await asyncio.sleep(0)
    room.leave(5, 0)
    await asyncio.sleep(0)
    assert entered == []  # the small one does not pass the large one by

    room.leave(5, 1)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert entered == ["large"]

    room.leave(10, 1)
    await asyncio.wait_for(asyncio.gather(*tasks), 1)
    assert entered == ["large", "small"]


@pytest.mark.parametrize("is_admitted", [False, True], ids=["while it waits", "as it is admitted"])
async def test_one_that_is_cancelled_takes_no_room_and_stands_in_nobodys_way(*, is_admitted: bool) -> None:
    room = Room(max_records=10, max_bytes=1_000)
    await room.enter(6, 1)
    large, small = asyncio.create_task(room.enter(8, 1)), asyncio.create_task(room.enter(4, 1))
    await asyncio.sleep(0)
    if is_admitted:
        room.leave(6, 1)

    large.cancel()
    await asyncio.wait_for(small, 1)

    assert large.cancelled() or large.cancelling()
    assert room.records == (4 if is_admitted else 10)
