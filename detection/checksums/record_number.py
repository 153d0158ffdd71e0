"""Numbers of records, members and policies: no check digit is common to them.

So only what is plainly none is refused: words, dates, years, one digit repeated, and what is named as something else.
"""

import re

_DATE = re.compile(
    r"(?:19|20)\d\d[-/. ]\d\d?[-/. ]\d\d?|\d\d?[-/. ]\d\d?[-/. ](?:19|20)\d\d|(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?"
)
_OTHER = re.compile(
    r"(?:case|order|ticket|invoice|from|since|until|room|page|step|call|fax|tel|form)[ -]", re.IGNORECASE
)
"""A word before digits that makes them another thing, and is no letters of the number."""
_MIN_DIGITS = 4


def is_valid(value: str) -> bool:
    """Whether the value has four digits or more, not all alike, and is no date."""
    digits = [c for c in value if "0" <= c <= "9"]
    if len(digits) < _MIN_DIGITS or len(set(digits)) == 1:
        return False
    last = value.rpartition(" ")[2]
    return not (is_another(value) or _DATE.fullmatch(value) or _DATE.fullmatch(last))


def is_another(value: str) -> bool:
    """Whether it begins with a word that says what else it is: ``case 00482913``."""
    return _OTHER.match(value) is not None
