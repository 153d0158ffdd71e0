"""A process that is told to leave while it still loads: it has taken nothing on, and leaves as told."""

import signal
from types import FrameType


def leave_when_told() -> None:
    """Answer SIGTERM with exit code 0 until the loop that runs the process takes the signal over."""
    signal.signal(signal.SIGTERM, _leave)


def _leave(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  (a signal handler's signature)
    raise SystemExit(0)
