"""confluent-kafka in batches: librdkafka does the networking in its own threads."""

from confluent_kafka import Consumer, Producer
from ready import announce
from work import BOOTSTRAP_SERVERS, INPUTS, PREFIX, process


def main() -> None:
    consumer = Consumer(
        {
            "bootstrap.servers": BOOTSTRAP_SERVERS,
            "group.id": f"{PREFIX}confluent",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
        }
    )
    producer = Producer(
        {
            "bootstrap.servers": BOOTSTRAP_SERVERS,
            "acks": "all",
            "enable.idempotence": True,
            "partitioner": "murmur2_random",
            "linger.ms": 1,
        }
    )
    consumer.subscribe(INPUTS, on_assign=lambda *_: announce())
    failed = []
    while True:
        records = [record for record in consumer.consume(1000, 0.2) if not record.error()]
        for record in records:
            for topic, key, value in process(
                record.value(), f"{record.topic()}/{record.partition()}/{record.offset()}"
            ):
                producer.produce(topic, value, key, on_delivery=lambda error, _: error and failed.append(error))
        if records:
            producer.flush()
            if failed:
                raise SystemExit("not delivered")
            consumer.commit(asynchronous=False)


main()
