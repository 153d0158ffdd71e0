"""Sealing of record values: what is raw is on a broker's disk only as ciphertext.

A sealed value carries the header ``cordon.sealed`` with the id of the key. It opens only as a value of the topic it was
sealed for. Records of other producers come without the header and pass as they are.
"""

from collections.abc import Sequence

from vault.envelope import Sealer, Unsealable

SEALED = "cordon.sealed"
"""Name of the header that marks a sealed value."""

Headers = Sequence[tuple[str, bytes]]

__all__ = ["SEALED", "Headers", "SealingCodec", "Unsealable"]


class SealingCodec:
    """Seals and opens values by topic. Topic names stand without the deployment's prefix."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def seal(self, topic: str, value: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
        """Encrypt a value. Returns it with the header that says so."""
        return self._sealer.seal(value, context=topic.encode()), [(SEALED, self._sealer.key_id.encode())]

    def open(self, topic: str, value: bytes, headers: Headers) -> bytes:
        """Decrypt a value that is marked as sealed; return any other as it is. Raises ``Unsealable``."""
        if not is_sealed(headers):
            return value
        return self._sealer.open(value, context=topic.encode())


def is_sealed(headers: Headers) -> bool:
    """Whether the record's producer sealed its value."""
    return bool(headers) and any(name == SEALED for name, _ in headers)
