"""The rules of Splunk's HTTP Event Collector: which body is taken, and which code refuses it.

As measured on Splunk Enterprise 10.4 by the published tests of third parties, and as Splunk's table of HEC error codes
says. Pure: no server, no state.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

TEXTS: Final = {
    0: (200, "Success"),
    1: (403, "Token disabled"),
    2: (401, "Token is required"),
    3: (401, "Invalid authorization"),
    4: (403, "Invalid token"),
    5: (400, "No data"),
    6: (400, "Invalid data format"),
    7: (400, "Incorrect index"),
    8: (500, "Internal server error"),
    9: (503, "Server is busy"),
    10: (400, "Data channel is missing"),
    11: (400, "Invalid data channel"),
    12: (400, "Event field is required"),
    13: (400, "Event field cannot be blank"),
    14: (400, "ACK is disabled"),
    15: (400, "Error in handling indexed fields"),
    16: (400, "Query string authorization is not enabled"),
    17: (200, "HEC is healthy"),
    18: (503, "HEC is unhealthy, queues are full"),
    19: (503, "HEC is unhealthy, ack service unavailable"),
    20: (503, "HEC is unhealthy, queues are full, ack service unavailable"),
    21: (400, "Invalid token"),
    22: (400, "Token disabled"),
    23: (503, "Server is shutting down"),
}
"""HTTP status and text of every code."""
WRONG_INDEX: Final = 7
MAX_EVENT_BYTES: Final = 5 * 1024 * 1024
"""``maxEventSize`` of inputs.conf."""
_CHANNEL: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NUMBER: Final = re.compile(r"\d+(\.\d+)?")
_SPACE: Final = re.compile(r"[ \t\r\n]*")


class HecError(Exception):
    """A request is refused. ``number`` is what ``invalid-event-number`` says; None for faults of the whole request."""

    def __init__(self, code: int, number: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.number = number

    @property
    def status(self) -> int:
        """The HTTP status."""
        return TEXTS[self.code][0]

    def body(self) -> dict[str, Any]:
        """The JSON answer."""
        body: dict[str, Any] = {"text": TEXTS[self.code][1], "code": self.code}
        return body if self.number is None else {**body, "invalid-event-number": self.number}


@dataclass(frozen=True, slots=True)
class ReadBody:
    """What a whole body came to: the events before the first bad one, and why that one is bad."""

    good: list[dict[str, Any]]
    error: HecError | None


class _Exponent(float):
    """A number that was written with an exponent."""


def _float(digits: str) -> float:
    return _Exponent(digits) if "e" in digits or "E" in digits else float(digits)


_DECODER: Final = json.JSONDecoder(parse_float=_float)


def is_channel(value: str) -> bool:
    """Whether a data channel has the form of a GUID."""
    return _CHANNEL.fullmatch(value) is not None


def read_events(body: bytes, *, indexes: frozenset[str] = frozenset()) -> ReadBody:
    """Read JSON objects that stand back to back, or in one array, up to the first bad one.

    ``indexes`` are those that exist; none given, every name is one.
    """
    good: list[dict[str, Any]] = []
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return ReadBody(good, HecError(6, 0))
    at = _skip(text, 0)
    if at == len(text):
        return ReadBody(good, HecError(5))
    while at < len(text):
        try:
            found, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return ReadBody(good, HecError(6, len(good)))
        for event in found if isinstance(found, list) else [found]:
            if (code := _fault(event, end - at, indexes)) is not None:
                return ReadBody(good, HecError(code, len(good) + (code == WRONG_INDEX)))
            good.append(event)
        at = _skip(text, end)
    return ReadBody(good, None)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _fault(event: object, length: int, indexes: frozenset[str]) -> int | None:
    """The code that refuses an event; None for a good one."""
    if not isinstance(event, dict) or length > MAX_EVENT_BYTES:
        return 6
    checks = (
        (_lacks_event(event), 12),
        (_is_blank(event), 13),
        (not _is_time(event.get("time")), 15),
        (not _is_flat(event.get("fields")), 15),
        (bool(indexes) and event.get("index", next(iter(indexes), None)) not in indexes, WRONG_INDEX),
        (any(not isinstance(event.get(name, ""), str) for name in ("host", "source", "sourcetype", "index")), 6),
    )
    return next((code for is_bad, code in checks if is_bad), None)


def _lacks_event(event: dict[str, Any]) -> bool:
    return "event" not in event and "fields" not in event  # metrics carry fields alone


def _is_blank(event: dict[str, Any]) -> bool:
    value = event.get("event", 0)
    return value is None or (isinstance(value, str) and not value.strip()) or value in ({}, [])


def _is_time(value: object) -> bool:
    if isinstance(value, str):
        return _NUMBER.fullmatch(value) is not None
    if isinstance(value, bool | _Exponent):
        return False
    return value is None or isinstance(value, int | float)


def _is_flat(fields: object) -> bool:
    if fields is None:
        return True
    if not isinstance(fields, dict):
        return False
    return not any(
        isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict | list) for item in value))
        for value in fields.values()
    )
