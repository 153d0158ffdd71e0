"""An aiohttp application on a free port of loopback, with TLS where an authority is given."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from sandbox.authority import Authority
from sandbox.process import free_port


@asynccontextmanager
async def served(application: web.Application, authority: Authority | None = None) -> AsyncIterator[str]:
    """Its base address."""
    context = None
    if authority is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        folder = Path(authority.ca_file).parent
        context.load_cert_chain(authority.issue("127.0.0.1", folder / "served.pem"))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port, ssl_context=context).start()
    try:
        yield f"http{'s' if context else ''}://127.0.0.1:{port}"
    finally:
        await runner.cleanup()
