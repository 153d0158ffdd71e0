"""Numbers of records, members and policies: no check digit is common to them.

So only what is plainly none is refused: words, dates, years and one digit repeated.
"""

import re

_DATE = re.compile(
    r"(?:19|20)\d\d[-/. ]\d\d?[-/. ]\d\d?|\d\d?[-/. ]\d\d?[-/. ](?:19|20)\d\d|(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?"
)
_MIN_DIGITS = 4


def is_valid(value: str) -> bool:
    """Whether the value has four digits or more, not all alike, and is no date."""
    digits = [c for c in value if "0" <= c <= "9"]
    last = value.rpartition(" ")[2]
    return len(digits) >= _MIN_DIGITS and len(set(digits)) > 1 and not (_DATE.fullmatch(value) or _DATE.fullmatch(last))
