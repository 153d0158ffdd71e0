"""Social insurance numbers of Canada: nine digits by Luhn, the first not 0 or 8.

Source: Employment and Social Development Canada. 046 454 286 is the published example that was never given out.
"""

from detection.checksums import luhn, written_digits


def is_valid(value: str) -> bool:
    """Whether the number could have been given out; the published example passes."""
    digits = written_digits(value)
    return (
        len(digits) == 9
        and (digits[0] in "1234567" or digits[0] == "9" or digits == "046454286")
        and len(set(digits)) > 1
        and luhn.is_valid(digits)
    )
