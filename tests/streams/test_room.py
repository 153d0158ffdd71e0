import asyncio

from streams.room import Room


async def test_a_batch_waits_until_there_is_room_for_its_bytes() -> None:
    room = Room(max_records=100, max_bytes=1_000)
    await room.enter(10, 900)
    waiting = asyncio.create_task(room.enter(10, 200))
    await asyncio.sleep(0)
    assert not waiting.done()

    room.leave(10, 900)
    await asyncio.wait_for(waiting, 1)
    assert room.bytes == 200


async def test_one_batch_always_goes_however_large() -> None:
    room = Room(max_records=1, max_bytes=1)
    await asyncio.wait_for(room.enter(500, 5_000_000), 1)
