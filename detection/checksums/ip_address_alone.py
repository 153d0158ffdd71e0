"""Addresses of the Internet Protocol that are one without a word beside them. Source: RFC 4291, RFC 3849, RFC 4193."""

import re
from typing import Final

from detection.checksums import ip_address

_NETWORK: Final = r"(?:[23][0-9a-f]|f[cdef])[0-9a-f]{2}::"
_OF_PROGRAMS = re.compile(
    rf"::[02-9]?|(?!{_NETWORK})[0-9a-f]{{1,4}}::|[0-9a-f]{{1,2}}:[0-9a-f]{{1,4}}::", re.IGNORECASE
)
"""What parts many things, every third of a list, ``[::3]``, and what a colon ends: ``less than 1000::``."""


def is_valid(value: str) -> bool:
    """Whether the value is an address, and not as short as what stands in programs and lists."""
    return _OF_PROGRAMS.fullmatch(value) is None and ip_address.is_valid(value)
