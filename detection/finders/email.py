"""E-mail addresses, plain ones and those that hide ``@`` and the dots in words or brackets.

Sources: RFC 5321 and RFC 5322 (``dot-atom`` without the characters that no mail service gives out), RFC 6531 for
letters of any script, RFC 1035 for the labels of a domain.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from detection.checksums import email_address
from detection.finders import Finished, Found

_LOCAL_REACH: Final = 96
"""Characters before the sign in which the local part may begin."""

_DOT: Final = (
    r"(?:\.|,(?=[a-z]{2,4}\b)|, (?=(?:com|net|org|edu|gov)\b)"
    r"|\s?[(\[{<]\s?(?:\.|dot|d0t|ponto|punto|point|punkt|punt|kropka)\s?[)\]}>]\s?"
    r"|[\s_*-]{1,2}(?:dot|d0t|ponto|punto|point|punkt|punt|kropka)[\s_*-]{1,2}|\s\.\s?)"
)
_LABEL: Final = r"[^\W_](?:[^\W_]|-(?=[\w-])){0,62}"
_SIGN: Final = re.compile(
    r"(?P<spaced>\s{1,2}@\s{1,2}|\s@(?=\w)|(?<=\w)@\s)|(?P<plain>@)"
    r"|\s?[(\[{<]\s?(?:@|at|a|arroba|arobase|chiocciola|klammeraffe|malpa|apenstaartje)\s?[)\]}>]\s?"
    r"|[\s_-]{1,2}(?:arroba|arobase|chiocciola|klammeraffe|malpa|apenstaartje|at[ -]sign)[\s_-]{1,2}"
    r"|(?P<at>[\s_*-]{1,2}at[\s_*-]{1,2})",
    re.IGNORECASE,
)
_DOMAIN = re.compile(rf"{_LABEL}(?:{_DOT}{_LABEL}){{1,8}}", re.IGNORECASE)
_DOT_SPELLED = re.compile(_DOT, re.IGNORECASE)
_LITERAL = re.compile(r"\[(?:\d{1,3}\.){3}\d{1,3}\]")
_LOCAL = re.compile(r"(?<![\w.+-])(?:\"[^\"\s]{1,62}\"|[\w+&'=!#$%/*?^{|}~-]+(?:\.[\w+&'=!#$%/*?^{|}~-]+)*)$")
_LOCAL_LENIENT = re.compile(r"[\w+&'=%-]+(?:\.[\w+&'=%-]+)*$")
_SPELLED_LOCAL = re.compile(
    r"(?:[\w+%]+(?:(?:[._-]|\s(?:dot|d0t|ponto|punto|point|punkt|punt|kropka|dash|hyphen|underscore|underline|sublinhado|unterstrich|traco|guion|tiret|bindestrich)\s"
    r"|[(\[]\s?(?:dot|ponto|punto|point|punkt|punt|kropka)\s?[)\]])[\w+%]+){0,6})$",
    re.IGNORECASE,
)
_DOT_IN_ENGLISH = re.compile(r"(?<![a-z])(?:dot|d0t|punkt)(?![a-z])|[(\[{<]", re.IGNORECASE)
_SHORT: Final = 3
"""Letters from which on a plain word before ``at`` may be a mailbox: ``be at`` and ``is at`` are shorter."""
_PROVIDERS: Final = frozenset(
    """
    gmail googlemail yahoo ymail hotmail outlook live msn icloud me mac aol gmx web proton protonmail mail email yandex
    zoho fastmail tutanota uol bol terra ig globo sapo libero virgilio tiscali orange free wanadoo laposte sfr t-online
    qq 163 126 naver rediffmail comcast verizon btinternet sky
    """.split()  # noqa: SIM905  (a list of names reads better so)
)
_NO_LOCALS: Final = frozenset(
    """
    look looking order ordered orders available am are is was be been buy bought buying it me us them her him you sold
    sell shop shopping login sign register registered account arrive arrives arrived check checked see seen find found
    work works worked working stay here there purchase purchased online price prices website site good find directly
    more info information available support help visit visited now today one anyone someone people and or but the this
    that stuff item items products product only up in on out back over live store booked booking paid pay
    """.split()  # noqa: SIM905  (a list of words reads better so)
)
"""Words before ``at`` that are no mailbox: ``I bought it at example.com``."""


def find(text: str, start: int, end: int) -> Iterator[Found]:
    """Addresses around a sign at a span of the folded text."""
    begin = start - 1 if start and text[start] == "@" and text[start - 1] == " " else start
    sign = _SIGN.match(text, begin, end + 2) or _SIGN.match(text, start)
    if sign is None:
        return
    if sign["plain"] or sign["spaced"]:
        yield from _plain(text, sign)
    else:
        yield from _worded(text, sign)


def _plain(text: str, sign: re.Match[str]) -> Iterator[Found]:
    literal = _LITERAL.match(text, sign.end())
    domain = _domain_end(text, sign.end())
    if literal is None and domain is None:
        return
    local = _LOCAL.search(text[max(0, sign.start() - _LOCAL_REACH) : sign.start()])
    begin = None if local is None else sign.start() - len(local[0])
    if begin is None or text[begin : sign.start()] in {"git", "hg"}:
        return
    # a query or a path ends where the address begins: ``?mail=jane@example.com``, ``|jane@example.com|``
    begin = max(begin, *(text.rfind(sign_before, begin, sign.start()) + 1 for sign_before in "/?&=|"))
    # one letter of another script joined to a Latin name: the name begins after it
    ascii_name = _ascii_tail(text[begin : sign.start()])
    begin = sign.start() - ascii_name
    last = literal.end() if literal is not None else domain
    if last is None or sign.start() - begin > email_address.MAX_LOCAL:
        return
    name = text[begin : sign.start()]
    is_named = not name.isalpha() or _is_provider(text[sign.end() : last])
    if sign["spaced"] and not is_named and (name.lower() in _NO_LOCALS or len(name) < _SHORT):
        return
    yield Found(begin, last, 0.85, "address")


def _ascii_tail(name: str) -> int:
    """Length of the name, without letters of a script that is written without spaces and runs into it."""
    plain = re.search(r"[!-~]+$", name)
    if plain is not None and len(plain[0]) < len(name) and ord(name[-len(plain[0]) - 1]) >= 0x2E80:
        return len(plain[0])
    return len(name)


def _worded(text: str, sign: re.Match[str]) -> Iterator[Found]:
    last = _domain_end(text, sign.end())
    if last is None:
        return
    local = _SPELLED_LOCAL.search(text[max(0, sign.start() - _LOCAL_REACH) : sign.start()])
    if local is None:
        return
    domain, name = text[sign.end() : last], local[0]
    if sign["at"]:
        is_spelled = _DOT_IN_ENGLISH.search(domain) is not None
        is_named = not name.isalpha() or _is_provider(domain)
        if name.lower() in _NO_LOCALS or not (is_spelled or is_named):
            return
        if not is_named and len(name) < 3:
            return
    yield Found(sign.start() - len(name), last, 0.75, "address in words")


def _domain_end(text: str, start: int) -> int | None:
    """Where the domain that begins here ends: at the last label that is a top-level domain."""
    match = _DOMAIN.match(text, start, min(len(text), start + email_address.MAX_DOMAIN + 40))
    if match is None:
        return None
    end = match.end()
    while True:
        plain = _DOT_SPELLED.sub(".", text[start:end])
        if end < len(text) and text[end] in "_@":
            return None
        if "." in plain and _is_top(plain):
            return end
        cut = list(_DOT_SPELLED.finditer(text, start, end))
        if len(cut) < 2:
            return None
        if cut[-1][0] == ".":
            # a dot with no space: the labels belong together, and the last one is no top-level domain
            return None
        end = cut[-1].start()


def _is_top(domain: str) -> bool:
    labels = domain.split(".")
    return len(labels[-1]) > 1 and email_address.is_valid(f"a@{domain}")


def _is_provider(domain: str) -> bool:
    return _DOT_SPELLED.split(domain, maxsplit=1)[0].lower() in _PROVIDERS


MAX_MESSAGES: Final = 3
"""Earlier messages that may hold the beginning of an address."""
_MAX_BEGUN: Final = 64
"""Characters of the last word of a message, or of all of one that is a piece between others."""
_FINISHES = re.compile(
    r"\s{0,2}(?:@|[(\[{<](?:at|a|arroba|arobase|malpa)[)\]}>]|arroba\s|at[ -][\w-]{1,63}(?:\.|[ -]dot[ -])"
    r"|[\w-]{0,63}\.[a-z]{2}|[\w-]{1,63}[ -](?:dot|ponto|punto|point|punkt|punt|kropka)[ -]|(?:com|net|org)\b)",
    re.IGNORECASE,
)
_LAST_WORD = re.compile(r"(?:(?<=\s)|^)[^\s\x1f]{1,60} (?:at|arroba)$|[^\s\x1f]{1,64}$", re.IGNORECASE)
"""The last word, or what stands before a sign in words."""
_PIECE = re.compile(r"[\w.@+-]{1,64}|[(\[]at[)\]]")
_ALONE = re.compile(rf"{_LABEL}(?:\.{_LABEL}){{1,3}}[.!]?")


def may_finish(text: str) -> bool:
    """Whether a message begins as the end of an address does: ``@example.com``, ``example.com``, ``at gmail dot``."""
    return _FINISHES.match(text) is not None


def finish(earlier: Sequence[str], text: str) -> Iterator[Finished]:
    """The end of an address whose name, or name and sign, a sender's last messages hold."""
    start = len(text) - len(text.lstrip())
    rest = text[start : start + email_address.MAX_DOMAIN]
    begun = ""
    for count, message in enumerate(reversed(earlier[-MAX_MESSAGES:]), 1):
        said = message.rstrip()
        last = _LAST_WORD.search(said[-_MAX_BEGUN:])
        if last is None:
            return
        found = _across(last[0] + begun, rest, is_alone=last[0] == said.lstrip())
        if found is not None:
            yield Finished(found._replace(start=start, end=start + found.end), count)
            return
        piece = _PIECE.fullmatch(said.lstrip())
        if piece is None:
            return
        begun = piece[0] + begun


def _across(begun: str, rest: str, *, is_alone: bool) -> Found | None:
    """An address that begins in one piece and ends in the other, by the place of its end there."""
    has_sign = "@" in begun
    gap = " " if rest[:1].isalpha() and not has_sign else ""
    found = _over_seam(begun + gap, rest)
    if found is not None or has_sign or not (is_alone and _is_name(begun)):
        return found
    if _ALONE.fullmatch(rest) and _is_provider(rest):  # the sign was left out: words must say that it is an address
        found = _over_seam(begun + "@", rest)
    return None if found is None else found._replace(needs_context=True)


def _over_seam(begun: str, rest: str) -> Found | None:
    joined, seam = begun + rest, len(begun)
    for sign in _SIGN.finditer(joined):
        for found in find(joined, *sign.span()):
            if found.start < seam < found.end:
                return found._replace(start=0, end=found.end - seam)
    return None


def _is_name(word: str) -> bool:
    """Whether a word may be a mailbox rather than a word of talk."""
    return not word.isalpha() or (len(word) >= _SHORT and word.lower() not in _NO_LOCALS)
