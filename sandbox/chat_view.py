"""The page on the doubles of Genesys and WhatsApp, at ``/``: a conversation as one side of it sees it."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from aiohttp import web

from sandbox.double import CONTROL


@dataclass(frozen=True, slots=True)
class Side:
    """Who looks."""

    name: str
    title: str
    hint: str


AGENT: Final = Side("agent", "Agent's desktop", "A double of Genesys Cloud. What is written here goes to the customer.")
CUSTOMER: Final = Side("customer", "Customer's telephone", "A double of WhatsApp. What is written here goes to agents.")
_FILES: Final = {
    "chat.css": ("sandbox.chat_page", "text/css"),
    "chat.js": ("sandbox.chat_page", "text/javascript"),
    "desktop.css": ("sandbox.chat_page", "text/css"),
    "desktop.js": ("sandbox.chat_page", "text/javascript"),
    "tokens.css": ("gateway.design", "text/css"),
    "base.css": ("gateway.design", "text/css"),
}


def add_view(application: web.Application, side: Side) -> None:
    """Serve the page."""
    whole = files("sandbox.chat_page").joinpath("chat.html").read_text(encoding="utf-8")
    for name, value in (("{side}", side.name), ("{title}", side.title), ("{hint}", side.hint)):
        whole = whole.replace(name, value)

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=whole, content_type="text/html")

    async def file(request: web.Request) -> web.Response:
        package, kind = _FILES.get(request.match_info["name"], ("", ""))
        if not package:
            raise web.HTTPNotFound
        content = files(package).joinpath(request.match_info["name"]).read_text(encoding="utf-8")
        return web.Response(text=content, content_type=kind)

    application.router.add_get("/", page)
    application.router.add_get(f"{CONTROL}/page/{{name}}", file)
