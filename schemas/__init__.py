"""What travels: the pydantic contracts of everything that crosses a boundary.

Models read tolerantly (unknown fields are dropped, never forwarded) and write strictly (types are not
coerced, instances are frozen). No module here does any I/O.
"""

from schemas.alert import Alert, Audience
from schemas.audit import AuditRecord
from schemas.deadletter import DeadLetterHeaders, DeadLetterReason, Stage
from schemas.message import ForwardMessage, MessageEvent, MessagePart
from schemas.receipt import DeliveryStatus, Receipt
from schemas.review import ReviewFinding, ReviewRequest
from schemas.scan import ScanRequest, ScanResponse, ScanViolation
from schemas.violation import Match, Violation
from schemas.vocabulary import Action, Direction, Severity, Tier

__all__ = [
    "Action",
    "Alert",
    "Audience",
    "AuditRecord",
    "DeadLetterHeaders",
    "DeadLetterReason",
    "DeliveryStatus",
    "Direction",
    "ForwardMessage",
    "Match",
    "MessageEvent",
    "MessagePart",
    "Receipt",
    "ReviewFinding",
    "ReviewRequest",
    "ScanRequest",
    "ScanResponse",
    "ScanViolation",
    "Severity",
    "Stage",
    "Tier",
    "Violation",
]
