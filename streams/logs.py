"""Logging of a process: one line an event on standard error, and no record of a library that prints what it carries."""

import logging
import sys
import threading
import time
from types import TracebackType

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
CARRIERS = {
    "aiokafka": logging.INFO,
    "kafka": logging.INFO,
    "websockets": logging.INFO,
    "asyncio": logging.INFO,
    "multipart": logging.INFO,
    "uvicorn": logging.WARNING,
    "faust": logging.WARNING,
    "mode": logging.WARNING,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "azure": logging.WARNING,
    "msal": logging.WARNING,
}
"""Loggers of libraries that print keys, values, addresses or bodies at lower levels, or a line a request."""
REPEAT_SECONDS = 10.0
BURST = 5
KINDS = 10_000
"""Kinds of lines that are remembered: libraries that put words together first make one of every line."""

log = logging.getLogger(__name__)


class RateLimit(logging.Filter):
    """Lets a few lines of one kind through in ten seconds: a broker outage makes thousands of the same."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is printed."""
        kind = (record.name, str(record.msg))
        began, count = self._seen.get(kind, (0.0, 0))
        now = time.monotonic()
        if now - began > REPEAT_SECONDS:
            if len(self._seen) >= KINDS:
                self._seen.clear()
            self._seen[kind] = (now, 1)
            return True
        self._seen[kind] = (began, count + 1)
        return count < BURST


class WithoutTraces(logging.Formatter):
    """Prints an exception's kind and place, never its text or its trace: they may quote a message.

    Of a message of several lines the first is printed. In the others the event loop shows what nobody waited for, error
    and all.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Render one line."""
        first, *others = record.getMessage().splitlines() or [""]
        line = f"{self.formatTime(record)} {record.levelname} {record.name} {first}{' ...' if others else ''}"
        if record.exc_info and record.exc_info[0] is not None:
            trace = record.exc_info[2]
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            place = f" at {trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else ""
            line = f"{line} [{record.exc_info[0].__name__}{place}]"
        return line


def configure(level: str) -> None:
    """Set up the root logger once, at the start of a process. ``level`` is a name of the logging module."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(WithoutTraces(FORMAT))
    handler.addFilter(RateLimit())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, least in CARRIERS.items():
        logging.getLogger(name).setLevel(max(least, root.level))


def quote_no_crash() -> None:
    """Let an error that nothing catches be told in the log: the interpreter's own way prints its text."""

    def crashed(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is SystemExit:  # of a thread: it ends that thread and nothing else
            return
        log.critical("an error that nothing caught", exc_info=(kind, error or kind(), trace))

    sys.excepthook = crashed
    threading.excepthook = lambda told: crashed(told.exc_type, told.exc_value, told.exc_traceback)
    sys.unraisablehook = lambda told: crashed(told.exc_type, told.exc_value, told.exc_traceback)
