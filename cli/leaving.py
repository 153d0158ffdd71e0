"""How a command leaves when it is told to: SIGTERM, or Ctrl-C."""

import contextlib
import signal
import sys


def leave_when_told() -> None:
    """Answer SIGTERM with exit code 0 until the loop that runs the process takes the signal over.

    A process that still loads has taken nothing on.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def end_in_order_when_told() -> None:
    """Take SIGTERM for Ctrl-C: what the command started is ended on the way out."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def wait_until_told() -> None:
    """Sleep until one of both comes."""
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            signal.pause()
