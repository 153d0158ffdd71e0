"""Partita IVA of Italy: seven digits, the office, a check digit by Luhn. Source: Agenzia delle Entrate.

07643520567 passes.
"""

from detection.checksums import luhn, written_digits

_OFFICES = frozenset({*range(1, 101), 120, 121, 888, 999})


def is_valid(value: str) -> bool:
    """Whether the office exists and eleven digits pass."""
    digits = written_digits(value)
    return len(digits) == 11 and int(digits[:7]) > 0 and int(digits[7:10]) in _OFFICES and luhn.is_valid(digits)
