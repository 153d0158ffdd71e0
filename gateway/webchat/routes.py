"""Every door of web chat."""

from fastapi import APIRouter

from gateway.webchat import history, sockets, storage

router = APIRouter()
for door in (sockets, history, storage):
    router.include_router(door.router)
