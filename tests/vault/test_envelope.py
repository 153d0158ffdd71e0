import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault import envelope
from vault.envelope import OVERHEAD, Sealer, Unsealable
from vault.keyring import Keyring

CARD = b'{"text":"my card is 4111 1111 1111 1111"}'


@pytest.fixture
def sealer(tmp_path: Path) -> Sealer:
    return Sealer(Keyring.create(tmp_path / "keyring.json"))


@pytest.fixture(scope="module")
def shared_sealer(tmp_path_factory: pytest.TempPathFactory) -> Sealer:
    return Sealer(Keyring.create(tmp_path_factory.mktemp("keys") / "keyring.json"))


@given(plaintext=st.binary(max_size=9000), context=st.binary(max_size=40))
def test_what_was_sealed_opens_in_its_own_context(shared_sealer: Sealer, plaintext: bytes, context: bytes) -> None:
    assert shared_sealer.open(shared_sealer.seal(plaintext, context=context), context=context) == plaintext


def test_an_envelope_shows_nothing_and_costs_a_fixed_number_of_bytes(sealer: Sealer) -> None:
    sealed = sealer.seal(CARD, context=b"t")

    assert b"4111" not in sealed
    assert len(sealed) == len(CARD) + OVERHEAD
    assert sealed != sealer.seal(CARD, context=b"t")


def test_a_large_text_is_compressed_before_it_is_sealed(sealer: Sealer) -> None:
    plaintext = CARD * 20_000

    sealed = sealer.seal(plaintext, context=b"t")

    assert len(sealed) < len(plaintext) // 20
    assert sealer.open(sealed, context=b"t") == plaintext


@pytest.mark.parametrize("context", [b"", b"messages.outbound", b"messages.inbound\0"])
def test_an_envelope_opens_nowhere_else(sealer: Sealer, context: bytes) -> None:
    sealed = sealer.seal(CARD, context=b"messages.inbound")

    with pytest.raises(Unsealable, match="another place"):
        sealer.open(sealed, context=context)


def test_every_changed_byte_is_noticed(sealer: Sealer) -> None:
    sealed = sealer.seal(CARD, context=b"t")

    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 0x01
        with pytest.raises(Unsealable):
            sealer.open(bytes(changed), context=b"t")


def test_every_truncation_is_noticed(sealer: Sealer) -> None:
    sealed = sealer.seal(CARD, context=b"t")

    for length in range(len(sealed)):
        with pytest.raises(Unsealable):
            sealer.open(sealed[:length], context=b"t")


def test_an_envelope_of_another_deployment_names_the_key_it_lacks(sealer: Sealer, tmp_path: Path) -> None:
    other = Sealer(Keyring.create(tmp_path / "other.json"))

    with pytest.raises(Unsealable, match=other.key_id):
        sealer.open(other.seal(CARD, context=b"t"), context=b"t")


def test_what_was_sealed_before_a_rotation_still_opens(tmp_path: Path) -> None:
    before = Sealer(Keyring.create(tmp_path / "keyring.json")).seal(CARD, context=b"t")

    after = Sealer(Keyring.rotate(tmp_path / "keyring.json"))

    assert after.open(before, context=b"t") == CARD


def test_a_running_reader_opens_what_was_sealed_after_a_rotation(sealer: Sealer, tmp_path: Path) -> None:
    rotated = Sealer(Keyring.rotate(tmp_path / "keyring.json"))

    assert sealer.open(rotated.seal(CARD, context=b"t"), context=b"t") == CARD


def test_a_running_writer_takes_up_a_rotation_with_its_next_data_key(
    sealer: Sealer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sealer.seal(CARD, context=b"t")
    rotated = Keyring.rotate(tmp_path / "keyring.json")
    monkeypatch.setattr(envelope, "DATA_KEY_USES", 1)

    second = sealer.seal(CARD, context=b"t")

    assert sealer.key_id == rotated.active_id
    assert sealer.open(first, context=b"t") == sealer.open(second, context=b"t") == CARD


def test_refusals_quote_nothing(sealer: Sealer) -> None:
    with pytest.raises(Unsealable) as caught:
        sealer.open(CARD * 10, context=b"t")

    assert "4111" not in str(caught.value)
    assert "key_id=" in repr(sealer)


def test_the_log_says_when_a_process_begins_to_seal_under_a_new_key(
    sealer: Sealer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(envelope, "DATA_KEY_USES", 1)
    caplog.set_level(logging.INFO)
    sealer.seal(CARD, context=b"t")
    sealer.seal(CARD, context=b"t")
    assert caplog.messages == []  # a fresh data key alone is no news

    rotated = Keyring.rotate(tmp_path / "keyring.json")
    sealer.seal(CARD, context=b"t")
    sealer.seal(CARD, context=b"t")

    assert caplog.messages == [f"seals under key {rotated.active_id} from now on"]


def test_two_hosts_with_copies_of_the_keyring_read_each_other_through_a_rotation(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.json", tmp_path / "theirs.json"
    Keyring.create(ours)
    theirs.write_bytes(ours.read_bytes())
    theirs.chmod(0o600)
    host = Sealer(Keyring.load(theirs))

    Keyring.add(ours)
    theirs.write_bytes(ours.read_bytes())
    Keyring.activate(ours)

    assert host.open(Sealer(Keyring.load(ours)).seal(CARD, context=b"t"), context=b"t") == CARD


def test_a_host_whose_copy_lacks_the_active_key_cannot(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.json", tmp_path / "theirs.json"
    Keyring.create(ours)
    theirs.write_bytes(ours.read_bytes())
    theirs.chmod(0o600)

    Keyring.rotate(ours)

    with pytest.raises(Unsealable, match="lacks key"):
        Sealer(Keyring.load(theirs)).open(Sealer(Keyring.load(ours)).seal(CARD, context=b"t"), context=b"t")
