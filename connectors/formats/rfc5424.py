"""Syslog messages of RFC 5424, with the record in structured data or in a body of another format."""

import re
from collections.abc import Callable
from typing import Final

from connectors.formats.cef import cef
from connectors.formats.leef import leef
from connectors.formats.plain import event_type, flat
from connectors.siem import SiemRecord, record_id
from schemas import Severity, Violation
from schemas.record import rfc3339

APP_NAME: Final = "cordon"
ENTERPRISE: Final = 32473
"""The enterprise number that RFC 5612 sets aside for documentation; an owner of one sets their own."""
SEVERITIES: Final = {Severity.CRITICAL: 2, Severity.HIGH: 3, Severity.MEDIUM: 4, Severity.LOW: 5}
"""Critical, error, warning, notice (RFC 5424, table 2)."""
INFORMATIONAL: Final = 6
WARNING: Final = 4
_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "]": "\\]"})
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_NOT_PRINTABLE: Final = re.compile(r"[^\x21-\x7e]")
_HOST_LENGTH: Final = 255

BODIES: Final[dict[str, Callable[[SiemRecord], str] | None]] = {
    "structured": None,
    "cef": cef,
    "leef": leef,
    "json": lambda record: record.model_dump_json(),
}
"""What follows the structured data; with ``structured`` the whole record stands in it."""


class SyslogFormat:
    """How one receiver wants its messages."""

    def __init__(
        self, body: str, *, host: str = "cordon", facility: int = 16, enterprise: int = ENTERPRISE, bom: bool = False
    ) -> None:
        self._body = BODIES[body]
        self._host = _NOT_PRINTABLE.sub("", host)[:_HOST_LENGTH] or "-"
        self._facility = facility
        self._enterprise = enterprise
        self._bom = "\ufeff" if bom else ""

    def message(self, record: SiemRecord) -> bytes:
        """One message, without any framing."""
        at = record.detected_at if isinstance(record, Violation) else record.occurred_at
        stamp = rfc3339(at)
        kind = event_type(record)
        if self._body is None:
            text = f"{self._structured(flat(record))} {kind}"
        else:
            body = _CONTROL.sub(lambda found: "\t" if found[0] == "\t" else " ", self._body(record))
            text = f"{self._structured({'id': record_id(record)})} {self._bom}{body}"
        head = f"<{self._facility * 8 + _severity(record)}>1 {stamp} {self._host} {APP_NAME} - {kind}"
        return f"{head} {text}".encode("utf-8", "replace")

    def _structured(self, values: dict[str, str]) -> str:
        """RFC 5424, 6.3: control characters are allowed there, but no line-based collector survives them."""
        pairs = (f'{name}="{_CONTROL.sub(" ", value).translate(_ESCAPES)}"' for name, value in values.items())
        return f"[{APP_NAME}@{self._enterprise} {' '.join(pairs)}]"


def _severity(record: SiemRecord) -> int:
    if isinstance(record, Violation):
        return SEVERITIES[record.severity]
    return INFORMATIONAL if record.outcome == "allowed" else WARNING
