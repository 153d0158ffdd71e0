"""A user and a password in Base64 pass; other texts, pairs of placeholders and names alone do not."""

import base64

import pytest

from detection.checksums import basic_credentials


@pytest.mark.parametrize("pair", ["jdoe:Blue75Sky", "svc-1:a:b:c:d", ":only-a-password"])
def test_a_pair_passes(pair: str) -> None:
    assert basic_credentials.is_valid(base64.b64encode(pair.encode()).decode())


@pytest.mark.parametrize("text", ["user:password", "admin:admin", "no colon here", "jdoe:"])
def test_other_texts_in_the_same_form_do_not(text: str) -> None:
    assert not basic_credentials.is_valid(base64.b64encode(text.encode()).decode())


@pytest.mark.parametrize("value", ["understanding", "abc", "/////////////w==", ""])
def test_what_is_no_base64_of_text_does_not(value: str) -> None:
    assert not basic_credentials.is_valid(value)
