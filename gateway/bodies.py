"""Request bodies read by their schemas in JSON's own types, as the topics' values are."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from streams.topics import MAX_INPUT_BYTES

BODY_SECONDS: Final = 10.0
"""For a whole body: who sends a byte now and then keeps nothing open."""
Model = TypeVar("Model", bound=BaseModel)


async def bounded(request: Request, limit: int) -> bytes:
    """The raw body. One that is larger is 413, and no more than the limit is held of it; one that drips is 408."""
    size = request.headers.get("content-length", "0")
    body = bytearray()
    if not size.isdigit() or int(size) <= limit:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > limit:
                        break
                else:
                    return bytes(body)
        except TimeoutError:
            raise HTTPException(408, "the body did not come in time") from None
    raise HTTPException(413, "the body is too large")


def body_of(model: type[Model], limit: int = MAX_INPUT_BYTES) -> Callable[[Request], Awaitable[Model]]:
    """A dependency: the body as this schema. A wrong one is 422 without an echo, one of more bytes than that 413."""

    async def read(request: Request) -> Model:
        body = await bounded(request, limit)
        try:
            return model.model_validate_json(body)
        except ValidationError as error:
            problems = error.errors(include_url=False, include_input=False, include_context=False)
            raise RequestValidationError(problems) from None

    return read


def described(model: type[BaseModel]) -> dict[str, Any]:
    """What OpenAPI says of such a body."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": model.model_json_schema()}}}}
