"""Ethereum addresses: twenty bytes in hexadecimal, whose capitals are a checksum where both cases are used.

Sources: EIP-55; Keccak-256 as the SHA-3 submission had it, with padding 01 (FIPS 202 has 06).
0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed passes.
"""

from typing import Final

_ROUNDS: Final = 24
_LANES: Final = 25
_RATE: Final = 136
_MASK: Final = (1 << 64) - 1


def _round_constants() -> list[int]:
    constants, state = [], 1
    for _ in range(_ROUNDS):
        constant = 0
        for power in range(7):
            constant |= (state & 1) << ((1 << power) - 1)
            state = state << 1 ^ (0x171 if state >> 7 else 0)
        constants.append(constant)
    return constants


def _rotations() -> dict[int, int]:
    rotations, x, y = {0: 0}, 1, 0
    for step in range(24):
        rotations[x + 5 * y] = (step + 1) * (step + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    return rotations


_CONSTANTS: Final = _round_constants()
_ROTATIONS: Final = _rotations()


def keccak_256(data: bytes) -> bytes:
    """The digest of data shorter than a block of 136 bytes. Raises ``ValueError`` for more."""
    if len(data) >= _RATE:
        raise ValueError("one block only")
    block = bytearray(data.ljust(_RATE, b"\0"))
    block[len(data)] ^= 0x01
    block[-1] ^= 0x80
    state = [int.from_bytes(block[8 * i : 8 * i + 8], "little") for i in range(_RATE // 8)]
    state += [0] * (_LANES - len(state))
    for constant in _CONSTANTS:
        state = _permuted(state)
        state[0] ^= constant
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


def _permuted(state: list[int]) -> list[int]:
    """One round without its constant: theta, rho, pi, chi."""
    columns = [state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20] for x in range(5)]
    mixed = [state[i] ^ columns[(i + 4) % 5] ^ _rotated(columns[(i + 1) % 5], 1) for i in range(_LANES)]
    moved = [0] * _LANES
    for i in range(_LANES):
        x, y = i % 5, i // 5
        moved[y + 5 * ((2 * x + 3 * y) % 5)] = _rotated(mixed[i], _ROTATIONS[i])
    return [
        moved[i] ^ (~moved[i // 5 * 5 + (i + 1) % 5] & _MASK & moved[i // 5 * 5 + (i + 2) % 5]) for i in range(_LANES)
    ]


def _rotated(lane: int, by: int) -> int:
    return (lane << by | lane >> (64 - by)) & _MASK


def is_valid(value: str) -> bool:
    """Whether forty hexadecimal digits follow ``0x``, in one case or with the capitals of EIP-55."""
    digits = value[2:]
    if len(digits) != 40 or len(set(digits.lower())) < 4:
        return False
    if digits in {digits.lower(), digits.upper()}:
        return True
    digest = keccak_256(digits.lower().encode()).hex()
    return all(c == (c.upper() if int(n, 16) >= 8 else c.lower()) for c, n in zip(digits, digest, strict=False))
