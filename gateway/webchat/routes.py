"""Every door of web chat."""

from fastapi import APIRouter

from gateway.webchat import history, page, sockets, storage

router = APIRouter()
for door in (sockets, history, storage, page):
    router.include_router(door.router)
