# ruff: noqa: RUF001, RUF002  (look-alike letters are the subject)
"""Letters of other scripts that look Latin, mapped only where a word mixes scripts.

A Russian word stays Russian; ``gmаil`` with a Cyrillic letter becomes what it pretends to be.
Source: Unicode Technical Standard 39, confusables table, reduced to single letters.
"""

import re
from typing import Final

_PAIRS: Final = (
    # Cyrillic
    "АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ІI ЈJ ЅS ԚQ ԜW аa еe оo рp сc уy хx іi јj ѕs һh ԁd ԛq ԝw ӏl ӀI ҮY "
    "вb кk мm нh тt гr пn ЬB ьb З3 з3 б6 "
    # Greek
    "ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX αa εe ιi κk νv οo ρp τt υu χx γy ωw ςc "
    # Armenian and the phonetic letters
    "օo սu ոn հh Լl ՏS ցg զq ɑa ɡg ɩi ʟl ɴn ʀr ʏy ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz ꜱs"
)
_LETTERS: Final = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})
_ROUND: Final = frozenset("ОоΟοՕօІіΙιӀӏ-./")
"""What a word is made of that can only stand for zeros and ones."""
_WORD: Final = re.compile(r"[^\s,;()<>\[\]{}\"']+")
_LATIN: Final = re.compile("[0-9A-Za-z@]")


def to_latin(text: str) -> str:
    """Replace look-alike letters in words that also hold a Latin letter, a digit or an ``@``. Keeps every offset."""
    if text.isascii():
        return text
    return _WORD.sub(_plain_word, text)


def _plain_word(match: re.Match[str]) -> str:
    word = match[0]
    if word.isascii():
        return word
    if _LATIN.search(word) is not None or _ROUND.issuperset(word):
        return word.translate(_LETTERS)
    return word
