import asyncio

import pytest
from faust.exceptions import ProducerSendError
from faust.transport.drivers import aiokafka as driver

from streams.transport import DurableProducer


async def test_it_is_idempotent_and_waits_for_all_replicas(producer: DurableProducer) -> None:
    assert producer._settings_extra() == {"acks": "all", "enable_idempotence": True}


async def test_a_flush_after_a_failed_delivery_raises_so_that_the_commit_does_not_happen(
    producer: DurableProducer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stock(_: DurableProducer) -> None:
        pass

    monkeypatch.setattr(driver.Producer, "flush", stock)
    await producer.flush()

    delivery: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    delivery.set_exception(TimeoutError("card 4111 1111 1111 1111"))
    producer.note_failure(delivery)

    with pytest.raises(ProducerSendError) as refusal:
        await producer.flush()
    assert "4111" not in str(refusal.value)


async def test_every_send_is_watched(producer: DurableProducer, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def stock(*_: object) -> asyncio.Future[None]:
        return delivery

    monkeypatch.setattr(driver.Producer, "send", stock)
    await producer.send("topic", b"key", b"value", None, None, None)
    delivery.set_exception(TimeoutError())
    await asyncio.sleep(0)

    assert isinstance(producer.failed, TimeoutError)


async def test_the_buffer_that_commits_do_not_wait_for_is_closed(producer: DurableProducer) -> None:
    with pytest.raises(NotImplementedError):
        producer.send_soon(None)
