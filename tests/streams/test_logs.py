"""The log of a process: few lines, and never a text."""

import asyncio
import gc
import logging
import sys
import threading

import pytest

from streams import logs
from streams.logs import BURST, CARRIERS, KINDS, REPEAT_SECONDS, RateLimit, WithoutTraces, configure, quote_no_crash


def record(message: str, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("aiokafka.client", logging.ERROR, __file__, 1, message, (), info)


def test_an_exception_is_named_by_kind_and_place_and_never_quoted() -> None:
    try:
        int("4111 1111 1111 1111")
    except ValueError as error:
        line = WithoutTraces().format(record("it failed", error))

    assert "[ValueError at test_logs.py:" in line
    assert "4111" not in line


async def test_the_event_loop_quotes_no_error_that_nobody_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    async def failing() -> None:
        "4111 1111 1111 1111 \ud800".encode()

    task = asyncio.create_task(failing())
    await asyncio.wait([task])
    del task
    gc.collect()
    (told,) = [one for one in caplog.records if one.name == "asyncio"]
    assert "4111" in told.getMessage()  # as the standard library words it

    line = WithoutTraces().format(told)
    assert "Task exception was never retrieved" in line
    assert "UnicodeEncodeError" in line
    assert "4111" not in line
    assert "\n" not in line


def test_kinds_of_lines_are_remembered_up_to_a_number() -> None:
    rate = RateLimit()
    for number in range(3 * KINDS):
        assert rate.filter(record(f"made before it came here: {number}"))
    assert len(rate._seen) <= KINDS


def test_an_outage_does_not_flood_the_log() -> None:
    rate = RateLimit()

    assert sum(rate.filter(record("no leader")) for _ in range(5_000)) == BURST
    assert rate.filter(record("something else"))


def test_what_was_said_often_is_said_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr(logs.time, "monotonic", lambda: now)
    rate = RateLimit()
    assert sum(rate.filter(record("no leader")) for _ in range(BURST + 5)) == BURST

    now += REPEAT_SECONDS + 1
    assert sum(rate.filter(record("no leader")) for _ in range(BURST + 5)) == BURST


def test_libraries_that_print_what_they_carry_are_quiet_whatever_the_level(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", list(root.handlers))
    levels = {name: logging.getLogger(name).level for name in ("", *CARRIERS)}
    try:
        configure("debug")

        (handler,) = root.handlers
        assert isinstance(handler.formatter, WithoutTraces)
        assert any(isinstance(one, RateLimit) for one in handler.filters)
        assert root.level == logging.DEBUG
        assert {name: logging.getLogger(name).level for name in CARRIERS} == CARRIERS

        configure("error")
        assert all(logging.getLogger(name).level == logging.ERROR for name in CARRIERS)
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def test_a_crash_is_told_by_kind_and_place(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    for holder in (sys, threading):
        monkeypatch.setattr(holder, "excepthook", holder.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    quote_no_crash()
    try:
        int("4111 1111 1111 1111")
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
        thread = threading.ExceptHookArgs((type(error), error, error.__traceback__, None))
        threading.excepthook(thread)
        threading.excepthook(threading.ExceptHookArgs((SystemExit, SystemExit(0), None, None)))  # an end, no crash
    lines = [WithoutTraces().format(one) for one in caplog.records]
    assert [line.count("[ValueError at test_logs.py:") for line in lines] == [1, 1]
    assert not any("4111" in line for line in lines)
