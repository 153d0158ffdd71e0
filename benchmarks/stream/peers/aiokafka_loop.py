"""A hand-written aiokafka loop: fetch a batch, work, gather every acknowledgement, commit."""

import asyncio
import os

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from ready import announce
from work import BOOTSTRAP_SERVERS, INPUTS, PREFIX, process


async def main() -> None:
    consumer = AIOKafkaConsumer(
        *INPUTS,
        bootstrap_servers=BOOTSTRAP_SERVERS,
        group_id=f"{PREFIX}aiokafka",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    producer = AIOKafkaProducer(
        bootstrap_servers=BOOTSTRAP_SERVERS,
        acks="all",
        enable_idempotence=True,
        max_batch_size=int(os.environ["BATCH_BYTES"]),
        linger_ms=1,
    )
    await producer.start()
    await consumer.start()
    announce()
    while True:
        fetched = await consumer.getmany(timeout_ms=200, max_records=1000)
        deliveries = []
        for records in fetched.values():
            for record in records:
                outputs = process(record.value, f"{record.topic}/{record.partition}/{record.offset}")
                deliveries += [await producer.send(topic, value, key) for topic, key, value in outputs]
        if deliveries:
            await asyncio.gather(*deliveries)
            await consumer.commit()


asyncio.run(main())
