"""``GET /api/v2/webmessaging/messages``: the history, which Genesys keeps as agents wrote it, cleaned on its way."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse

from gateway.webchat.chat import WebChat
from gateway.webchat.doors import Chat, asked_of_genesys, borne, preflight
from gateway.webchat.frames import object_in, string_in

router = APIRouter(tags=["web chat"])

PATH: Final = "/api/v2/webmessaging/messages"
MAX_PAGE: Final = 100

router.options(PATH, include_in_schema=False)(preflight)


@router.get(PATH)
async def history(
    request: Request,
    chat: Chat,
    page_size: Annotated[int, Query(alias="pageSize", ge=1, le=MAX_PAGE)] = 25,
    page_number: Annotated[int, Query(alias="pageNumber", ge=1, le=10_000)] = 1,
) -> Response:
    """A page of a guest's messages, cleaned, for the holder of the JWT that ``getJwt`` gave on the guest's socket."""
    headers = chat.origins.headers(request)
    opened = borne(request, chat, "jwt")
    found = await _page(chat, opened["jwt"], page_size, page_number, headers)
    entities = [entity for entity in found.get("entities", []) if isinstance(entity, dict)]
    cleaned = await _cleaned(chat, request, opened["conversation"], entities)
    numbers = {key: value for key, value in found.items() if isinstance(value, int)}
    return JSONResponse({"entities": cleaned, **numbers}, headers={"Cache-Control": "no-store", **headers})


async def _page(chat: WebChat, jwt: str, page_size: int, page_number: int, headers: dict[str, str]) -> dict[str, Any]:
    """Genesys's answer. Raises HTTPException."""
    query = {"pageSize": page_size, "pageNumber": page_number}
    found = await asked_of_genesys(chat, "GET", PATH, headers, jwt=jwt, params=query)
    if found is None or not isinstance(found.get("entities"), list):
        raise HTTPException(502, "Genesys gave no history", headers=headers)
    return found


async def _cleaned(
    chat: WebChat, request: Request, conversation_id: str, entities: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The messages as the guest may see them, judged in the order in which they were said."""
    messages = chat.messages(chat.origins.base_url(request))
    conversation = chat.room.conversations.of(conversation_id)
    in_order = sorted(range(len(entities)), key=lambda number: _time(entities[number]))
    cleaned: dict[int, dict[str, Any]] = {}
    for number in in_order:
        cleaned[number], _ = await messages.cleaned(entities[number], conversation, is_new=False)
    return [cleaned[number] for number in range(len(entities))]


def _time(body: dict[str, Any]) -> str:
    return string_in(object_in(body, "channel"), "time")
