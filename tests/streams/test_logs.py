"""The log of a process: few lines, and never a text."""

import logging

import pytest

from streams import logs
from streams.logs import BURST, CARRIERS, REPEAT_SECONDS, RateLimit, WithoutTraces, configure


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
