"""The keyring: the file that holds every key-encryption key of a deployment.

A keyring has several keys, one of them active. The active key wraps new data keys; the others only unwrap
what was sealed before a rotation. Beside them stands one derivation secret that never rotates, from which
sub-keys for other purposes come by HKDF (RFC 5869), so that fingerprints outlive a rotation.
"""

import base64
import binascii
import fcntl
import json
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
"""AES-256."""
KEY_ID_BYTES = 4
"""A key's id is this many random bytes, written as hex."""
_KEY_ID = re.compile("[0-9a-f]{8}")
_FILE_VERSION = 1
_OPEN_TO_OTHERS = stat.S_IRWXO | stat.S_IWGRP
"""Refused permissions. A group may read: orchestrators mount secrets that way."""


class WrongKeyring(ValueError):
    """The keyring cannot be used. One line; names the file, never its content."""


@dataclass(frozen=True, slots=True)
class WrappingKey:
    """One key-encryption key."""

    key_id: str
    """Eight hex characters; public."""
    created: str
    """RFC 3339."""
    secret: bytes = field(repr=False)


class Keyring:
    """The keys of one deployment, as its file held them when it was last read.

    ``load`` reads a file, ``create`` makes one, ``rotate`` adds a key and makes it the active one; ``add`` and
    ``activate`` do that in two steps, so that copies of the file can have the key before any process seals with it.
    A running process learns of a rotation by ``refresh``.
    """

    def __init__(self, path: Path, keys: dict[str, WrappingKey], active_id: str, root: bytes) -> None:
        self.path = path
        self._keys = keys
        self._active_id = active_id
        self._root = root
        self._read_as: tuple[int, int] | None = None

    def __repr__(self) -> str:
        return f"<Keyring active={self._active_id} keys={len(self._keys)}>"

    @property
    def active_id(self) -> str:
        """Id of the key that wraps new data keys."""
        return self._active_id

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Ids of every key, oldest first."""
        return tuple(self._keys)

    @property
    def keys(self) -> tuple[WrappingKey, ...]:
        """Every key, oldest first. Their secrets stay out of ``repr``."""
        return tuple(self._keys.values())

    def secret(self, key_id: str) -> bytes | None:
        """The key's 32 bytes, or None where the keyring lacks it."""
        key = self._keys.get(key_id)
        return key.secret if key else None

    def derive(self, purpose: str) -> bytes:
        """A 32-byte sub-key for one purpose; the same for the life of the keyring, through rotations."""
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"cordon/" + purpose.encode()).derive(
            self._root
        )

    @cached_property
    def fingerprint_key(self) -> bytes:
        """Keys the fingerprints of values in violations and in the vault."""
        return self.derive("fingerprint")

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Read a keyring. Raises ``WrongKeyring`` when it is missing, malformed or open to others."""
        path = Path(path)
        try:
            status = path.stat()
            raw = path.read_bytes()
        except OSError as error:
            raise WrongKeyring(f"keyring {path} cannot be read: {error.strerror}") from None
        if stat.S_IMODE(status.st_mode) & _OPEN_TO_OTHERS:
            raise WrongKeyring(
                f"keyring {path} is open to others (mode {stat.S_IMODE(status.st_mode):04o}): chmod 600 it"
            )
        keyring = cls(path, *_parse(path, raw))
        keyring._read_as = (status.st_ino, status.st_mtime_ns)
        return keyring

    @classmethod
    def create(cls, path: Path | str) -> Self:
        """Make a keyring with one key, mode 0600. Raises ``WrongKeyring`` when the file is there already."""
        path = Path(path)
        key = _new_key()
        with _exclusive(path) as folder:
            if path.exists():
                raise WrongKeyring(f"keyring {path} exists already: rotate it instead")
            _write(path, folder, {key.key_id: key}, key.key_id, secrets.token_bytes(KEY_BYTES))
        return cls.load(path)

    @classmethod
    def rotate(cls, path: Path | str) -> Self:
        """Add a key and make it the active one; the older ones stay, to open what they sealed."""
        return cls._changed(path, adds=True, activates=True)

    @classmethod
    def add(cls, path: Path | str) -> Self:
        """Add a key that opens; the active one stays."""
        return cls._changed(path, adds=True, activates=False)

    @classmethod
    def activate(cls, path: Path | str) -> Self:
        """Make the youngest key the active one."""
        return cls._changed(path, adds=False, activates=True)

    @classmethod
    def _changed(cls, path: Path | str, *, adds: bool, activates: bool) -> Self:
        path = Path(path)
        if not path.exists():
            raise WrongKeyring(f"keyring {path} cannot be read: No such file or directory")
        with _exclusive(path) as folder:
            old = cls.load(path)
            fresh = (_new_key(),) if adds else ()
            keys = {key.key_id: key for key in (*old.keys, *fresh)}
            active_id = next(reversed(keys)) if activates else old.active_id
            _write(path, folder, keys, active_id, old._root)  # noqa: SLF001  (own class)
        return cls.load(path)

    def refresh(self) -> bool:
        """Read the file again if it changed; whether it did. An unreadable file leaves the keys as they are."""
        try:
            status = self.path.stat()
            if (status.st_ino, status.st_mtime_ns) == self._read_as:
                return False
            fresh = type(self).load(self.path)
        except (OSError, WrongKeyring):
            return False
        if fresh._root != self._root:  # noqa: SLF001  (own class)
            return False  # another deployment's file: its fingerprints would not match ours
        self._keys, self._active_id = fresh._keys, fresh._active_id  # noqa: SLF001  (own class)
        self._read_as = fresh._read_as  # noqa: SLF001  (own class)
        return True


def _new_key() -> WrappingKey:
    return WrappingKey(
        secrets.token_hex(KEY_ID_BYTES),
        datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        secrets.token_bytes(KEY_BYTES),
    )


def _parse(path: Path, raw: bytes) -> tuple[dict[str, WrappingKey], str, bytes]:
    """The file's keys, active id and derivation secret. No error quotes what it read."""
    try:
        document: Any = json.loads(raw)
        version = document["version"]
        keys = {
            str(entry["id"]): WrappingKey(str(entry["id"]), str(entry["created"]), _secret(entry["key"]))
            for entry in document["keys"]
        }
        active_id, root = str(document["active"]), _secret(document["derivation"])
    except (KeyError, TypeError, ValueError):
        raise WrongKeyring(f"keyring {path} is malformed") from None
    if version != _FILE_VERSION:
        raise WrongKeyring(f"keyring {path} has a version that this release does not know")
    if active_id not in keys:
        raise WrongKeyring(f"keyring {path} lacks its active key")
    if any(not _KEY_ID.fullmatch(key_id) for key_id in keys):
        raise WrongKeyring(f"keyring {path} has a malformed key id")
    return keys, active_id, root


def _secret(text: Any) -> bytes:
    try:
        secret = base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError):
        raise ValueError from None
    if len(secret) != KEY_BYTES:
        raise ValueError
    return secret


def _write(path: Path, folder: int, keys: dict[str, WrappingKey], active_id: str, root: bytes) -> None:
    """Replace the file in one step; what is read is the old file or the new one, whole, and stays so without power.

    What is sealed under a key that the disk then lacks is lost.
    """
    document = {
        "version": _FILE_VERSION,
        "active": active_id,
        "derivation": base64.b64encode(root).decode(),
        "keys": [
            {"id": key.key_id, "created": key.created, "key": base64.b64encode(key.secret).decode()}
            for key in keys.values()
        ],
    }
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(document, file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        os.fsync(folder)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise WrongKeyring(f"keyring {path} cannot be written: {error.strerror}") from None


@contextmanager
def _exclusive(path: Path) -> Iterator[int]:
    """Hold the lock of the folder, which is given open, so that two rotations at a time do not lose a key."""
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise WrongKeyring(f"keyring {path} cannot be written: {error.strerror}") from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(folder)
