import logging

from streams.logs import BURST, RateLimit, WithoutTraces


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
