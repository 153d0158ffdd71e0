"""Who calls: API keys with scopes. A key is shown once; the file holds only its hash."""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from fastapi import HTTPException, Request

from streams.settings import WrongSettingError

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
    scopes: frozenset[str]


ANYBODY: Final = Caller("anybody", frozenset(SCOPES))
"""Every caller of a gateway that runs with ``CORDON_GATEWAY_AUTH=off``."""


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


def create_key(path: Path, scopes: tuple[str, ...]) -> tuple[str, str]:
    """Append a new key's hash to the file, mode 0600, and return the key's id and the key. Raises OSError."""
    key_id = f"key-{secrets.token_hex(4)}"
    key = f"{_PREFIX}{secrets.token_urlsafe(32)}"
    entry = {
        "id": key_id,
        "scopes": sorted(set(scopes)),
        "hash": _hash(key).hex(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")
    return key_id, key


def require(scope: str) -> Callable[[Request], Caller]:
    """A dependency: the caller, who has to hold this scope. No or unknown key: 401; a key without it: 403."""

    def check(request: Request) -> Caller:
        caller = _caller(request)
        if scope not in caller.scopes:
            raise HTTPException(403, f"this key lacks the scope {scope}")
        return caller

    return check


def _caller(request: Request) -> Caller:
    keys: ApiKeys | None = request.app.state.api_keys
    if keys is None:
        return ANYBODY
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    caller = keys.caller_of(key.strip()) if kind.lower() == "bearer" else None
    if caller is None:
        raise HTTPException(401, "no known API key", headers={"WWW-Authenticate": "Bearer"})
    return caller


def _entry(line: str) -> tuple[bytes, Caller]:
    entry = json.loads(line)
    return bytes.fromhex(entry["hash"]), Caller(str(entry["id"]), frozenset(entry["scopes"]))


def _hash(key: str) -> bytes:
    """Keys are 256 random bits: a slow hash would protect nothing more."""
    return hashlib.sha256(key.encode()).digest()
