"""A value shown without showing it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detection.finding import Finding
from detection.preview import KEPT, bare, masked
from schemas import Action, Severity

CARD = "4539148803436467"


def finding(entity: str = "payment_card", *, end: int = 0, event_ids: tuple[str, ...] = ()) -> Finding:
    return Finding("Rule", entity, Severity.HIGH, Action.MASK, 0, end, 0.9, "[X]", (), event_ids)


@pytest.mark.parametrize("text", ["4539 1488 0343 6467", "4539-1488-0343-6467", "４５３９ 1488\u200b0343•6467", CARD])  # noqa: RUF001  (a disguise)
def test_a_value_has_one_spelling_however_it_is_written(text: str) -> None:
    assert bare(finding(end=len(text)), text) == CARD


def test_only_the_value_is_taken_from_a_text() -> None:
    assert bare(finding(end=4), "4539 1488") == "4539"


def test_of_a_card_number_the_last_four_are_shown() -> None:
    assert masked(finding(), CARD) == "************6467"


@pytest.mark.parametrize(
    ("found", "value"),
    [
        (finding("us_ssn"), "536228714"),
        (finding("secret"), CARD),
        (finding(), "4539148"),
        (finding(event_ids=("earlier",)), "03436467"),
        (finding(), "4539O48803436467"),
    ],
    ids=["another value", "digits of another value", "too few digits", "a part of it", "letters among them"],
)
def test_of_anything_else_nothing_is_shown(found: Finding, value: str) -> None:
    assert masked(found, value) == "*" * len(value)


@given(st.sampled_from(["payment_card", "us_ssn", "password"]), st.text(max_size=30))
@settings(deadline=None)
def test_never_more_than_the_last_four_digits_are_shown(entity: str, value: str) -> None:
    preview = masked(finding(entity), value)

    assert len(preview) >= 1
    assert len(preview.lstrip("*")) <= KEPT
