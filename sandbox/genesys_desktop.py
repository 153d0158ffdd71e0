"""``/desktop`` at the double: an agent's desktop with its own composer and a frame for an interaction widget.

The page is the host of Genesys's client-app SDK: it fills the widget's address as Genesys does and acts on what the
SDK posts to it.
"""

import json
from importlib.resources import files

from aiohttp import web

from sandbox.double import CONTROL

PACKAGE = "sandbox.chat_page"


def add_desktop(application: web.Application, widget_url: str | None) -> None:
    """Serve it. The widget's address is a template, as an integration of Genesys has it."""
    registered = {"url": widget_url}

    async def page(_: web.Request) -> web.Response:
        whole = files(PACKAGE).joinpath("desktop.html").read_text(encoding="utf-8")
        return web.Response(text=whole, content_type="text/html")

    async def show(_: web.Request) -> web.Response:
        return web.json_response(registered)

    async def register(request: web.Request) -> web.Response:
        """``{"url"}``: the widget's address."""
        try:
            given = await request.json()
        except json.JSONDecodeError:
            given = {}
        registered["url"] = given.get("url")
        return web.json_response(registered)

    application.router.add_get("/desktop", page)
    application.router.add_get(f"{CONTROL}/widget", show)
    application.router.add_put(f"{CONTROL}/widget", register)
