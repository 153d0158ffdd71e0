"""The textbook sink: one request for each event, awaited before the next. Prints when it is done."""

import asyncio
import json
import sys
import time

import httpx
from aiokafka import AIOKafkaConsumer


async def main(bootstrap_servers: str, topic: str, url: str, token: str, count: int) -> None:
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap_servers, group_id="one-by-one", auto_offset_reset="earliest"
    )
    await consumer.start()
    headers = {"Authorization": f"Splunk {token}"}
    sent, began, cpu = 0, 0.0, 0.0
    async with httpx.AsyncClient(headers=headers) as client:
        async for record in consumer:
            began, cpu = began or time.perf_counter(), cpu or time.process_time()
            event = {"sourcetype": "dlp_violation", "source": "genesys_dlp", "event": json.loads(record.value)}
            answer = await client.post(f"{url}/services/collector/event", json=event)
            answer.raise_for_status()
            sent += 1
            if sent == count:
                break
    print(json.dumps({"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}))
    await consumer.stop()


asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5])))
