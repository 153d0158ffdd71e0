"""What the browser tests share: pages in Chromium, and a gateway process behind them."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import httpx
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request

from sandbox.broker import Broker
from sandbox.process import ChildProcess, cordon, free_port
from streams.topics import Topic

PARTITIONS = 4
SMALL_PHONE = {"width": 360, "height": 640}
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


@dataclass(slots=True)
class Watched:
    """A page, and everything that went wrong in it or left it."""

    page: Page
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """Uncaught errors, and errors on the console: a breach of the Content-Security-Policy is one."""

    @property
    def sent(self) -> str:
        """Addresses, headers and bodies of all requests, as one text to search."""
        return "\n".join(f"{one.method} {one.url} {one.headers} {one.post_data or ''}" for one in self.requests)


@dataclass(frozen=True, slots=True)
class RunningGateway:
    """``cordon gateway`` as a process of its own, with a key for everything."""

    url: str
    key: str
    folder: Path
    prefix: str
    environment: Mapping[str, str]
    child: ChildProcess

    def client(self) -> httpx.Client:
        """Somebody with the key."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.key}"}, timeout=20)

    def run(self, *arguments: str) -> str:
        """Output of another ``cordon`` command with the same settings. Raises when it fails."""
        return _run(self.environment, *arguments)


def watch(browser: Browser, **context: Any) -> Watched:
    """Open an empty page in a context of its own and watch it. Close ``page.context`` at the end."""
    page = browser.new_context(**context).new_page()
    watched = Watched(page)
    page.on("request", lambda request: watched.requests.append(request))  # noqa: PLW0108  (takes no built-in method)
    page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    page.on("console", lambda line: watched.complaints.append(line.text) if line.type == "error" else None)
    return watched


def barriers(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA: rule and elements."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found]


def overflows(page: Page) -> bool:
    """Whether the page is wider than its window, so that one has to scroll sideways."""
    wider: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wider


def look(scheme: Literal["light", "dark"], **viewport: int) -> dict[str, Any]:
    """Context options: colour scheme and size."""
    return {"color_scheme": scheme, "viewport": viewport or SMALL_PHONE}


@contextmanager
def running_gateway(
    broker: Broker, folder: Path, settings: Mapping[str, str] | None = None
) -> Iterator[RunningGateway]:
    """Start a gateway with a keyring, a key of all scopes and topics of its own; end it on the way out."""
    prefix, port = f"browser-{uuid4().hex[:10]}.", (settings or {}).get("CORDON_GATEWAY_PORT") or free_port()
    environment = {
        "CORDON_KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
        "CORDON_TOPIC_PREFIX": prefix,
        "CORDON_KEYRING_FILE": str(folder / "keyring.json"),
        "CORDON_API_KEYS_FILE": str(folder / "api-keys.jsonl"),
        "CORDON_DATA_DIR": str(folder / "data"),
        "CORDON_GATEWAY_PORT": str(port),
        **(settings or {}),
    }
    _run(environment, "keys", "create", environment["CORDON_KEYRING_FILE"])
    key = _run(environment, "apikeys", "create", environment["CORDON_API_KEYS_FILE"], *_every_scope()).strip()
    broker.make_topics([f"{prefix}{topic}" for topic in Topic], partitions=PARTITIONS)
    url, log = f"http://127.0.0.1:{port}", folder / "gateway.log"
    with ChildProcess(cordon("gateway"), environment=environment, log=log) as child:
        child.wait_ready(f"{url}/readyz")
        yield RunningGateway(url, key, folder, prefix, environment, child)


def _every_scope() -> list[str]:
    from gateway.auth import SCOPES  # noqa: PLC0415  (only where a gateway is started)

    return [word for scope in SCOPES for word in ("--scope", scope)]


def _run(environment: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        cordon(*arguments), env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"cordon {' '.join(arguments[:2])}: {done.stderr.strip()[-300:]}")
    return done.stdout
