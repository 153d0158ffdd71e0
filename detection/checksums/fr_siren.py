"""SIREN and SIRET of France: nine or fourteen digits by Luhn. Source: INSEE. 552 008 443 passes."""

from detection.checksums import luhn


def is_valid(value: str) -> bool:
    """Whether nine or fourteen digits pass."""
    digits = "".join(c for c in value if "0" <= c <= "9")
    return len(digits) in {9, 14} and len(set(digits)) > 1 and luhn.is_valid(digits[:9]) and luhn.is_valid(digits)
