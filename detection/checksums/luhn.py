"""The Luhn check digit (ISO/IEC 7812-1, annex B)."""

_ODD = str.maketrans("0123456789", "0246813579")


def is_valid(value: str) -> bool:
    """Whether the digits of the value, whatever stands between them, pass. Fewer than two never do."""
    digits = value if value.isdigit() and value.isascii() else "".join(c for c in value if "0" <= c <= "9")
    return len(digits) > 1 and sum(map(int, digits[-1::-2] + digits[-2::-2].translate(_ODD))) % 10 == 0
