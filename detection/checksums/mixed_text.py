"""Words of three kinds of characters, as rules for passwords ask for: capitals, small letters, digits, signs.

Source: the usual complexity rule of directories, three categories of four.
"""

import re
from typing import Final

MIN_LENGTH: Final = 7
_KINDS: Final = (re.compile("[a-z]"), re.compile("[A-Z]"), re.compile("[0-9]"), re.compile(r"[!@#$%^&*+?]"))
_KINDS_NEEDED: Final = 3
_SMALL_OR_SIGN = re.compile(r"[a-z!@#$%^&*+?]")
"""Names of products and numbers of things have capitals, digits and dashes only: ``AES256-GCM``."""
_OTHER = re.compile(
    r"v?\d+[.\d-]+\w*|\S+@[\w-]+\.\w+\S*|https?:|www\.|[\w.-]*\.(?:\w{2,4})|[A-Za-z]+-\d+|[A-Za-z_][\w-]*=\S*|\d{1,4}[-T:]\S*|\S*REDACTED\S*|[$<{\[(%]"
)
"""A version, a mailbox, an address, a name of a file, ``ABC-123``, a date, what stands for a value, a variable."""


_AFTER: Final = ".,:;)]}"
"""Marks of a sentence, not of the word."""


def trim(value: str) -> int:
    """How many of the characters are the word."""
    return len(value.rstrip(_AFTER))


def is_valid(value: str) -> bool:
    """Whether the word mixes three kinds of characters and is no version, address or file."""
    if len(value) < MIN_LENGTH or _OTHER.fullmatch(value) or _OTHER.match(value[:1]):
        return False
    kinds = sum(kind.search(value) is not None for kind in _KINDS)
    return kinds >= _KINDS_NEEDED and _SMALL_OR_SIGN.search(value) is not None
