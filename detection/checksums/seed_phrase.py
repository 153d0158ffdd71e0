"""Words of a seed phrase, none of which is a word that a sentence cannot do without.

Source: BIP 39. The words of its lists, English and Romance, have three letters and more and are told apart by four of
them, so hardly one is an article, a pronoun or a preposition.
"""

import re
from typing import Final

_WORD: Final = re.compile(r"[a-z]+", re.IGNORECASE)
_OF_SENTENCES: Final = frozenset(
    """
    the and are was were for not but from his her has had its our your them their been with would could using
    que los las del por para con una les des est pour dans avec sur uma com dos das
    """.split()  # noqa: SIM905  (a list of words reads as prose)
)


def is_valid(value: str) -> bool:
    """Whether no word of it makes it a sentence."""
    return _OF_SENTENCES.isdisjoint(_WORD.findall(value.lower()))
