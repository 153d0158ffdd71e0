"""What Genesys takes of a guest, checked here as well: what is redacted may have grown over a limit.

Source: developer.genesys.cloud, Web Messaging limits; codes from Genesys's published guest SDKs.
"""

import time
from collections import deque
from typing import Any, Final

from gateway.webchat import answers
from gateway.webchat.frames import ATTRIBUTES, object_in, string_in

MAX_TEXT_BYTES: Final = 4096
"""Of a guest's text, in UTF-8."""
MAX_ATTRIBUTE_BYTES: Final = 2048
"""Of custom attributes, keys and values together."""
MAX_FILE_BYTES: Final = 10 * 1024 * 1024
MAX_FILE_NAME: Final = 1023
MAX_FRAME_BYTES: Final = 128 * 1024
"""Of one frame from a guest; the socket closes with 1009 on a longer one."""
MAX_SERVICE_FRAME_BYTES: Final = 1024 * 1024
MINUTE: Final = 60.0


def code_for_message(frame: dict[str, Any]) -> int | None:
    """Why a guest's message is too large; None when it is not."""
    message = object_in(frame, "message")
    if len(string_in(message, "text").encode("utf-8", "replace")) > MAX_TEXT_BYTES:
        return answers.MESSAGE_TOO_LONG
    attributes = (
        object_in(message, "channel", "metadata", ATTRIBUTES),
        object_in(frame, "channel", "metadata", ATTRIBUTES),
    )
    size = sum(_size(key) + _size(value) for found in attributes for key, value in found.items())
    return answers.ATTRIBUTES_TOO_LARGE if size > MAX_ATTRIBUTE_BYTES else None


def code_for_file(frame: dict[str, Any]) -> int | None:
    """Why a file is refused before it is sent; None when it is not."""
    size, name = frame.get("fileSize"), string_in(frame, "fileName")
    if not name.strip():
        return answers.FILE_NAME
    if len(name.encode("utf-8", "replace")) > MAX_FILE_NAME:
        return answers.FILE_NAME_LENGTH
    if not isinstance(size, int) or isinstance(size, bool) or size > MAX_FILE_BYTES:
        return answers.FILE_SIZE
    return answers.EMPTY_FILE if size <= 0 else None


def _size(value: Any) -> int:
    return len(str(value).encode("utf-8", "replace"))


class Pace:
    """How often something may happen within a minute."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._recent: deque[float] = deque()

    def takes(self) -> bool:
        """Whether it may happen once more; if so, it is counted."""
        now = time.monotonic()
        while self._recent and self._recent[0] <= now - MINUTE:
            self._recent.popleft()
        if len(self._recent) >= self._per_minute:
            return False
        self._recent.append(now)
        return True
