"""National register numbers of Belgium: date of birth, serial, 97 less the rest of both.

Source: Arrêté royal of 3 April 1984; from 2000 a 2 stands before the nine digits. 85.07.30-033.28 passes.
"""

from detection.checksums import digits_of, is_date


def is_valid(value: str) -> bool:
    """Whether the month may be and the check digits hold for one of both centuries."""
    digits = digits_of(value)
    if len(digits) != 11:
        return False
    year, month, day = (10 * digits[i] + digits[i + 1] for i in (0, 2, 4))
    month %= 20  # numbers of people who are not registered count 20 or 40 more
    number, check = int("".join(map(str, digits[:9]))), 10 * digits[9] + digits[10]
    return any(
        check == 97 - (number + offset) % 97 and (day == 0 or month == 0 or is_date(century + year, month, day))
        for century, offset in ((1900, 0), (2000, 2_000_000_000))
    )
