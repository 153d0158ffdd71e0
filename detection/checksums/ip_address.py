"""Addresses of the Internet Protocol. Source: RFC 791, RFC 4291, by Python's own ``ipaddress``."""

import ipaddress


def is_valid(value: str) -> bool:
    """Whether the value is an address, with or without a zone and a prefix length."""
    try:
        ipaddress.ip_address(value.split("/")[0].split("%")[0])
    except ValueError:
        return False
    return True
