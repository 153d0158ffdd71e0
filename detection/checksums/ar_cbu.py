"""CBU, the uniform bank key of Argentina. Source: Banco Central de la Republica Argentina."""

_LAST_BANK = 4
"""Highest first digit of a bank's number."""
_BRANCH = (7, 1, 3, 9, 7, 1, 3)
_ACCOUNT = (3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3)


def is_valid(value: str) -> bool:
    """Whether both check digits hold."""
    digits = [int(c) for c in value if "0" <= c <= "9"]
    if len(digits) != 22 or digits[0] > _LAST_BANK or len(set(digits)) == 1:
        return False
    branch, account = digits[:7], digits[8:21]
    return (
        -sum(d * w for d, w in zip(branch, _BRANCH, strict=True)) % 10 == digits[7]
        and -sum(d * w for d, w in zip(account, _ACCOUNT, strict=True)) % 10 == digits[21]
    )
