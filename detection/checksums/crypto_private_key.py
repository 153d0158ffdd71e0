"""Private keys of cryptographic currencies in the wallet import format, and extended private keys.

Source: Base58Check version 0x80 (Bitcoin's wallet import format) and 0xEF (test network); BIP 32, BIP 49, BIP 84.
5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ passes.
"""

from typing import Final

from detection.checksums import base58check

_IMPORT: Final = frozenset({33, 34})
_EXTENDED: Final = 78


def is_valid(value: str) -> bool:
    """Whether the checksum holds and the payload has the size of a key."""
    payload = base58check.payload(value)
    if payload is None:
        return False
    return (len(payload) in _IMPORT and payload[0] in {0x80, 0xEF, 0xB0}) or len(payload) == _EXTENDED
