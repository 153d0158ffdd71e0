"""United States social security numbers: the areas, groups and serials that were never given out.

Source: Social Security Administration, randomization of 2011, and the numbers made void by publication.
"""

from detection.checksums import written_digits

_VOID = frozenset({"078051120", "219099999"})
"""123-45-6789 is not among them: it is what people type to see whether anything happens."""


def is_valid(value: str) -> bool:
    """Whether the nine digits could be a number that was given out."""
    digits = written_digits(value)
    return (
        len(digits) == 9
        and digits[:3] not in {"000", "666"}
        and digits[0] != "9"
        and digits[3:5] != "00"
        and digits[5:] != "0000"
        and digits not in _VOID
        and len(set(digits)) > 1
    )
