"""Registration numbers of the Drug Enforcement Administration. Source: 21 CFR 1301, the published check digit."""


def is_valid(value: str) -> bool:
    """Whether the last digit checks the six before it."""
    digits = [int(c) for c in value if "0" <= c <= "9"][-7:]
    if len(digits) != 7 or len(set(digits)) == 1:
        return False
    return (digits[0] + digits[2] + digits[4] + 2 * (digits[1] + digits[3] + digits[5])) % 10 == digits[6]
