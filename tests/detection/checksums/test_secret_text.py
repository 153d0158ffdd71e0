"""Random texts pass; names, paths, dates, hashes and texts in cipher do not."""

from random import Random
from string import ascii_letters, digits

import pytest

from detection.checksums import secret_text


@pytest.mark.parametrize(
    "value",
    [
        "Kf83hsQ0sLw91nVb",
        "4f7a9c1e2b8d6035aabbccddeeff0011",
        "LIQRdllyErdTJmBJhIfYGAlO",
        "sdk-4f7a9c1e-2b8d6035aabbccdd",
    ],
)
def test_random_texts_pass(value: str) -> None:
    assert secret_text.is_valid(value)


def test_a_long_text_need_not_have_more_kinds_of_characters_than_there_are() -> None:
    value = "".join(Random(7).choices(ascii_letters + digits, k=2_000))
    assert secret_text.is_valid(value)


@pytest.mark.parametrize(
    "value",
    [
        "my-service-account",
        "oauth2-client-flow",
        "session_timeout_30m",
        "getUserAccessTokenForProvider",
        "dev-39ns56cb.eu.auth0.com",
        "prod-db-token-2024",
        "uploads/2024/report",
        "2024-03-11T10:00:00Z",
        "$2b$12$38u4ZaBnrQHOhogbJK9KbKvG0fR4hpwlUB4f",
        "AgBy3i4OJSWK" + "Kf83hsQ0sLw91nVb" * 8,
        "2624d6e2-509a-4af0-a930-80cad9a111a7",
        "your-Kf83hsQ0sLw91nVb",
    ],
)
def test_other_texts_do_not(value: str) -> None:
    assert not secret_text.is_valid(value)
