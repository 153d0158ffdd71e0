"""Runs the application until a signal ends it: requests under way are answered, then the process leaves with 0."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
import uvloop
from fastapi import FastAPI

from gateway.webchat.limits import MAX_FRAME_BYTES
from streams.goodbye import part_promptly
from streams.settings import WrongSettingError

GRACE_SECONDS: Final = 15
"""How long requests under way may take after SIGTERM."""


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGTERM and SIGINT as the wish to stop; uvicorn's own way ends the process by the signal itself."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


def serve(app: FastAPI, host: str, port: int) -> int:
    """Serve; the exit code: 0 after a signal, 1 when it could not start. Raises WrongSettingError for a taken port."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,  # addresses and paths of customers are nobody's business
        server_header=False,
        proxy_headers=False,  # the application knows whom to believe
        ws_max_size=MAX_FRAME_BYTES,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _Server(config)
    part_promptly()
    try:
        uvloop.run(server.serve())
    except SystemExit:  # uvicorn's answer to an address that it cannot listen on, whose reason it has logged
        raise WrongSettingError(f"CORDON_GATEWAY_HOST, CORDON_GATEWAY_PORT: {host}:{port} cannot be used") from None
    return 0 if server.started else 1
