"""The list of the gateway's parts is the truth: what is listed is there while it runs, and nothing else is."""

from fastapi import FastAPI

from gateway.parts import Parts


async def test_every_part_that_is_listed_is_there_and_no_other(app: FastAPI) -> None:
    assert set(app.state._state) == set(Parts.__annotations__)
