"""Configured upstreams: where the values behind tokens may go, and what of the answer may come back.

The file named by ``CORDON_DATA_ACTIONS_FILE`` lists them::

    calls:
      refund:
        url: https://psp.example/v1/refunds
        headers: {Authorization: "Bearer ${PSP_KEY}"}     # from the environment
        body: {card: "{card}", amount: "{amount}"}         # {name} is a parameter of the request
        tokens: [card]                                     # parameters that hold tokens
        answer: [status, id]                               # fields that come back
    verifiers:
      payment_card:
        url: https://psp.example/v1/cards/check
        body: {number: "{value}"}
        answer: active                                     # the field that is true or false
    private_hosts: [psp.internal]                          # the only private addresses that may be called
"""

import asyncio
import ipaddress
import json
import os
import re
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import yaml
from pydantic import JsonValue

from connectors.answers import AnswerTooLong, answer_to
from connectors.calls import make_client
from streams.settings import WrongSettingError, is_loopback
from vault.policy import VOLATILE

TIMEOUT_SECONDS: Final = 8.0
"""Below the ten seconds in which a flow expects its answer."""
MAX_ANSWER_BYTES: Final = 256 * 1024
_PLACE: Final = re.compile(r"\{([A-Za-z][A-Za-z0-9_-]*)\}")
_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
FILE: Final = "CORDON_DATA_ACTIONS_FILE"
"""The setting that names the file of upstreams."""

Resolve = Callable[[str], Awaitable[str]]


class CallRefused(ValueError):
    """The request does not fit the call. Names a parameter, never its value."""


class CallFailed(Exception):
    """The upstream did not answer as it should. Quotes nothing of its answer."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """One configured address."""

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, JsonValue] = field(default_factory=dict)
    tokens: frozenset[str] = frozenset()
    answer: tuple[str, ...] = ()
    may_be_private: bool = False

    @property
    def places(self) -> set[str]:
        """The parameters that its body names."""
        return {name for value in self.body.values() for name in _PLACE.findall(str(value))}

    async def run(
        self, given: Mapping[str, JsonValue], resolve: Resolve, clean: Callable[[str], str]
    ) -> dict[str, JsonValue]:
        """Call it with tokens resolved. The answer's allowed fields, their strings scanned."""
        parameters = {name: str(value) for name, value in given.items() if isinstance(value, str | int | float)}
        if missing := self.places - set(parameters):
            raise CallRefused(f"the parameter {min(missing)} is missing")
        for name in sorted(self.tokens & set(parameters), key=lambda name: _is_for_one_use(parameters[name])):
            parameters[name] = await resolve(parameters[name])
        answer = await self._send({name: _filled(value, parameters) for name, value in self.body.items()})
        return {name: _scanned(answer[name], clean) for name in self.answer if _is_flat(answer.get(name))}

    async def verify(self, value: str) -> bool:
        """Ask whether a value is right."""
        answer = await self._send({name: _filled(text, {"value": value}) for name, text in self.body.items()})
        verdict = answer.get(self.answer[0])
        if not isinstance(verdict, bool):
            raise CallFailed("the verifier did not answer with true or false")
        return verdict

    async def _send(self, body: Mapping[str, JsonValue]) -> dict[str, Any]:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                answer = await self._answer(body)
        except AnswerTooLong:
            raise CallFailed("the upstream's answer is too long") from None
        except (httpx.HTTPError, TimeoutError) as error:
            raise CallFailed(f"the upstream did not answer: {type(error).__name__}") from None
        if not answer.is_success:
            raise CallFailed(f"the upstream answered {answer.status_code}")
        try:
            document = json.loads(answer.content)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise CallFailed("the upstream's answer is no JSON object")
        return document

    async def _answer(self, body: Mapping[str, JsonValue]) -> httpx.Response:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        address = await _address(host, parts.port or (443 if parts.scheme == "https" else 80), self.may_be_private)
        # Connect to the very address that was checked: a name that changes in between leads nowhere else.
        shown = f"[{address}]" if ":" in address else address
        target = parts._replace(netloc=f"{shown}:{parts.port}" if parts.port else shown).geturl()
        headers = {**self.headers, "Host": parts.netloc, "Accept": "application/json"}
        async with make_client(TIMEOUT_SECONDS) as client:  # of its own: a connection's name belongs to one upstream
            return await answer_to(
                client,
                self.method,
                target,
                limit=MAX_ANSWER_BYTES,
                json=dict(body),
                headers=headers,
                extensions={"sni_hostname": host},
            )


@dataclass(frozen=True, slots=True)
class Upstreams:
    """Everything that may be called."""

    calls: Mapping[str, Upstream] = field(default_factory=dict)
    verifiers: Mapping[str, Upstream] = field(default_factory=dict)

    def call(self, name: str) -> Upstream | None:
        """A call by its name."""
        return self.calls.get(name)

    def verifier(self, entity: str) -> Upstream | None:
        """Who is asked about an entity."""
        return self.verifiers.get(entity)

    @classmethod
    def load(cls, path: Path | None = None) -> "Upstreams":
        """Read the file that the settings name; none is an empty list. Raises ``WrongSettingError``."""
        name = path or os.environ.get(FILE)
        if not name:
            return cls()
        try:
            document = yaml.safe_load(Path(name).read_text(encoding="utf-8")) or {}
            private = frozenset(document.get("private_hosts", ()))
            return cls(
                {key: _upstream(entry, private) for key, entry in document.get("calls", {}).items()},
                {key: _verifier(entry, private) for key, entry in document.get("verifiers", {}).items()},
            )
        except (OSError, yaml.YAMLError, AttributeError, TypeError, KeyError, ValueError) as error:
            reason = str(error) if isinstance(error, _WrongEntry) else type(error).__name__
            raise WrongSettingError(f"{FILE}: cannot be used ({reason})") from None


def _is_for_one_use(token: str) -> bool:
    """Whether resolving a token uses it up: that comes last, when nothing else can be refused any more."""
    return any(token.startswith(f"tok_{entity}_") for entity in VOLATILE)


class _WrongEntry(ValueError):
    """An entry of the file is wrong."""


def _upstream(entry: Mapping[str, Any], private: frozenset[str]) -> Upstream:
    url = str(entry["url"])
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host) and host in private):
        raise _WrongEntry("a url has to begin with https://")
    answer = entry["answer"]
    return Upstream(
        url=url,
        method=str(entry.get("method", "POST")),
        headers={name: _VARIABLE.sub(_from_environment, str(text)) for name, text in entry.get("headers", {}).items()},
        body=dict(entry.get("body", {})),
        tokens=frozenset(entry.get("tokens", ())),
        answer=(answer,) if isinstance(answer, str) else tuple(answer),
        may_be_private=host in private,
    )


def _verifier(entry: Mapping[str, Any], private: frozenset[str]) -> Upstream:
    verifier = _upstream(entry, private)
    if not verifier.answer or not verifier.places <= {"value"}:
        raise _WrongEntry("a verifier has {value} for its only parameter, and an answer")
    return verifier


def _from_environment(match: re.Match[str]) -> str:
    if match[1] not in os.environ:
        raise _WrongEntry(f"the variable {match[1]} is not set")
    return os.environ[match[1]]


def _filled(value: JsonValue, parameters: Mapping[str, str]) -> JsonValue:
    if isinstance(value, dict):
        return {name: _filled(one, parameters) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, parameters) for one in value]
    return _PLACE.sub(lambda match: parameters[match[1]], value) if isinstance(value, str) else value


def _is_flat(value: object) -> bool:
    return value is not None and isinstance(value, str | int | float | bool)


def _scanned(value: JsonValue, clean: Callable[[str], str]) -> JsonValue:
    """A field of the answer with everything sensitive taken out, digits in a number too."""
    if isinstance(value, bool):
        return value
    text = str(value)
    cleaned = clean(text)
    return value if cleaned == text else cleaned


async def _address(host: str, port: int, may_be_private: bool) -> str:  # noqa: FBT001  (one caller)
    """The host's address. Raises ``CallFailed`` for one on this machine or in a private network, unless allowed."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise CallFailed("the upstream's name cannot be resolved") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not may_be_private and not all(ipaddress.ip_address(address).is_global for address in addresses):
        raise CallFailed("the upstream is in a private network")
    return addresses[0]
