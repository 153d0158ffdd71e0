"""What may be a password by itself."""

import pytest

from detection.finders import password_text


@pytest.mark.parametrize(
    "value",
    [
        "forgotten",
        "[PASSWORD]",
        "********",
        "<your-password>",
        "os.environ['PW']",
        "$2b$12$abc",
        "xxxxxxxxxxxx",
        "newPassword",
        "SECRET-REDACTED",
        "$1,250.00",
        "100%",
        "passwords",
    ],
)
def test_words_placeholders_expressions_and_hashes_are_refused(value: str) -> None:
    assert password_text.is_refused(value)
    assert not password_text.is_valuelike(value)
    assert not password_text.looks_random(value)


@pytest.mark.parametrize("value", ["hunter2", "Tr0ub4dor&3", "qT7vLm20ZxKe", "correct-horse!"])
def test_texts_with_digits_or_signs_may_be_one(value: str) -> None:
    assert password_text.is_valuelike(value)
    assert password_text.looks_random(value)


@pytest.mark.parametrize("value", ["kitten", "100", "10:30", "utf-8", "ann@acme.io"])
def test_plain_words_numbers_terms_and_addresses_do_not_look_random(value: str) -> None:
    assert not password_text.looks_random(value)


@pytest.mark.parametrize(
    ("written", "value"),
    [("hunter2.", "hunter2"), ("hunter2),", "hunter2"), ("(a)b(c)", "(a)b(c)"), ('k1tten"', "k1tten")],
)
def test_marks_of_the_sentence_are_no_part_of_it(written: str, value: str) -> None:
    assert password_text.stripped(written) == value
