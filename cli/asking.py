"""How a command asks Kafka: one line where Kafka does not answer, and none of its client's own."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from aiokafka.errors import KafkaConnectionError, KafkaError

from cli.failure import fail
from streams.settings import KafkaSettings

Result = TypeVar("Result")


def ask(kafka: KafkaSettings, work: Coroutine[Any, Any, Result], trouble: str) -> Result:
    """Run the work. What Kafka refuses ends the command with ``trouble`` and the kind of the error."""
    client = logging.getLogger("aiokafka")
    level = client.level
    client.setLevel(logging.CRITICAL)  # it logs each attempt; the line below says all of it
    try:
        return asyncio.run(work)
    except KafkaConnectionError:
        fail(no_broker(kafka))
    except (KafkaError, OSError) as error:
        fail(f"{trouble}: {type(error).__name__}")
    finally:
        client.setLevel(level)


def no_broker(kafka: KafkaSettings) -> str:
    """What to say where none of the bootstrap servers answers."""
    return f"CORDON_KAFKA_...: no broker answers at {kafka.bootstrap_servers}, or none lets us in"
