"""NHS numbers of England, Wales and the Isle of Man. Source: NHS Data Model and Dictionary, the Modulus 11 check."""

_MODULUS = 11


def is_valid(value: str) -> bool:
    """Whether the tenth digit checks the nine before it. 943 476 5919 does."""
    digits = [int(c) for c in value if "0" <= c <= "9"]
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    check = _MODULUS - sum(d * w for d, w in zip(digits[:9], range(10, 1, -1), strict=True)) % _MODULUS
    return check % _MODULUS == digits[9]
