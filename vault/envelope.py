"""Sealing: AES-256-GCM under data keys that travel with what they sealed, wrapped by the keyring's key.

Layout of an envelope, in bytes::

    magic 1 | version 1 | flags 1 | key id 4 | wrapped data key 40 | nonce 12 | ciphertext | tag 16

The data key is wrapped by AES key wrap (RFC 3394). Header and context are authenticated, so an envelope opens
only in the place that it was sealed for. Nonces are random; a data key is renewed long before 2^32 uses, the
bound of NIST SP 800-38D for random 96-bit nonces.
"""

import logging
import os
import secrets
import time
import zlib
from functools import lru_cache
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from vault.keyring import KEY_BYTES, KEY_ID_BYTES, Keyring

MAGIC: Final = 0xCD
VERSION: Final = 1
COMPRESS_OVER: Final = 4096
"""Bytes of plaintext above which it is compressed before sealing."""
DATA_KEY_USES: Final = 1 << 20
"""Envelopes sealed by one data key."""
DATA_KEY_SECONDS: Final = 3600.0
"""Seconds for which a data key seals. Also the time within which a running process takes up a rotation."""
_COMPRESSED: Final = 0x01
_WRAPPED_BYTES: Final = KEY_BYTES + 8
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_KEY_AT: Final = 3
_NONCE_AT: Final = _KEY_AT + KEY_ID_BYTES + _WRAPPED_BYTES
_CIPHERTEXT_AT: Final = _NONCE_AT + _NONCE_BYTES
OVERHEAD: Final = _CIPHERTEXT_AT + _TAG_BYTES
"""Bytes by which an envelope is longer than its (compressed) plaintext."""
_OPENED_KEYS: Final = 4096
"""Unwrapped data keys kept in memory."""

log = logging.getLogger(__name__)


class Unsealable(Exception):
    """The bytes are no envelope, were changed, belong elsewhere, or the keyring lacks their key. Quotes nothing."""


class _DataKey(NamedTuple):
    """The data key in use, with the headers that carry it. One tuple, so that threads never mix two."""

    key_id: str
    header: bytes
    header_compressed: bytes
    cipher: AESGCM


class Sealer:
    """Seals and opens under one keyring. Safe to share between threads, and over a fork: nonces are random."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._unwrapped = lru_cache(maxsize=_OPENED_KEYS)(self._unwrap)
        self._renew()

    def __repr__(self) -> str:
        return f"<Sealer key_id={self.key_id}>"

    @property
    def key_id(self) -> str:
        """Id of the key that wraps the data key now in use."""
        return self._data_key.key_id

    def seal(self, plaintext: bytes, *, context: bytes) -> bytes:
        """Encrypt. ``context`` names the place it is for; it is authenticated, not stored."""
        if self._uses >= DATA_KEY_USES or time.monotonic() >= self._renew_at:
            self._take_fresh()
        self._uses += 1
        _, header, header_compressed, cipher = self._data_key
        if len(plaintext) > COMPRESS_OVER and len(packed := zlib.compress(plaintext, 1)) < len(plaintext):
            header, plaintext = header_compressed, packed
        nonce = os.urandom(_NONCE_BYTES)
        return b"".join((header, nonce, cipher.encrypt(nonce, plaintext, header + context)))

    def open(self, sealed: bytes, *, context: bytes) -> bytes:
        """Decrypt. Raises ``Unsealable`` unless it was sealed by this keyring for this very context."""
        if len(sealed) < OVERHEAD or sealed[0] != MAGIC or sealed[1] != VERSION or sealed[2] > _COMPRESSED:
            raise Unsealable("not an envelope")
        header = sealed[:_NONCE_AT]
        try:
            cipher = self._unwrapped(header[_KEY_AT:])
            plaintext = cipher.decrypt(sealed[_NONCE_AT:_CIPHERTEXT_AT], sealed[_CIPHERTEXT_AT:], header + context)
        except InvalidTag:
            raise Unsealable("changed, or sealed for another place") from None
        if not header[2] & _COMPRESSED:
            return plaintext
        try:
            return zlib.decompress(plaintext)
        except zlib.error:
            raise Unsealable("malformed") from None

    def _take_fresh(self) -> None:
        """Renew, and tell the operator who waits for a rotation when this process has taken it up."""
        before = self.key_id
        self._renew()
        if self.key_id != before:
            log.info("seals under key %s from now on", self.key_id)

    def _renew(self) -> None:
        """Take a fresh data key, wrapped by the key that is active by now."""
        self._keyring.refresh()
        key_id = self._keyring.active_id
        wrapping_key = self._keyring.secret(key_id)
        if wrapping_key is None:  # never: a keyring holds its active key
            raise Unsealable("the keyring lacks its active key")
        data_key = secrets.token_bytes(KEY_BYTES)
        wrapped = bytes.fromhex(key_id) + aes_key_wrap(wrapping_key, data_key)
        self._data_key = _DataKey(
            key_id,
            bytes((MAGIC, VERSION, 0)) + wrapped,
            bytes((MAGIC, VERSION, _COMPRESSED)) + wrapped,
            AESGCM(data_key),
        )
        self._uses = 0
        self._renew_at = time.monotonic() + DATA_KEY_SECONDS

    def _unwrap(self, wrapped: bytes) -> AESGCM:
        """The cipher of a data key that came with an envelope."""
        key_id = wrapped[:KEY_ID_BYTES].hex()
        wrapping_key = self._keyring.secret(key_id)
        if wrapping_key is None and self._keyring.refresh():  # rotated by another process
            wrapping_key = self._keyring.secret(key_id)
        if wrapping_key is None:
            raise Unsealable(f"the keyring lacks key {key_id}")
        try:
            return AESGCM(aes_key_unwrap(wrapping_key, wrapped[KEY_ID_BYTES:]))
        except InvalidUnwrap:
            raise Unsealable("changed, or sealed by another keyring") from None
