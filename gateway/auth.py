"""Who calls: a program with an API key, or a person who has signed in.

Keys carry scopes. A key is shown once; the file holds only its hash.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from fastapi import HTTPException, Request

from gateway.parts import parts_of
from gateway.roles import Role, role_of_scopes
from streams.settings import WrongSettingError
from vault.requests import DEFAULT_TENANT, TENANT_NAME, Access

SCOPES: Final = (
    "scan",
    "messages",
    "captures",
    "tokens:create",
    "tokens:reveal",
    "alerts",
    "console",
    "admin",
)
_PREFIX: Final = "cordon_"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and what the caller may do."""

    key_id: str
    """The API key's id, or the person's as the audit trail names them."""
    scopes: frozenset[str]
    given_role: Role | None = None
    """Of a person; a program's follows from its scopes."""
    agent_id: str | None = None
    """An agent sees nothing but their own; None for everybody else."""
    queues: frozenset[str] | None = None
    """A supervisor sees these queues only; None for all."""
    is_person: bool = False
    """Signed in, rather than a program with a key."""
    tenant: str = DEFAULT_TENANT
    """Whose part of the vault they reach."""

    @property
    def role(self) -> Role:
        """What the console lets them do."""
        return self.given_role or role_of_scopes(self.scopes)

    @property
    def may_publish(self) -> bool:
        """Whether a message of theirs may go to the stream: a program's needs the scope, a person's is their work."""
        return self.is_person or "messages" in self.scopes

    def access(
        self, *, reason: str | None = None, purpose: str | None = None, conversation_id: str | None = None
    ) -> Access:
        """How they come to the vault."""
        return Access(
            actor=self.key_id, reason=reason, purpose=purpose, conversation_id=conversation_id, tenant=self.tenant
        )


ANYBODY: Final = Caller("anybody", frozenset(SCOPES))
"""Every caller of a gateway that runs with ``CORDON_GATEWAY_AUTH=off``."""


SESSION_PREFIX: Final = "cordon_session_"
SESSION_COOKIE: Final = "cordon_session"


class ApiKeys:
    """The keys of a file, read again whenever it changes: a new key works at once, a removed one no more."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_as: tuple[int, int, int] | None = None
        self._callers: dict[bytes, Caller] = {}
        self.refresh()

    def refresh(self) -> None:
        """Read the file if it changed. Raises ``WrongSettingError`` when it cannot be read."""
        try:
            status = self._path.stat()
            read_as = (status.st_ino, status.st_mtime_ns, status.st_size)
            if read_as == self._read_as:
                return
            lines = self._path.read_text(encoding="utf-8").splitlines()
            self._callers = dict(_entry(line) for line in lines if line.strip())
            self._read_as = read_as
        except OSError as error:
            raise WrongSettingError(f"CORDON_API_KEYS_FILE: the file cannot be read ({error.strerror})") from None
        except (ValueError, KeyError, TypeError):
            raise WrongSettingError("CORDON_API_KEYS_FILE: the file is malformed") from None

    def caller_of(self, key: str) -> Caller | None:
        """Who holds this key; None when nobody does. A file that has become unreadable knows nobody."""
        try:
            self.refresh()
        except WrongSettingError:
            return None
        hashed = _hash(key)
        return next((who for known, who in self._callers.items() if hmac.compare_digest(known, hashed)), None)


def create_key(path: Path, scopes: tuple[str, ...], tenant: str = DEFAULT_TENANT) -> tuple[str, str]:
    """Append a new key's hash to the file, mode 0600, and return the key's id and the key. Raises OSError."""
    key_id = f"key-{secrets.token_hex(4)}"
    key = f"{_PREFIX}{secrets.token_urlsafe(32)}"
    entry = {
        "id": key_id,
        "scopes": sorted(set(scopes)),
        "tenant": tenant,
        "hash": _hash(key).hex(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        is_open = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"  # a line that an editor left without its end
        file.write((b"\n" if is_open else b"") + json.dumps(entry).encode() + b"\n")
    return key_id, key


def require(*scopes: str) -> Callable[[Request], Awaitable[Caller]]:
    """A dependency: the caller, who has to hold one of these scopes. No or unknown key: 401; a key without: 403."""

    async def check(request: Request) -> Caller:
        caller = await caller_of(request)
        _keep_pace(request, caller)
        if caller.scopes.isdisjoint(scopes):
            raise HTTPException(403, f"this key lacks the scope {' or '.join(scopes)}")
        return caller

    return check


def require_role(role: Role) -> Callable[[Request], Awaitable[Caller]]:
    """A dependency: the caller, a known one even where API callers need no key, of this role or a higher one."""

    async def check(request: Request) -> Caller:
        caller = await caller_of(request)
        if caller is ANYBODY:
            raise _unknown()
        _keep_pace(request, caller)
        if caller.role.rank < role.rank:
            raise HTTPException(403, f"this needs the role {role}")
        return caller

    return check


async def caller_of(request: Request) -> Caller:
    """Who calls: by key, by session or by a provider's token. Raises 401 for nobody who is known."""
    parts = parts_of(request)
    keys, bearers = parts.api_keys, parts.bearers
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    token = given.strip() if kind.lower() == "bearer" else ""
    caller = None
    if not token and (cookie := request.cookies.get(SESSION_COOKIE)) and is_from_our_page(request):
        token = cookie
    if token.startswith(SESSION_PREFIX):
        caller = await parts.sessions.caller_of(token)
    elif bearers is not None and bearers.takes(token):
        caller = await bearers.caller_of(token)
    elif token and keys is not None:
        caller = keys.caller_of(token)
    if caller is None and parts.settings.gateway_auth == "off":
        return ANYBODY
    if caller is None:
        raise _unknown()
    return caller


def is_from_our_page(request: Request) -> bool:
    """Whether a request that carries a cookie may act on it: reading always, changing only from our own origin."""
    if request.method in {"GET", "HEAD"}:
        return True
    return _says_it_is_ours(request) is True


def is_from_another_page(request: Request) -> bool:
    """Whether a browser says that another site's page sends this; a program says nothing."""
    return _says_it_is_ours(request) is False


def _says_it_is_ours(request: Request) -> bool | None:
    if (site := request.headers.get("Sec-Fetch-Site")) is not None:
        return site == "same-origin"
    if (origin := request.headers.get("Origin")) is not None:  # browsers of before 2023
        ours = {str(request.base_url).rstrip("/"), parts_of(request).console_settings.base_url}
        return origin.rstrip("/") in ours
    return None


def _keep_pace(request: Request, caller: Caller) -> None:
    """Raise 429 for a caller who calls too often."""
    if caller is not ANYBODY:
        parts_of(request).pace.take(caller.key_id)


def _unknown() -> HTTPException:
    return HTTPException(401, "no known API key, token or session", headers={"WWW-Authenticate": "Bearer"})


def _entry(line: str) -> tuple[bytes, Caller]:
    entry = json.loads(line)
    tenant = str(entry.get("tenant", DEFAULT_TENANT))  # keys of an earlier version name none
    if not TENANT_NAME.fullmatch(tenant):
        raise ValueError
    return bytes.fromhex(entry["hash"]), Caller(str(entry["id"]), frozenset(entry["scopes"]), tenant=tenant)


def _hash(key: str) -> bytes:
    """Keys are 256 random bits: a slow hash would protect nothing more."""
    return hashlib.sha256(key.encode()).digest()
