"""What the browser needs for the web chat: the double of Genesys as its operator sees it, and a gateway's settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from sandbox.process import ChildProcess, cordon, free_port
from sandbox.webmessaging_state import WebMessagingOptions


class Genesys:
    """The double of Web Messaging."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def settings(self) -> dict[str, str]:
        """A gateway's, to stand in front of it."""
        return {
            "CORDON_WEBMESSAGING_URL": self.url.replace("http", "ws", 1),
            "CORDON_WEBMESSAGING_API_URL": self.url,
            "CORDON_WEBMESSAGING_DEPLOYMENT_ID": WebMessagingOptions().deployment_id,
        }

    @property
    def everything(self) -> str:
        """Handshakes, frames both ways, files, and every transcript."""
        return "\n".join(httpx.get(f"{self.url}/_sandbox/{what}").text for what in ("received", "sessions"))

    def tell(self, what: str, **given: Any) -> None:
        """Let the agent, or the service, do something to the latest guest."""
        httpx.post(f"{self.url}/_sandbox/{what}", json=given).raise_for_status()


@contextmanager
def running_genesys(folder: Path) -> Iterator[Genesys]:
    """Start the double; end it on the way out."""
    port = free_port()
    command = cordon("sandbox", "webmessaging", "--port", str(port), "--requests-per-minute", "0")
    with ChildProcess(command, environment={}, log=folder / "webmessaging.log") as child:
        child.wait_ready(f"http://127.0.0.1:{port}/_sandbox/health")
        yield Genesys(f"http://127.0.0.1:{port}")
