"""``cordon sandbox whatsapp``: a double of WhatsApp's Cloud API for tests and the demo.

It checks what Graph checks (token, bodies, the 24 hours), tells of each message's states, lets customers write by
signed webhook with Meta's retries, keeps files, and fails on demand. ``/_sandbox/...`` steers and reads it.
"""

import hashlib
import time
from dataclasses import asdict
from typing import Any, Final
from uuid import uuid4

import click
from aiohttp import web

from sandbox.chat_view import CUSTOMER, add_view
from sandbox.double import CONTROL, Faults, close_at_end, make_application, run
from sandbox.whatsapp_bodies import INVALID, RATE, UNAUTHORISED, WINDOW_CLOSED, Message, Read, error_body, parsed
from sandbox.whatsapp_state import StoredFile, WhatsApp, WhatsAppOptions

DEFAULTS: Final = WhatsAppOptions()
GRAPH: Final = r"/{version:v\d+\.\d+}"


def application_of(whatsapp: WhatsApp) -> web.Application:
    """The double as an application."""
    application = make_application(Faults(), _refuse)
    doors = _Doors(whatsapp)
    add_view(application, CUSTOMER)
    application.router.add_post(f"{GRAPH}/{{number}}/messages", doors.send)
    application.router.add_post(f"{GRAPH}/{{number}}/media", doors.upload)
    application.router.add_post(f"{GRAPH}/{{number}}/whatsapp_business_encryption", doors.register_key)
    application.router.add_get(f"{GRAPH}/{{media}}", doors.describe_file)
    application.router.add_get("/files/{media}", doors.download)
    application.router.add_get(f"{CONTROL}/received", doors.received)
    application.router.add_get(f"{CONTROL}/conversations", doors.conversations)
    application.router.add_post(f"{CONTROL}/customer-message", doors.customer_message)
    application.router.add_post(f"{CONTROL}/file", doors.keep_file)
    application.router.add_post(f"{CONTROL}/refuse", doors.refuse)
    application.router.add_put(f"{CONTROL}/window", doors.set_window)
    application.router.add_put(f"{CONTROL}/webhook", doors.set_webhook)
    close_at_end(application, whatsapp.close)
    return application


@click.command("whatsapp")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--access-token", default=DEFAULTS.access_token, show_default=True)
@click.option("--app-secret", default=DEFAULTS.app_secret, show_default=True)
@click.option("--phone-number-id", default=DEFAULTS.phone_number_id, show_default=True)
@click.option("--webhook-url", help="Where customers' messages go; can be set later by PUT /_sandbox/webhook.")
@click.option(
    "--window-seconds", default=86_400.0, show_default=True, help="Of the customer service window; 0 for none."
)
@click.option("--state", "states", multiple=True, default=DEFAULTS.states, help="Of each message: sent, failed ...")
@click.option("--retry-seconds", default=1.0, show_default=True, help="Before a webhook is called again.")
def serve(*, port: int, **given: Any) -> None:
    """Run a double of WhatsApp's Cloud API until Ctrl-C."""
    run(application_of(WhatsApp(WhatsAppOptions(**given))), name="WhatsApp", port=port)


class _Doors:
    """The handlers."""

    def __init__(self, whatsapp: WhatsApp) -> None:
        self._whatsapp = whatsapp

    async def send(self, request: web.Request) -> web.Response:
        if (refused := self._refused(request)) is not None:
            return refused
        raw, given = await request.read(), await _object(request)
        body = parsed(raw, given)
        if body is None or request.match_info["number"] != self._whatsapp.options.phone_number_id:
            return web.json_response(error_body(INVALID), status=400)
        if isinstance(body, Read):
            return self._mark(body)
        if self._whatsapp.refusals:
            return web.json_response(error_body(self._whatsapp.refusals.pop(0)), status=400)
        if not self._whatsapp.may_write(body.customer):
            return web.json_response(error_body(WINDOW_CLOSED), status=400)
        return self._took(body, given)

    async def upload(self, request: web.Request) -> web.Response:
        if (refused := self._refused(request)) is not None:
            return refused
        form = await request.post()
        file = form.get("file")
        if form.get("messaging_product") != "whatsapp" or not isinstance(file, web.FileField):
            return web.json_response(error_body(INVALID), status=400)
        return web.json_response({"id": self._keep(file.file.read(), str(form.get("type") or file.content_type))})

    async def describe_file(self, request: web.Request) -> web.Response:
        if (refused := self._refused(request)) is not None:
            return refused
        media_id = request.match_info["media"]
        if (file := self._whatsapp.files.get(media_id)) is None:
            return web.json_response(error_body(INVALID), status=404)
        return web.json_response(
            {
                "messaging_product": "whatsapp",
                "url": str(request.url.origin() / "files" / media_id),
                "mime_type": file.mime,
                "sha256": hashlib.sha256(file.content).hexdigest(),
                "file_size": len(file.content),
                "id": media_id,
            }
        )

    async def download(self, request: web.Request) -> web.Response:
        if (refused := self._refused(request)) is not None:
            return refused
        if (file := self._whatsapp.files.get(request.match_info["media"])) is None:
            return web.Response(status=404)
        return web.Response(body=file.content, content_type=file.mime.partition(";")[0])

    async def register_key(self, request: web.Request) -> web.Response:
        if (refused := self._refused(request)) is not None:
            return refused
        self._whatsapp.public_key = str((await request.post()).get("business_public_key", ""))
        return web.json_response({"success": True})

    async def received(self, _: web.Request) -> web.Response:
        return web.json_response(self._whatsapp.received)

    async def conversations(self, _: web.Request) -> web.Response:
        chats = self._whatsapp.chats.values()
        return web.json_response(
            [
                {
                    "customer": chat.customer,
                    "nickname": chat.name,
                    "is_typing": chat.is_shown_typing,
                    "messages": [asdict(entry) for entry in chat.entries],
                }
                for chat in chats
            ]
        )

    async def customer_message(self, request: web.Request) -> web.Response:
        """``{"from", "text" | "message", "name"?, "copies"?}``: a customer writes."""
        return web.json_response({"id": self._whatsapp.customer_writes(await _object(request))})

    async def keep_file(self, request: web.Request) -> web.Response:
        """The raw file as the body, its type in ``Content-Type``: a file that a customer's message can name."""
        return web.json_response({"id": self._keep(await request.read(), request.content_type)})

    async def refuse(self, request: web.Request) -> web.Response:
        """``{"code", "count"?}``: the next messages of the business are refused with this error code."""
        given = await _object(request)
        self._whatsapp.refusals += [int(given.get("code", INVALID))] * int(given.get("count", 1))
        return web.json_response({"waiting": len(self._whatsapp.refusals)})

    async def set_window(self, request: web.Request) -> web.Response:
        """``{"customer", "is_open"}``: begin or end the customer service window."""
        given = await _object(request)
        chat = self._whatsapp.chat_of(str(given.get("customer", "")))
        chat.last_wrote = time.monotonic() if given.get("is_open") else float("-inf")
        return web.json_response({"is_open": bool(given.get("is_open"))})

    async def set_webhook(self, request: web.Request) -> web.Response:
        """``{"url"}``: where customers' messages go."""
        self._whatsapp.webhook_url = (await _object(request)).get("url")
        return web.json_response({"url": self._whatsapp.webhook_url})

    def _keep(self, content: bytes, mime: str) -> str:
        media_id = str(uuid4().int)[:15]
        self._whatsapp.files[media_id] = StoredFile(content, mime)
        return media_id

    def _mark(self, read: Read) -> web.Response:
        for chat in self._whatsapp.chats.values():
            for entry in chat.entries:
                if entry.message_id == read.message_id and entry.direction == "INBOUND":
                    entry.status, chat.is_shown_typing = "read", read.typing_indicator is not None
                    return web.json_response({"success": True})
        return web.json_response(error_body(INVALID), status=400)

    def _took(self, message: Message, given: dict[str, Any]) -> web.Response:
        wamid = self._whatsapp.take(message, given)
        self._whatsapp.chat_of(message.customer).is_shown_typing = False
        return web.json_response(
            {
                "messaging_product": "whatsapp",
                "contacts": [{"input": message.to or message.recipient, "wa_id": message.customer}],
                "messages": [{"id": wamid}],
            }
        )

    def _refused(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") != f"Bearer {self._whatsapp.options.access_token}":
            return web.json_response(error_body(UNAUTHORISED), status=401)
        return None


def _refuse(status: int, retry_after: float | None) -> web.Response:
    busy = status == web.HTTPTooManyRequests.status_code
    answer = web.json_response(error_body(RATE if busy else 131000), status=status)
    if retry_after is not None:
        answer.headers["Retry-After"] = f"{retry_after:g}"
    return answer


async def _object(request: web.Request) -> dict[str, Any]:
    try:
        given = await request.json()
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}
