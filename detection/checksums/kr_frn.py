"""Foreigners' registration numbers of Korea: as residents' numbers, the seventh digit from 5 to 8.

Source: Ministry of Justice, Enforcement Rule of the Immigration Act. 911124-5678901 is well formed.
"""

from typing import Final

from detection.checksums import kr_rrn

_CENTURIES: Final = {5: 1900, 6: 1900, 7: 2000, 8: 2000}


def is_valid(value: str) -> bool:
    """Whether the date exists in the century of the seventh digit."""
    return kr_rrn.is_well_formed(value, _CENTURIES)
