"""Bech32 and Bech32m, the encoding of segregated-witness addresses: a BCH code over a prefix and a body.

Source: BIP 173, BIP 350. bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 passes.
"""

from typing import Final

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_RESULTS: Final = frozenset({1, 0x2BC830A3})
_CHECK: Final = 6


def is_valid(value: str) -> bool:
    """Whether the value has one case and its code holds."""
    if value not in {value.lower(), value.upper()}:
        return False
    prefix, separator, body = value.lower().rpartition("1")
    if not separator or not prefix or len(body) < _CHECK or any(c not in _ALPHABET for c in body):
        return False
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    return _polymod(spread + [_ALPHABET.index(c) for c in body]) in _RESULTS


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            if top >> bit & 1:
                check ^= generator
    return check
