"""Account numbers of banks: no check digit is common to them, so only what is plainly none is refused."""

import re

_DATE = re.compile(r"(?:19|20)\d\d[- .]\d\d[- .]\d\d|\d\d[- .]\d\d[- .](?:19|20)\d\d")
_MIN_DIGITS = 5
_MAX_DIGITS = 17


def is_valid(value: str) -> bool:
    """Whether five to seventeen digits are neither all alike nor a date."""
    digits = [c for c in value if "0" <= c <= "9"]
    return _MIN_DIGITS <= len(digits) <= _MAX_DIGITS and len(set(digits)) > 1 and _DATE.fullmatch(value) is None
