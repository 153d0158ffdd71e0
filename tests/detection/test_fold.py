# ruff: noqa: RUF001  (disguises are the subject)
"""Folding and further readings: one plain spelling, and never an offset lost on the way back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detection.bidi import reversed_writing
from detection.fold import Folded, fold, fold_literals, fold_reordered
from detection.readings import READERS

SIGNS = st.sampled_from(
    [
        *(
            "4",
            "1111 ",
            "four ",
            "double five ",
            "won for ",
            "six thousand two hundred ",
            "O0l1 ",
            "c v v 1 2 3 ",
            "p4ssw0rd: ",
            "NTU1NTU1NTU1NTU1NDQ0NA== ",
        ),
        *(
            "&#52;",
            "%34",
            "\\u0034",
            "\\x34",
            "&nbsp;",
            "<b>",
            "</b>",
            "**",
            "[.]",
            " (at) ",
            "12x3456x7890 ",
            "backwards ",
        ),
        *("\u200b", "\u202e", "\u20e3", "\ufe0f", "é", "e\u0301", "ﬁ", "½", "٤", "𝟒", "④", "\ud800", "\x00", "🙂", "О"),
    ]
)
texts = st.lists(st.one_of(SIGNS, st.text(max_size=8)), max_size=14).map("".join)


def is_sound(folded: Folded, text: str) -> bool:
    """Every folded character has its place in the original, and so has every span."""
    places = range(len(folded.text))
    return all(0 <= start < end <= len(text) for start, end in (folded.original_span(i, i + 1) for i in places))


@given(texts)
@settings(deadline=None, max_examples=80)
def test_every_folded_character_has_its_place_in_the_original(text: str) -> None:
    folded = fold(text)
    assert is_sound(folded, text)
    if folded.positions is not None:
        assert list(folded.positions) == sorted(folded.positions)


@given(texts)
@settings(deadline=None, max_examples=80)
def test_every_reading_keeps_every_place(text: str) -> None:
    folded = fold(text)
    for reader in READERS:
        reading = reader.read(folded)
        if reading is not None:
            folded = reading.view
            assert is_sound(folded, text)
            assert len(folded.positions or ()) == len(folded.text) == len(folded.ends or ())
            assert all(0 <= start <= end <= len(folded.text) for start, end in reading.changed or ())


@given(texts)
@settings(deadline=None, max_examples=80)
def test_reversed_writing_keeps_every_place(text: str) -> None:
    written, order = reversed_writing(text)
    assert sorted(order) == list(range(len(text)))
    assert is_sound(fold_reordered(written, order), text)


@given(
    st.text(
        alphabet=st.characters(codec="ascii", categories=["L", "N", "P", "Zs"], exclude_characters="%&\\"), max_size=80
    )
)
def test_plain_ascii_is_its_own_folding(text: str) -> None:
    assert fold(text) == Folded(text, None, len(text))


@given(texts)
@settings(deadline=None, max_examples=80)
def test_folding_twice_changes_nothing_that_is_no_escape(text: str) -> None:
    once = fold(text).text
    if not set("%&\\") & set(once):
        assert fold(once).text == once


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("４１１１", "4111"),
        ("٤١١١", "4111"),
        ("4\ufe0f\u20e31\ufe0f\u20e3", "41"),
        ("4–1—1−1", "4-1-1-1"),
        ("cartão é", "cartao e"),
        ("ﬁn ½", "fin 1/2"),
        ("㌖", "キロメ-トル"),
        ("gmаil", "gmail"),
        ("ϲvv", "cvv"),  # the Greek lunate sigma
        ("мой", "мои"),
        ("&#52;%35\\u0036\\x37&commat;", "4567@"),
        ("%D9%A4", "4"),
        ("100% sure & 5 &amp; \\o/", "100% sure & 5 &amp; \\o/"),
        ("a\x00b\x1bc", "abc"),
        ("\ud800", "\ufffd"),
    ],
)
def test_many_ways_to_write_become_one(text: str, folded: str) -> None:
    assert fold(text).text == folded


def test_what_clings_to_a_value_is_cut_with_it() -> None:
    text = "x 4\ufe0f\u20e3\u200b y"
    assert text[slice(*fold(text).original_span(2, 3))] == "4\ufe0f\u20e3\u200b"


@pytest.mark.parametrize("word", ["비밀번호", "パスワード", "contraseña", "пароль", "密码", "geheim"])
def test_the_letters_of_an_expression_are_folded_as_a_text_is(word: str) -> None:
    assert fold_literals(rf"\b(?:{word})\s") == rf"\b(?:{fold(word).text})\s"


def test_the_signs_of_an_expression_stay() -> None:
    assert fold_literals(r"[•→]\w{2,3}") == r"[•→]\w{2,3}"
