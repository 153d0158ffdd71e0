"""CLABE, the standardised bank account number of Mexico. Source: Banco de Mexico, Asociacion de Bancos de Mexico."""


def is_valid(value: str) -> bool:
    """Whether the eighteenth digit checks the seventeen before it."""
    digits = [int(c) for c in value if "0" <= c <= "9"]
    if len(digits) != 18 or len(set(digits)) == 1:
        return False
    total = sum(digit * weight % 10 for digit, weight in zip(digits[:17], (3, 7, 1) * 6, strict=False))
    return -total % 10 == digits[17]
