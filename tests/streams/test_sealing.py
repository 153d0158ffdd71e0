"""Sealed values open as values of the topic they were sealed for, and of no other."""

from pathlib import Path

import pytest

from streams.sealing import SEALED, SealingCodec, Unsealable, is_sealed
from vault.envelope import Sealer
from vault.keyring import Keyring

CARD = b"4539 1488 0343 6467"


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring.create(tmp_path / "keyring.json")


def test_a_sealed_value_shows_nothing_and_opens_again(keyring: Keyring) -> None:
    codec = SealingCodec(Sealer(keyring))

    value, headers = codec.seal("messages.inbound", CARD)

    assert CARD not in value
    assert is_sealed(headers)
    assert codec.open("messages.inbound", value, [("trace", b"1"), *headers]) == CARD


def test_the_header_names_the_key(keyring: Keyring) -> None:
    sealer = Sealer(keyring)

    assert SealingCodec(sealer).seal("messages.inbound", CARD)[1] == [(SEALED, sealer.key_id.encode())]


def test_it_opens_for_no_other_topic(keyring: Keyring) -> None:
    codec = SealingCodec(Sealer(keyring))
    value, headers = codec.seal("messages.inbound", CARD)

    with pytest.raises(Unsealable):
        codec.open("messages.outbound", value, headers)


@pytest.mark.parametrize("value", [b"", b"x", b"not sealed at all, though the header says so"])
def test_what_is_only_marked_as_sealed_does_not_open(keyring: Keyring, value: bytes) -> None:
    with pytest.raises(Unsealable):
        SealingCodec(Sealer(keyring)).open("messages.inbound", value, [(SEALED, b"k")])


def test_it_opens_by_no_other_keyring(keyring: Keyring, tmp_path: Path) -> None:
    value, headers = SealingCodec(Sealer(keyring)).seal("messages.inbound", CARD)
    other = Keyring.create(tmp_path / "other.json")

    with pytest.raises(Unsealable):
        SealingCodec(Sealer(other)).open("messages.inbound", value, headers)


@pytest.mark.parametrize("headers", [(), (("trace", b"1"),)])
def test_other_producers_values_pass_as_they_are(keyring: Keyring, headers: tuple[tuple[str, bytes], ...]) -> None:
    assert not is_sealed(headers)
    assert SealingCodec(Sealer(keyring)).open("messages.inbound", CARD, headers) == CARD
