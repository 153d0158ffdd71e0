"""How a socket ends: the code that one side gives is the code that the other gets, where a peer may send it.

Source: RFC 6455, section 7.4.
"""

from typing import Final

NORMAL: Final = 1000
GOING_AWAY: Final = 1001
UNSUPPORTED: Final = 1003
INTERNAL_ERROR: Final = 1011
TRY_LATER: Final = 1013
_NEVER_SENT: Final = frozenset({1004, 1005, 1006, 1015})
_DEFINED: Final = range(1000, 1015)
_REGISTERED: Final = range(3000, 5000)


def passed_on(code: int | None) -> int:
    """The code for the other side. None, or one that only stands for a lost connection, becomes 1011 or 1000."""
    if code is None or code == 1005:  # noqa: PLR2004  (RFC 6455: closed without a code)
        return NORMAL
    if code in _NEVER_SENT or not (code in _DEFINED or code in _REGISTERED):
        return INTERNAL_ERROR
    return code
