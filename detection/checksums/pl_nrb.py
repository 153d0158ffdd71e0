"""Account numbers of Poland without the country's letters. Source: Narodowy Bank Polski, NRB; ISO 7064, MOD 97-10.

61 1090 1014 0000 0712 1981 2874 passes.
"""

from detection.checksums import iban, written_digits


def is_valid(value: str) -> bool:
    """Whether twenty-six digits are the digits of a Polish IBAN."""
    digits = written_digits(value)
    return len(set(digits)) > 1 and iban.is_valid("PL" + digits)
