"""The second line of a passport's machine-readable zone: document, nation, birth, sex, expiry, check digits.

Source: ICAO Doc 9303 part 4, weights 7, 3, 1. L898902C36UTO7408122F1204159ZE184226B<<<<<10 passes.
"""

from typing import Final

_LENGTH: Final = 44


def is_valid(value: str) -> bool:
    """Whether all check digits hold."""
    plain = value.upper()
    return len(plain) == _LENGTH and all(
        plain[place].isdigit() and int(plain[place]) == _check(part)
        for place, part in (
            (9, plain[:9]),
            (19, plain[13:19]),
            (27, plain[21:27]),
            (43, plain[:10] + plain[13:20] + plain[21:43]),
        )
    )


def _check(part: str) -> int:
    return sum((0 if c == "<" else int(c, 36)) * (7, 3, 1)[place % 3] for place, c in enumerate(part)) % 10
