"""International mobile equipment identities. Source: 3GPP TS 23.003; Luhn over fifteen digits."""

from detection.checksums import luhn


def is_valid(value: str) -> bool:
    """Whether fifteen digits pass."""
    digits = "".join(c for c in value if "0" <= c <= "9")
    return len(digits) == 15 and luhn.is_valid(digits)
