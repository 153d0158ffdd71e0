"""The check digit of ISO/IEC 7064, MOD 11,10, over digits. 0794 6 and 36574261809 pass."""


def is_valid(value: str) -> bool:
    """Whether the digits of the value end in their check digit."""
    digits = [int(c) for c in value if "0" <= c <= "9"]
    product = 10
    for digit in digits[:-1]:
        product = 2 * ((digit + product) % 10 or 10) % 11
    return len(digits) > 1 and (11 - product) % 10 == digits[-1]
