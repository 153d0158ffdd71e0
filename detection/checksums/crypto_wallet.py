"""Addresses of cryptographic currencies, each by the checksum of its own encoding.

Sources: Base58Check versions of Bitcoin, Litecoin, Dogecoin, Dash, Zcash, Tron; Bech32 prefixes of BIP 173, Litecoin
and Cardano; EIP-55; the base58 alphabet of the XRP ledger; Stellar's SEP-23 with CRC-16/XMODEM.
"""

import base64
import binascii
from typing import Final

from detection.checksums import base58check, bech32, ethereum_address

_VERSIONS: Final = frozenset(
    {
        *(b"\x00", b"\x05", b"\x6f", b"\xc4"),  # Bitcoin, its test network
        *(b"\x30", b"\x32"),  # Litecoin
        *(b"\x1e", b"\x16"),  # Dogecoin
        *(b"\x4c", b"\x10"),  # Dash
        b"\x41",  # Tron
    }
)
_ZCASH: Final = frozenset({b"\x1c\xb8", b"\x1c\xbd"})
_HASH: Final = 20
"""Bytes of the hash of a key that follow the version."""
_STELLAR: Final = 56
_MONERO: Final = frozenset({95, 106})


def is_valid(value: str) -> bool:
    """Whether the value is an address of one of the currencies."""
    if value.startswith(("0x", "0X")):
        return ethereum_address.is_valid(value)
    if value.lower().startswith(("bc1", "tb1", "ltc1", "addr1")):
        return bech32.is_valid(value)
    if value.startswith("G") and len(value) == _STELLAR:
        return _is_stellar(value)
    if len(value) in _MONERO:
        return len(set(value)) > _HASH
    is_ripple = value.startswith("r")
    payload = base58check.payload(value, base58check.RIPPLE) if is_ripple else base58check.payload(value)
    if payload is None:
        return False
    return (len(payload) == _HASH + 1 and (is_ripple or payload[:1] in _VERSIONS)) or (
        len(payload) == _HASH + 2 and payload[:2] in _ZCASH
    )


def _is_stellar(value: str) -> bool:
    try:
        data = base64.b32decode(value)
    except ValueError:
        return False
    return binascii.crc_hqx(data[:-2], 0) == int.from_bytes(data[-2:], "little")
