"""UPS tracking numbers: ``1Z``, fifteen characters and a check digit.

Source: the public description of the 1Z check digit; letters count (code - 63) mod 10.
"""

LENGTH = 18


def is_valid(value: str) -> bool:
    """Whether the check digit holds."""
    plain = value.replace(" ", "").upper()
    if len(plain) != LENGTH or not plain.startswith("1Z") or not plain[-1].isdigit():
        return False
    numbers = [int(c) if c.isdigit() else (ord(c) - 63) % 10 for c in plain[2:-1]]
    return -(sum(numbers[::2]) + 2 * sum(numbers[1::2])) % 10 == int(plain[-1])
