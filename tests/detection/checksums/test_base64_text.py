"""What a manifest holds in Base64 is text that somebody wrote, or longer than any word."""

import base64

import pytest

from detection.checksums import base64_text


@pytest.mark.parametrize("written", ["hunter2:kites", "admin:password\n", "{'a': 1}"])
def test_text_in_base64_is_taken(written: str) -> None:
    assert base64_text.is_valid(base64.b64encode(written.encode()).decode())


def test_long_bytes_are_taken() -> None:
    assert base64_text.is_valid(base64.b64encode(bytes(range(200, 240))).decode())


@pytest.mark.parametrize("word", ["production", "kubernetes", "MySecretManagerKey", "dashboardkey", "aHVudGVyMjp", ""])
def test_a_word_and_what_is_cut_off_are_none(word: str) -> None:
    assert not base64_text.is_valid(word)
