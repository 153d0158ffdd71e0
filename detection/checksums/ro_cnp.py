"""CNP of Romania: sex and century, date of birth, county, serial, check digit.

Source: Legea 105/1996, weights 279146358279. 1800101221144 passes.
"""

from typing import Final

from detection.checksums import digits_of, weighted

_WEIGHTS: Final = (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)
_COUNTIES: Final = frozenset({*range(1, 49), 51, 52, 70, 80, 81, 82, 83})


def is_valid(value: str) -> bool:
    """Whether date and county may be and the check digit holds."""
    digits = digits_of(value)
    if len(digits) != 13 or digits[0] == 0:
        return False
    month, day, county = (10 * digits[i] + digits[i + 1] for i in (3, 5, 7))
    if not (1 <= month <= 12 and 1 <= day <= 31 and county in _COUNTIES):
        return False
    rest = weighted(digits[:12], _WEIGHTS) % 11
    return digits[12] == (1 if rest == 10 else rest)
