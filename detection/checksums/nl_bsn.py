"""Citizen service numbers of the Netherlands: the eleven test. Source: Rijksdienst voor Identiteitsgegevens.

111222333 passes.
"""

from detection.checksums import digits_of, weighted


def is_valid(value: str) -> bool:
    """Whether eight or nine digits pass the test."""
    digits = digits_of(value)
    if len(digits) == 8:
        digits = [0, *digits]
    return (
        len(digits) == 9
        and len(set(digits)) > 1
        and any(digits[:3])
        and (weighted(digits[:8], range(9, 1, -1)) - digits[8]) % 11 == 0
    )
