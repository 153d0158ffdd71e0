"""International mobile equipment identities. Source: 3GPP TS 23.003; Luhn over fifteen digits."""

from detection.checksums import luhn, written_digits


def is_valid(value: str) -> bool:
    """Whether fifteen digits pass."""
    digits = written_digits(value)
    return len(digits) == 15 and luhn.is_valid(digits)
