"""Frames that the gateway itself sends to a guest, worded as Genesys words them, for Genesys's own clients."""

from typing import Any, Final

from gateway.webchat.frames import written

BAD_REQUEST: Final = 400
UNAUTHORIZED: Final = 401
FORBIDDEN: Final = 403
UNAVAILABLE: Final = 4000
FILE_TYPE: Final = 4001
FILE_SIZE: Final = 4002
FILE_CONTENT: Final = 4003
FILE_NAME: Final = 4004
FILE_NAME_LENGTH: Final = 4005
MESSAGE_TOO_LONG: Final = 4011
ATTRIBUTES_TOO_LARGE: Final = 4013
MISSING_PARAMETER: Final = 4020
TOO_MANY: Final = 4029
EMPTY_FILE: Final = 4102
UNEXPECTED: Final = 5000

WORDS: Final = {
    BAD_REQUEST: "Request failed.",
    UNAUTHORIZED: "Try to authenticate again",
    FORBIDDEN: "Blocked by policy",
    UNAVAILABLE: "feature unavailable",
    FILE_TYPE: "file type not allowed",
    FILE_SIZE: "file too large",
    FILE_CONTENT: "file content not allowed",
    FILE_NAME: "file name not allowed",
    FILE_NAME_LENGTH: "file name too long",
    MESSAGE_TOO_LONG: "message too long",
    ATTRIBUTES_TOO_LARGE: "custom attributes too large",
    MISSING_PARAMETER: "missing parameter",
    EMPTY_FILE: "file is empty",
    UNEXPECTED: "unexpected error",
}
"""What stands beside each code. Never a word of what was sent."""
WITHHELD: Final = "[Message withheld by policy]"
FILE_WITHHELD: Final = "[File withheld by policy]"
"""What stands in the place of an agent's message or file; Genesys keeps the original."""
RETRY_SECONDS: Final = 3


def refusal(code: int, tracing_id: str | None) -> str:
    """An error for one frame of the guest's."""
    return _traced({"type": "response", "class": "string", "code": code, "body": WORDS[code]}, tracing_id)


def too_many(tracing_id: str | None) -> str:
    """The guest sends faster than it may."""
    body = {"retryAfter": RETRY_SECONDS, "errorCode": TOO_MANY, "errorMessage": "too many requests"}
    return _traced({"type": "response", "class": "TooManyRequestsErrorMessage", "code": 429, "body": body}, tracing_id)


def no_upload(attachment_id: str, code: int, tracing_id: str | None) -> str:
    """A file is refused before it is sent, as asked for by ``errorsAsJson``."""
    body = {"attachmentId": attachment_id, "errorCode": code, "errorMessage": WORDS[code]}
    return _traced({"type": "message", "class": "GenerateUrlError", "code": 200, "body": body}, tracing_id)


def upload_failed(attachment_id: str, code: int, timestamp: str) -> str:
    """A file is refused for what it holds."""
    body = {"attachmentId": attachment_id, "errorCode": code, "errorMessage": WORDS[code], "timestamp": timestamp}
    return written({"type": "message", "class": "UploadFailureEvent", "code": 200, "body": body})


def _traced(frame: dict[str, Any], tracing_id: str | None) -> str:
    return written(frame if tracing_id is None else {**frame, "tracingId": tracing_id})
