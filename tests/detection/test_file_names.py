"""Names of files: what a camera or a program calls a file is no value, a value in a file's stead is one."""

import pytest

from detection import Engine, load_policy

ENGINE = Engine(load_policy(None))


@pytest.mark.parametrize(
    "text", ["4539148803436467.pdf", "here is 4539148803436467.jpg", "card-4539148803436467.pdf", "536-22-8726.txt"]
)
def test_a_value_that_names_a_file_is_found(text: str) -> None:
    redacted = ENGINE.scan(text).redacted_text

    assert "REDACTED]." in redacted
    assert not any(character.isdigit() for character in redacted)


@pytest.mark.parametrize(
    "text", ["IMG_4539148803436467.jpg", "WA0001-4539148803436467.mp4", "export4539148803436467.csv"]
)
def test_a_name_that_a_program_gave_is_left(text: str) -> None:
    assert ENGINE.scan(text).is_clean
