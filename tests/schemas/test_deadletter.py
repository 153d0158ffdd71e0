"""The headers of a dead letter: they name its origin, and whatever else stands on the topic is none."""

import pytest

from schemas import DeadLetterHeaders, DeadLetterReason, Stage
from schemas.deadletter import Resolution, ResolutionHeaders

HEADERS = DeadLetterHeaders(
    topic="messages.inbound", partition=3, offset=42, stage=Stage.CRITICAL, reason=DeadLetterReason.TOO_LARGE
)


def test_headers_name_the_origin_and_the_reason() -> None:
    assert dict(HEADERS.encode()) == {
        "cordon.topic": b"messages.inbound",
        "cordon.partition": b"3",
        "cordon.offset": b"42",
        "cordon.stage": b"critical",
        "cordon.reason": b"too_large",
    }


def test_they_are_read_as_they_were_written_whatever_stands_beside_them() -> None:
    whole = DeadLetterHeaders("t", 0, 1, Stage.SIEM, DeadLetterReason.REFUSED, "event", "HTTP 400")

    assert DeadLetterHeaders.decode(HEADERS.encode()) == HEADERS
    assert DeadLetterHeaders.decode([("cordon.sealed", b"k1"), *whole.encode(), ("trace", b"\xff")]) == whole


def without(name: str) -> list[tuple[str, bytes]]:
    return [pair for pair in HEADERS.encode() if pair[0] != f"cordon.{name}"]


@pytest.mark.parametrize("name", ["topic", "partition", "offset", "stage", "reason"])
def test_headers_that_lack_one_are_those_of_no_dead_letter(name: str) -> None:
    assert DeadLetterHeaders.decode(without(name)) is None


@pytest.mark.parametrize("name", ["partition", "offset", "stage", "reason"])
@pytest.mark.parametrize("garbage", [b"\xff", b"", b"x", None])
def test_neither_are_those_that_hold_garbage(name: str, garbage: bytes) -> None:
    assert DeadLetterHeaders.decode([*without(name), (f"cordon.{name}", garbage)]) is None


@pytest.mark.parametrize("resolution", Resolution)
def test_a_resolution_names_the_dead_letter_that_it_resolves(resolution: Resolution) -> None:
    headers = ResolutionHeaders(17, resolution)

    assert ResolutionHeaders.decode(headers.encode()) == headers


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("cordon.resolves", b"17")],
        [("cordon.resolves", b"x"), ("cordon.resolution", b"dropped")],
        [("cordon.resolves", None), ("cordon.resolution", b"dropped")],
        [("cordon.resolves", b"17"), ("cordon.resolution", b"\xff")],
        [("cordon.resolves", b"17"), ("cordon.resolution", None)],
    ],
)
def test_anything_else_is_no_resolution(headers: list[tuple[str, bytes]]) -> None:
    assert ResolutionHeaders.decode(headers) is None
