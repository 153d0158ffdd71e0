"""Every door of web chat."""

from fastapi import APIRouter

from gateway.webchat import configuration, history, page, signing_in, sockets, storage

router = APIRouter()
for door in (sockets, history, storage, signing_in, configuration, page):
    router.include_router(door.router)
