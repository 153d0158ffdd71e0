"""A read model with something in it, without Kafka."""

from fastapi import FastAPI

from gateway.console.rows import Gathered
from gateway.console.writing import store
from sandbox.history import Told
from streams.following import Places


class Read:
    """A record as a consumer hands it out."""

    def __init__(self, told: Told, offset: int) -> None:
        self.topic = str(told.topic)
        self.partition, self.offset = 0, offset
        self.timestamp = round(told.at.timestamp() * 1000)
        self.key: bytes | None = told.key.encode()
        self.value: bytes | None = told.value
        self.headers = list(told.headers)


async def tell(app: FastAPI, told: list[Told], *, known: Places | None = None) -> Places:
    """Put records into the application's read model; the places they were read to."""
    gathered, reached = Gathered(), dict(known or {})
    for one in told:
        offset = reached.get((str(one.topic), 0), 0)
        gathered.add(str(one.topic), Read(one, offset))
        reached[str(one.topic), 0] = offset + 1
    await app.state.console_database.run(lambda c: store(c, gathered, known or {}, reached))
    return reached
