"""Pieces of values that may be cut over several messages: of a message that is digits, and of its rims."""

import pytest

from detection.pieces import MAX_LENGTH, MAX_LETTERS, REMOVED, begun_digits, is_crossed, leading, trailing, whole


def digits(text: str) -> tuple[str | None, str | None, str | None]:
    """Those of the whole message, of its beginning and of its end."""
    whole_one, first, last = whole(text), leading(text), trailing(text)
    return (
        None if whole_one is None else whole_one.digits,
        None if first is None else first.digits,
        None if last is None else last.digits,
    )


@pytest.mark.parametrize(
    ("text", "of_all", "of_the_beginning", "of_the_end"),
    [
        ("4539 1488", "45391488", "45391488", "45391488"),
        ("4539", "4539", "4539", "4539"),
        ("4539-1488.", "45391488", "45391488", "45391488"),
        ("ok 4539 then 1488", "45391488", "4539", "1488"),
        ("0343 6467, exp 12/29", "03436467", "03436467", None),
        ("and my card is 4539 1488", "45391488", "45391488", "45391488"),
        ("4539 is the first part, please go on", "4539", "4539", None),
        ("hello", None, None, None),
        ("", None, None, None),
    ],
)
def test_a_message_has_digits_as_a_whole_and_at_its_rims(
    text: str, of_all: str | None, of_the_beginning: str | None, of_the_end: str | None
) -> None:
    assert digits(text) == (of_all, of_the_beginning, of_the_end)


@pytest.mark.parametrize(("text", "value"), [("first 4 digits 4539", "4539"), ("the last 4 numbers: 6467", "6467")])
def test_how_many_digits_follow_is_none_of_them(text: str, value: str) -> None:
    assert digits(text) == (value, value, value)


@pytest.mark.parametrize(
    "text", ["1st part: 4539", "2nd 4539", "3rd bit - 4539", "part 2: 4539", "2/4 4539", "2a parte: 4539"]
)
def test_which_piece_it_is_is_none_of_them(text: str) -> None:
    piece = whole(text)

    assert piece is not None
    assert piece.digits == "4539"


@pytest.mark.parametrize(
    "text", ["at 19:30", "by 9h45", "from 12/25 to 1/25", "that is £38.12", "38,12 pounds", "9/4/2024"]
)
def test_hours_days_and_prices_are_no_pieces(text: str) -> None:
    assert digits(text)[0] is None
    assert digits(text)[2] is None
    assert (begun_digits(text), is_crossed(text)) == (0, True)


def test_a_code_at_the_beginning_is_no_piece() -> None:
    assert leading("TR8237 leaves at noon") is None
    assert leading("Promo code SAVE24 ends soon") is None
    assert leading("it is 8237 then") is not None


@pytest.mark.parametrize("text", ["yes please, 3 seats", "TR8237 it is", "a table for 4, please"])
def test_counts_and_codes_amid_words_are_no_pieces(text: str) -> None:
    assert whole(text) is None


def test_prose_that_mentions_a_number_is_no_piece_but_for_its_rims() -> None:
    prose = "4539 " + "a" * (MAX_LETTERS + 1) + " 1488"

    assert digits(prose) == (None, "4539", "1488")
    assert digits("4539 " + "a" * (MAX_LETTERS - 2) + " 1488") == (None, "4539", "1488")
    assert digits("a" * MAX_LETTERS + " 1488")[0] == "1488"


def test_letters_of_every_script_make_prose() -> None:
    assert whole("4539 " + "д" * (MAX_LETTERS + 1)) is None


def test_a_long_message_is_no_piece() -> None:
    assert whole("4" * MAX_LENGTH) is not None
    assert whole("4" * (MAX_LENGTH + 1)) is None


def test_nothing_is_joined_across_what_was_taken_out() -> None:
    text = f"45 {REMOVED} 39"

    assert digits(text) == (None, "45", "39")
    assert leading(f"{REMOVED} 39") is None
    assert trailing(f"45 {REMOVED}") is None


@pytest.mark.parametrize("text", ["id 3f9a41c7", "9a4"])
def test_digits_in_an_id_are_no_piece(text: str) -> None:
    assert whole(text) is None
    assert leading(text) is None


def test_a_piece_knows_its_place_with_all_that_stands_in_it() -> None:
    text = "ok: 4539 - 1488!"
    piece = whole(text)

    assert piece is not None
    assert text[piece.start : piece.end] == "4539 - 1488"


def test_a_piece_shows_no_digit_in_a_trace() -> None:
    assert "4539" not in repr(whole("4539"))


@pytest.mark.parametrize(
    ("text", "count", "crossed"),
    [
        ("4539 1488", 8, True),
        ("hello there", 0, True),
        ("a" * (MAX_LETTERS + 1) + " 1488", 4, False),
        ("1488 " + "a" * (MAX_LETTERS + 1), 0, False),
    ],
    ids=["a piece", "no digits", "prose that ends in some", "prose that does not"],
)
def test_a_message_says_what_it_may_begin_and_whether_a_value_goes_on_across_it(
    text: str, count: int, *, crossed: bool
) -> None:
    assert (begun_digits(text), is_crossed(text)) == (count, crossed)


@pytest.mark.parametrize(
    "text", ["upgraded 83, hello there", "broker number 22 hello there", "the 123th", "it is Tr0ub4dor"]
)
def test_few_digits_amid_words_and_those_of_a_word_are_no_piece(text: str) -> None:
    assert whole(text) is None


@pytest.mark.parametrize(("text", "digits"), [("and 22", "22"), ("then the last: 8817", "8817"), ("4", "4")])
def test_digits_with_a_word_or_two_are_one(text: str, digits: str) -> None:
    piece = whole(text)
    assert piece is not None
    assert piece.digits == digits
