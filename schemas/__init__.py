"""What travels: the pydantic contracts of everything that crosses a boundary.

Models read tolerantly (unknown fields are dropped, never forwarded) and write strictly (types are not
coerced, instances are frozen). No module here does any I/O.

The words of ``vocabulary`` are plain; the models come with pydantic, so each is imported when it is first asked for:
``cordon scan`` needs none of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from schemas.vocabulary import Action, Direction, Severity, Tier

if TYPE_CHECKING:
    from schemas.alert import Alert, Audience, CaptureNews, CaptureResult
    from schemas.audit import AuditRecord
    from schemas.deadletter import DeadLetterHeaders, DeadLetterReason, Stage
    from schemas.message import ForwardMessage, MessageEvent, MessagePart
    from schemas.receipt import DeliveryStatus, Receipt
    from schemas.review import EarlierMessage, ReviewFinding, ReviewRequest
    from schemas.scan import ScanFinding, ScanRequest, ScanResponse, ScanViolation
    from schemas.violation import Match, Violation

_MODELS: Final = {
    "Alert": "schemas.alert",
    "Audience": "schemas.alert",
    "AuditRecord": "schemas.audit",
    "CaptureNews": "schemas.alert",
    "CaptureResult": "schemas.alert",
    "DeadLetterHeaders": "schemas.deadletter",
    "DeadLetterReason": "schemas.deadletter",
    "Stage": "schemas.deadletter",
    "ForwardMessage": "schemas.message",
    "MessageEvent": "schemas.message",
    "MessagePart": "schemas.message",
    "DeliveryStatus": "schemas.receipt",
    "Receipt": "schemas.receipt",
    "EarlierMessage": "schemas.review",
    "ReviewFinding": "schemas.review",
    "ReviewRequest": "schemas.review",
    "ScanFinding": "schemas.scan",
    "ScanRequest": "schemas.scan",
    "ScanResponse": "schemas.scan",
    "ScanViolation": "schemas.scan",
    "Match": "schemas.violation",
    "Violation": "schemas.violation",
}
"""Name to the module that holds it."""


def __getattr__(name: str) -> Any:
    """Import a model at its first use (PEP 562)."""
    if name not in _MODELS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    model = getattr(import_module(_MODELS[name]), name)
    globals()[name] = model
    return model


__all__ = [
    "Action",
    "Alert",
    "Audience",
    "AuditRecord",
    "CaptureNews",
    "CaptureResult",
    "DeadLetterHeaders",
    "DeadLetterReason",
    "DeliveryStatus",
    "Direction",
    "EarlierMessage",
    "ForwardMessage",
    "Match",
    "MessageEvent",
    "MessagePart",
    "Receipt",
    "ReviewFinding",
    "ReviewRequest",
    "ScanFinding",
    "ScanRequest",
    "ScanResponse",
    "ScanViolation",
    "Severity",
    "Stage",
    "Tier",
    "Violation",
]
