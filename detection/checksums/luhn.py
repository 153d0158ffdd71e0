"""The Luhn check digit (ISO/IEC 7812-1, annex B)."""

from detection.checksums import written_digits

_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")
_ZERO = ord("0")


def is_valid(value: str) -> bool:
    """Whether the digits of the value, whatever stands between them, pass. Fewer than two never do."""
    digits = written_digits(value)
    written = digits.encode()
    total = sum(written[-1::-2]) + sum(written[-2::-2].translate(_DOUBLED)) - _ZERO * len(written)
    return len(written) > 1 and total % 10 == 0
