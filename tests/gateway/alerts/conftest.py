"""Where alerts go: a chat room's webhook and a mail server, both on loopback."""

from collections.abc import AsyncIterator, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiohttp import web
from aiosmtpd.controller import Controller

from sandbox.process import free_port


class Mailbox:
    """Takes every mail."""

    def __init__(self, port: int) -> None:
        self.mails: list[EmailMessage] = []
        self.settings: dict[str, Any] = {
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "smtp_security": "none",
            "mail_from": "cordon@bank.example",
            "mail_to": "a@bank.example, b@bank.example",
        }

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  (aiosmtpd's name)
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real mail server that keeps what it is given."""
    kept = Mailbox(free_port())
    controller = Controller(kept, hostname="127.0.0.1", port=kept.settings["smtp_port"])
    controller.start()
    yield kept
    controller.stop()


@pytest.fixture
async def webhook() -> AsyncIterator[tuple[str, list[Any]]]:
    """A chat room's webhook; its path /broken refuses the first time."""
    received: list[Any] = []
    refused: list[str] = []

    async def take(request: web.Request) -> web.Response:
        if request.path.endswith("/broken") and not refused:
            refused.append(request.path)
            return web.Response(status=503)
        received.append(await request.json())
        return web.Response(text="ok")

    application = web.Application()
    application.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(application)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}", received
    await runner.cleanup()
