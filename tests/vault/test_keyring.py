import errno
import json
import os
import stat
from pathlib import Path

import pytest

from vault.keyring import Keyring, WrongKeyring


def test_a_new_keyring_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    Keyring.create(tmp_path / "keyring.json")

    assert stat.S_IMODE((tmp_path / "keyring.json").stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["keyring.json"]


def test_create_never_replaces_a_keyring(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    Keyring.create(path)
    before = path.read_bytes()

    with pytest.raises(WrongKeyring, match="exists already"):
        Keyring.create(path)

    assert path.read_bytes() == before


def test_rotation_adds_an_active_key_and_keeps_the_old_one(tmp_path: Path) -> None:
    old = Keyring.create(tmp_path / "keyring.json")

    new = Keyring.rotate(tmp_path / "keyring.json")

    assert new.active_id != old.active_id
    assert new.key_ids == (old.active_id, new.active_id)
    assert new.secret(old.active_id) == old.secret(old.active_id)


def test_a_key_that_was_added_only_opens_until_it_is_activated(tmp_path: Path) -> None:
    old = Keyring.create(tmp_path / "keyring.json")

    added = Keyring.add(tmp_path / "keyring.json")
    activated = Keyring.activate(tmp_path / "keyring.json")

    assert added.active_id == old.active_id
    assert added.key_ids == activated.key_ids
    assert activated.active_id == added.key_ids[-1] != old.active_id
    assert Keyring.activate(tmp_path / "keyring.json").active_id == activated.active_id


def test_derived_keys_differ_by_purpose_and_outlive_a_rotation(tmp_path: Path) -> None:
    old = Keyring.create(tmp_path / "keyring.json")
    new = Keyring.rotate(tmp_path / "keyring.json")

    assert old.derive("a") != old.derive("b")
    assert old.fingerprint_key == new.fingerprint_key == new.derive("fingerprint")
    assert len(old.fingerprint_key) == 32


def test_a_running_process_learns_of_a_rotation(tmp_path: Path) -> None:
    running = Keyring.load(Keyring.create(tmp_path / "keyring.json").path)
    rotated = Keyring.rotate(tmp_path / "keyring.json")

    assert running.refresh()
    assert running.active_id == rotated.active_id
    assert not running.refresh()


def test_a_running_process_keeps_its_keys_when_the_file_goes_wrong(tmp_path: Path) -> None:
    running = Keyring.create(tmp_path / "keyring.json")
    active = running.active_id
    (tmp_path / "keyring.json").write_text("{")

    assert not running.refresh()
    assert running.active_id == active


def test_a_running_process_takes_no_other_deployments_keyring(tmp_path: Path) -> None:
    running = Keyring.create(tmp_path / "keyring.json")
    Keyring.create(tmp_path / "other.json").path.replace(tmp_path / "keyring.json")

    assert not running.refresh()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"version": 2}',
        '{"version": 1, "active": "00000000", "derivation": "c2hvcnQ=", "keys": []}',
        '{"version": 1, "active": "zz", "derivation": "%s", "keys": [{"id": "zz", "created": "", "key": "%s"}]}',
    ],
)
def test_a_malformed_keyring_is_refused_without_being_quoted(tmp_path: Path, content: str) -> None:
    key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    path = tmp_path / "keyring.json"
    path.write_text(content.replace("%s", key))
    path.chmod(0o600)

    with pytest.raises(WrongKeyring) as caught:
        Keyring.load(path)

    assert "\n" not in str(caught.value)
    assert key not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_missing_keyring_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongKeyring, match=r"nowhere\.json cannot be read"):
        Keyring.load(tmp_path / "nowhere.json")


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o620])
def test_a_keyring_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = Keyring.create(tmp_path / "keyring.json").path
    path.chmod(mode)

    with pytest.raises(WrongKeyring, match="chmod 600"):
        Keyring.load(path)


def test_no_text_form_shows_a_key(tmp_path: Path) -> None:
    keyring = Keyring.create(tmp_path / "keyring.json")
    shown = f"{keyring!r} {keyring} {keyring.keys!r}"

    for entry in json.loads(keyring.path.read_text())["keys"]:
        assert entry["key"] not in shown
    assert "\\x" not in shown


def test_a_keyring_with_a_malformed_key_id_is_refused(tmp_path: Path) -> None:
    path = Keyring.create(tmp_path / "keyring.json").path
    document = json.loads(path.read_text())
    document["active"] = document["keys"][0]["id"] = "not hexadecimal"
    path.write_text(json.dumps(document))

    with pytest.raises(WrongKeyring, match="has a malformed key id"):
        Keyring.load(path)


@pytest.mark.parametrize("secret", ["c2hvcnQ=", "%%%", "", 7])
def test_a_key_of_another_size_or_kind_is_refused(tmp_path: Path, secret: object) -> None:
    path = Keyring.create(tmp_path / "keyring.json").path
    document = json.loads(path.read_text())
    document["keys"][0]["key"] = secret
    path.write_text(json.dumps(document))

    with pytest.raises(WrongKeyring, match="is malformed"):
        Keyring.load(path)


def test_a_keyring_that_is_not_there_cannot_be_rotated(tmp_path: Path) -> None:
    with pytest.raises(WrongKeyring, match="cannot be read: No such file or directory"):
        Keyring.rotate(tmp_path / "keyring.json")


def test_a_folder_that_is_not_there_takes_none(tmp_path: Path) -> None:
    with pytest.raises(WrongKeyring, match="cannot be written: No such file or directory"):
        Keyring.create(tmp_path / "nowhere" / "keyring.json")


def test_a_keyring_that_cannot_be_written_leaves_no_copy_of_its_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keyring.json"
    before = Keyring.create(path).active_id

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WrongKeyring, match="No space left"):
        Keyring.rotate(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["keyring.json"]
    assert Keyring.load(path).active_id == before


def test_a_new_key_is_on_the_disk_before_anything_is_sealed_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: flushed.append(stat.S_ISDIR(os.fstat(descriptor).st_mode)))
    Keyring.create(tmp_path / "keyring.json")
    assert flushed == [False, True]  # the file, and then the name by which it is found
