"""LEEF 2.0, the Log Event Extended Format of QRadar."""

from typing import Final

from connectors.formats.plain import event_type, flat, severity_number
from connectors.siem import PRODUCT, PRODUCT_VERSION, SiemRecord
from schemas import Violation
from schemas.record import rfc3339

DELIMITER: Final = "\t"
TIME_FORMAT: Final = "yyyy-MM-dd'T'HH:mm:ss.SSSX"
"""How ``devTime`` is written, in the words of Java's SimpleDateFormat."""
_CLEAN: Final = str.maketrans({"\t": " ", "\n": " ", "\r": " "})
_HEADER: Final = str.maketrans({"|": "/", "\t": " ", "\n": " ", "\r": " "})
"""LEEF knows no escapes: what would end a field is replaced."""


def leef(record: SiemRecord) -> str:
    """One record in one line, its attributes apart by tabs."""
    if isinstance(record, Violation):
        event, at, user = record.rule, record.detected_at, record.agent_id
    else:
        event, at, user = record.action, record.occurred_at, record.actor
    attributes = {
        "devTime": rfc3339(at),
        "devTimeFormat": TIME_FORMAT,
        "cat": event_type(record),
        "sev": str(severity_number(record)),
        "usrName": user or "",
        **flat(record),
    }
    header = "|".join(field.translate(_HEADER) for field in (PRODUCT, PRODUCT, PRODUCT_VERSION, event))
    body = DELIMITER.join(f"{name}={value.translate(_CLEAN)}" for name, value in attributes.items() if value)
    return f"LEEF:2.0|{header}|x09|{body}"
