"""Taking values out: what policy wants in their place, and everything around them as it was."""

import unicodedata
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detection import Engine, load_policy
from detection.redaction import MAX_BYTES
from schemas import Action

CARD = "4539 1488 0343 6467"


@cache
def engine() -> Engine:
    return Engine(load_policy())


def by_policy(folder: Path, action: Action) -> Engine:
    policy = folder / "policy.yaml"
    policy.write_text(f"overrides:\n  - set: {{action: {action}}}\n")
    return Engine(load_policy(policy))


@pytest.mark.parametrize(
    ("action", "redacted"),
    [
        (Action.REDACT, "my card is [CREDIT CARD REDACTED], ok?"),
        (Action.MASK, "my card is ************6467, ok?"),
        (Action.TOKENIZE, "my card is [CREDIT CARD REDACTED], ok?"),  # without a vault
        (Action.ALERT, f"my card is {CARD}, ok?"),
        (Action.ALLOW, f"my card is {CARD}, ok?"),
    ],
)
def test_what_policy_wants_stands_in_the_values_place(tmp_path: Path, action: Action, redacted: str) -> None:
    verdict = by_policy(tmp_path, action).scan(f"my card is {CARD}, ok?")
    assert verdict.redacted_text == redacted
    assert [finding.action for finding in verdict.findings] == [action]


def test_a_blocked_message_says_so(tmp_path: Path) -> None:
    assert by_policy(tmp_path, Action.BLOCK).scan(f"my card is {CARD}").is_blocked


def test_a_mask_shows_the_last_four_of_a_card_and_nothing_of_anything_else(tmp_path: Path) -> None:
    verdict = by_policy(tmp_path, Action.MASK).scan(f"card {CARD}, ssn 536-22-8714, cvv 123")
    assert verdict.redacted_text == "card ************6467, ssn *********, cvv ***"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("<b>4539</b> <b>1488</b> <b>0343</b> <b>6467</b>", "<b>[CREDIT CARD REDACTED]</b>"),
        ("<p>card <b>4539 1488</b> 0343 6467</p>", "<p>card <b></b>[CREDIT CARD REDACTED]</p>"),
        ("card 4539 1488 <i>0343 6467</i> ok", "card [CREDIT CARD REDACTED]<i></i> ok"),
        ("card 4539<br>1488<br>0343<br>6467", "card [CREDIT CARD REDACTED]"),
        ("**4539** **1488** **0343** **6467**", "**[CREDIT CARD REDACTED]**"),
        ("card **4539 1488** 0343 6467", "card **[CREDIT CARD REDACTED]**"),
        ("`4539148803436467`", "`[CREDIT CARD REDACTED]`"),
        (
            "https://shop.example.com/pay?card=4539-1488-0343-6467&x=1",
            "https://shop.example.com/pay?card=CREDIT-CARD-REDACTED&x=1",
        ),
        ('<a href="mailto:jane@example.com">me</a>', '<a href="mailto:EMAIL-REDACTED">me</a>'),
        ("Dear {{1}}, card {{2}}: 4539148803436467 {{3}}", "Dear {{1}}, card {{2}}: [CREDIT CARD REDACTED] {{3}}"),
        ("hi {{4539148803436467}}", "hi {{[CREDIT CARD REDACTED]}}"),
    ],
)  # fmt: skip
def test_markup_links_and_templates_stay_well_formed(text: str, redacted: str) -> None:
    assert engine().scan(text).redacted_text == redacted
    assert engine().scan(redacted).is_clean


def test_a_text_that_kept_to_the_channels_limit_keeps_to_it_without_its_values() -> None:
    text = ("cvv 123, " * 500)[:MAX_BYTES]
    redacted = engine().scan(text).redacted_text
    assert len(redacted.encode()) <= MAX_BYTES
    assert not any(c.isdigit() for c in redacted)
    assert engine().scan(redacted).is_clean


def test_a_longer_text_keeps_its_full_replacements() -> None:
    text = "hello there " * 400 + f"my card is {CARD}"
    assert engine().scan(text).redacted_text.endswith("my card is [CREDIT CARD REDACTED]")


GLUE = st.sampled_from(
    ["", " ", "\u0301", "\ufe0f", "\u20e3", "\u200d", "🙂", "👍🏽", "é", "e\u0301", "क्षि", "\u202e", ","]
)


@given(GLUE, GLUE, GLUE)
@settings(deadline=None, max_examples=80)
def test_no_cut_goes_through_what_a_reader_sees_as_one_character(before: str, within: str, after: str) -> None:
    text = f"my card {before} {CARD.replace(' ', within or ' ')}{after} ok"
    for finding in engine().scan(text).findings:
        following = text[finding.end : finding.end + 1]
        assert not following or unicodedata.category(following) not in {"Mn", "Me", "Cf"}
