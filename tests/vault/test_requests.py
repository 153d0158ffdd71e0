"""How much of a value is shown."""

import pytest

from vault.requests import last_four, masked


@pytest.mark.parametrize(
    ("value", "shown", "four"),
    [
        ("4539148803436467", "************6467", "6467"),
        ("4539 1488 0343 6467", "**** **** **** 6467", "6467"),
        ("4539-1488-0343-6467", "****-****-****-6467", "6467"),
        ("453914880", "*****4880", "4880"),
    ],
)
def test_of_a_card_the_last_four_are_shown_in_its_layout(value: str, shown: str, four: str) -> None:
    assert masked("payment_card", value) == shown
    assert last_four("payment_card", value) == four


@pytest.mark.parametrize(
    ("entity", "value"),
    [
        ("us_ssn", "536-22-8714"),
        ("iban", "DE89370400440532013000"),
        ("payment_card", "6467"),
        ("payment_card", "12345678"),
        ("payment_card", "my card"),
        ("payment_card", ""),
    ],
    ids=["another value", "a longer one", "four digits", "half a card", "no digits", "nothing"],
)
def test_of_anything_else_nothing(entity: str, value: str) -> None:
    assert masked(entity, value) == "*" * len(value)
    assert last_four(entity, value) is None
