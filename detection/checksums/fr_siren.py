"""SIREN and SIRET of France: nine or fourteen digits by Luhn. Source: INSEE. 552 008 443 passes."""

from detection.checksums import luhn, written_digits


def is_valid(value: str) -> bool:
    """Whether nine or fourteen digits pass."""
    digits = written_digits(value)
    return len(digits) in {9, 14} and len(set(digits)) > 1 and luhn.is_valid(digits[:9]) and luhn.is_valid(digits)
