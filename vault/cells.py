"""One sealed value in the table of tokens: nonce, ciphertext and tag, bound to its row."""

import os
from typing import Final

from cryptography.exceptions import InvalidTag

from vault.errors import VaultUnavailable
from vault.keys import DataKey

_NONCE_BYTES: Final = 12
_VERSION: Final = "1"


def seal_cell(key: DataKey, value: str, *, tenant: str, entity: str, token: str) -> bytes:
    """Encrypt a value for its row."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + key.cipher.encrypt(nonce, value.encode(), _row(tenant, entity, token))


def open_cell(key: DataKey, sealed: bytes, *, tenant: str, entity: str, token: str) -> str:
    """Decrypt it. A cell that was moved to another row does not open: ``VaultUnavailable``."""
    try:
        plain = key.cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _row(tenant, entity, token))
    except InvalidTag:
        raise VaultUnavailable("a stored value does not belong to its row, or was changed") from None
    return plain.decode()


def _row(tenant: str, entity: str, token: str) -> bytes:
    return f"{_VERSION}\0{tenant}\0{entity}\0{token}".encode()
