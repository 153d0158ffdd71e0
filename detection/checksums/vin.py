"""Vehicle identification numbers: seventeen characters, the ninth checks the others in North America.

Source: ISO 3779, 49 CFR 565.15. 1M8GDM9AXKP042788 passes.
"""

from typing import Final

_VALUES: Final = {
    **{str(n): n for n in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def is_valid(value: str) -> bool:
    """Whether the ninth character holds."""
    plain = value.upper()
    if len(plain) != 17 or not set(plain) <= _VALUES.keys() or plain.isalpha() or len(set(plain)) < 5:
        return False
    total = sum(_VALUES[c] * weight for c, weight in zip(plain, _WEIGHTS, strict=True))
    return plain[8] == "0123456789X"[total % 11]
