"""Numbers of records as scanners read them: some digits taken for the letters that look like them.

No check digit is common to them, so only what has too few digits to be one is refused, and what ``record_number`` is.
"""

from detection.checksums import record_number

_ALIKE = str.maketrans("OoQIil|SsBbZz", "0001111558822")
_MIN_DIGITS = 3


def is_valid(value: str) -> bool:
    """Whether half of the signs or more are digits, and the number that is meant could be one."""
    if record_number.is_another(value):
        return False
    digits = sum(c.isdigit() for c in value)
    signs = sum(c.isalnum() or c == "|" for c in value)
    return digits >= _MIN_DIGITS and 2 * digits >= signs and record_number.is_valid(value.translate(_ALIKE))
