"""Base58Check, the encoding of Bitcoin's addresses and keys: four bytes of a doubled SHA-256 end the payload.

Source: the public description of Base58Check and its use in Bitcoin. 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2 passes.
"""

import hashlib
from typing import Final

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE: Final = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
"""The order of the same letters in addresses of the XRP ledger."""
_CHECK: Final = 4


def payload(value: str, alphabet: str = _ALPHABET) -> bytes | None:
    """The bytes before the checksum, version first, or None where it does not hold."""
    number = 0
    for character in value:
        place = alphabet.find(character)
        if place < 0:
            return None
        number = number * 58 + place
    body = number.to_bytes((number.bit_length() + 7) // 8, "big")
    data = bytes(len(value) - len(value.lstrip(alphabet[0]))) + body
    if len(data) <= _CHECK:
        return None
    digest = hashlib.sha256(hashlib.sha256(data[:-_CHECK]).digest()).digest()
    return data[:-_CHECK] if digest[:_CHECK] == data[-_CHECK:] else None


def is_valid(value: str) -> bool:
    """Whether the checksum holds."""
    return payload(value) is not None
