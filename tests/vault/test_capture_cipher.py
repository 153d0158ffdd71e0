"""A form that only this capture opens: what is broken, forged or no form is refused, and never quoted."""

import base64
from dataclasses import replace
from typing import Any

import pytest

from vault import capture_cipher
from vault.capture_cipher import (
    MAX_FORM_BYTES,
    BrokenForm,
    SealedForm,
    new_private_key,
    open_form,
    public_key_of,
    seal_form,
)

FIELDS = {"payment_card": "4539 1488 0343 6467"}
PRIVATE = new_private_key()
PLACE: dict[str, Any] = {"capture_id": "c1", "secret_hash": b"s" * 32}


def sealed(fields: dict[str, str] = FIELDS, **place: Any) -> SealedForm:
    return seal_form(public_key_of(PRIVATE), fields, **{**PLACE, **place})


def refused(form: SealedForm) -> str:
    with pytest.raises(BrokenForm) as caught:
        open_form(PRIVATE, form, **PLACE)
    assert "4539" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("fields", [FIELDS, {}, {"iban": "", "name": "Zoë 🙂"}])
def test_a_form_opens_as_it_was_sealed(fields: dict[str, str]) -> None:
    assert open_form(PRIVATE, sealed(fields), **PLACE) == fields


def test_it_shows_nothing_and_never_the_same_twice() -> None:
    one, other = sealed(), sealed()

    assert b"4539" not in base64.b64decode(one.ciphertext)
    assert len({one.ciphertext, other.ciphertext}) == len({one.public_key, other.public_key}) == 2


@pytest.mark.parametrize("place", [{"capture_id": "c2"}, {"secret_hash": b"t" * 32}], ids=["capture", "secret"])
def test_it_opens_for_no_other_capture_and_without_the_links_secret_not_at_all(place: dict[str, Any]) -> None:
    assert refused(sealed(**place)) == "does not open"


def test_it_opens_by_no_other_key() -> None:
    assert refused(seal_form(public_key_of(new_private_key()), FIELDS, **PLACE)) == "does not open"


@pytest.mark.parametrize("part", ["public_key", "nonce", "ciphertext"])
@pytest.mark.parametrize("content", ["", "%%%", "AAAA", base64.b64encode(bytes(65)).decode()])
def test_what_is_forged_does_not_open(part: str, content: str) -> None:
    assert refused(replace(sealed(), **{part: content})) == "does not open"


def test_one_that_is_too_large_is_not_looked_at() -> None:
    assert refused(replace(sealed(), ciphertext="A" * (MAX_FORM_BYTES + 1))) == "too large"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("4539", "not a form"),
        ('["4539"]', "not a form"),
        ('{"payment_card": 4539}', "not a form"),
        ('{"payment_card": ["4539"]}', "not a form"),
        ('{"payment_card": "4539"', "does not open"),
        ("[" * 9_000, "does not open"),
    ],
)
def test_what_opens_and_is_no_form_is_refused(content: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(capture_cipher.json, "dumps", lambda _: content)
        form = sealed()

    assert refused(form) == reason
