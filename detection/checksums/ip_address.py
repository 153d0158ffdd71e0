"""Addresses of the Internet Protocol. Source: RFC 791, RFC 4291, by Python's own ``ipaddress``."""

import ipaddress
import re

_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


def is_valid(value: str) -> bool:
    """Whether the value is an address, with or without a zone and a prefix length; octets may be padded by zeros."""
    plain = value.split("/", maxsplit=1)[0].split("%", maxsplit=1)[0]
    if ":" not in plain:
        plain = _LEADING_ZEROS.sub("", plain)
    elif "." not in plain and not any(c.isdigit() for c in plain) and plain.count(":") < 3:
        return plain == "::"  # ``a::b`` is a name of a program
    try:
        ipaddress.ip_address(plain)
    except ValueError:
        return False
    return True
