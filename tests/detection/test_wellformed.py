"""A replacement as it has to be written at its place: links stay links, and every mark keeps its partner."""

import pytest

from detection.wellformed import fitted

REPLACEMENT = "[CREDIT CARD REDACTED]"
IN_A_LINK = "CREDIT-CARD-REDACTED"


def written(text: str, value: str) -> str:
    """The replacement for the value, which stands in the text once."""
    start = text.index(value)
    return fitted(text, start, start + len(value), REPLACEMENT)


@pytest.mark.parametrize(
    ("text", "replacement"),
    [
        ("https://example.com/?card=4539", IN_A_LINK),
        ("see whatsapp://send?text=4539&x", IN_A_LINK),
        ('<a href="https://example.com/4539">', IN_A_LINK),
        ("mailto:4539", IN_A_LINK),
        ("TEL:4539", IN_A_LINK),
        ("https://example.com/ 4539", REPLACEMENT),
        ('<a href="https://example.com/">4539', REPLACEMENT),
        ("note: 4539", REPLACEMENT),
        ("hotel:4539 ok", REPLACEMENT),
        ("https://example.com/" + "a" * 600 + "?4539", REPLACEMENT),  # further than is looked
    ],
)
def test_in_a_link_it_has_no_brackets_and_no_spaces(text: str, replacement: str) -> None:
    assert written(text, "4539") == replacement


@pytest.mark.parametrize(
    ("value", "replacement"),
    [
        ("4539 <b>1488", f"{REPLACEMENT}<b>"),
        ("4539</b> 1488", f"</b>{REPLACEMENT}"),
        ("4539</b> <i>1488", f"</b>{REPLACEMENT}<i>"),
        ("4539</b> <b>1488", REPLACEMENT),
        ("4539 <b>14</b>88", REPLACEMENT),
        ("4539<br>1488", REPLACEMENT),
        ("4539<br/>1488", REPLACEMENT),
        ('4539 <span class="x">1488', f"{REPLACEMENT}<span>"),
        ('4539 <b title="0343 64">67', f"{REPLACEMENT}<b>"),
        ("4539<Yb6@Hn.cJ0>1488", REPLACEMENT),
        ("4539<B>1488", f"{REPLACEMENT}<b>"),
        ("4539 <b><i>14</i>88", f"{REPLACEMENT}<b>"),
        ("4539</i></b> <b><i>1488", REPLACEMENT),
        ("4539 < 1488", REPLACEMENT),
    ],
)
def test_tags_whose_partner_stands_outside_stay(value: str, replacement: str) -> None:
    assert written(f"card {value} ok", value) == replacement


@pytest.mark.parametrize("mark", ["```", "**", "~~", "__", "`"])
def test_a_mark_whose_partner_stands_outside_stays(mark: str) -> None:
    assert written(f"card {mark}45 39{mark}", f"45 39{mark}") == REPLACEMENT + mark
    assert written(f"card {mark}45{mark} {mark}39{mark}", f"45{mark} {mark}39") == REPLACEMENT
