"""What looks like a value and is none: identifiers, hashes, addresses, amounts, parcels, times, replacements."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from detection.checksums import checksum
from detection.long_search import LongSearch
from detection.prefilter import Prefilter
from schemas.token import find_tokens

Span = tuple[int, int]

_UUID = LongSearch(re.compile(r"(?<![0-9A-Fa-f-])[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![0-9A-Fa-f-])"))
_HASH = LongSearch(
    re.compile(r"(?<![0-9A-Za-z])(?=[0-9A-Fa-f]*[0-9])(?=[0-9A-Fa-f]*[A-Fa-f])[0-9A-Fa-f]{24,}(?![0-9A-Za-z])")
)
_URL_PATH = re.compile(r"[a-z][a-z0-9+.-]{1,15}://[^\s/?#]*(/[^\s?#]*)", re.IGNORECASE)
_PATH_WITHIN = LongSearch(
    re.compile(
        r"(?:(?<![\w/])/|(?<![\w.-])(?!\w*card)[A-Za-z][\w-]{2,24}/)(?:[\w.-]+/){0,8}"
        r"\d{12,19}(?:/[A-Za-z][^\s]*|(?= HTTP/))"
    )
)
"""A path without a host: ``GET /items/4539... HTTP/1.1``, ``product/4539.../reviews``."""
_URL_NAMING = re.compile(
    r"[?&](?:[a-z_]{0,16}(?:_|\b)u?id|[a-z]{1,16}Id|fbid|t|ts|time|timestamp|v|rev|ref|sku|item|order|page|cb|rand)=(\d+)(?=[&#\s]|$)"
)
"""A number that the address of a page gives to a place, a time or a version."""
_NAMED_ID = LongSearch(
    re.compile(
        r"(?<![A-Za-z0-9])(?!(?:my|the|your|our|his|her|is|as|an?|[a-z]{0,12}card|cc|pan|credit|debit|visa|amex"
        r"|[a-z]{0,8}karte|tarjeta|cartao|carte)(?:[ _-]|I[dD]))"
        r"(?:[A-Za-z]{2,20}(?:[ _-][iI][dD]|(?<=[a-z])I[dD])|(?:(?<![ _-])|(?<=[;,&{(] ))[iI][dD](?:_str)?(?=[\"':=>])"
        r"|(?:fb|u|uu|gu|v|p|t|s|g|r|m|o|ps|x|post|user|order|item|page|txn|trace|span|session|customer|account|merchant"
        r"|request|event|job|task|device|client|app|team|group|chat|thread|photo|video|album)id(?=[\"':=>]))"
        r"[\"']?\s{0,2}(?:[:=#>]|is)?\s{0,2}[\"']?(\d{12,19})\b"
    )
)
"""A number that is called the id of something: ``"user_id": 4539...``, ``request id 5425...``, ``id=6011...``."""
_NAMED_FIELD = LongSearch(
    re.compile(
        r"(?<![A-Za-z])(?:[A-Za-z]{1,16}_)?(?:nonce|seq(?:uence)?(?:_?n(?:o|um|umber))?|offset|count|total|amount|balance|price"
        r"|size|length|width|height|lat(?:itude)?|lon(?:gitude)?|lng|cursor|etag|hash(?:code)?|checksum|crc"
        r"|(?:time(?:stamp)?_?)?[unm]s|time(?:stamp)?|ts|epoch|(?:created|updated)(?:_?(?:at|on))?|row_?(?:num|id)|version|build(?:_?number)?|rate|speed|sum"
        r"|rrn|stan|arn|msisdn|asin|vin|(?:item|member|claim|policy|lot|part)_?(?:no|num|number)|licen[cs]e_?key"
        r"|page_?token|gift_?card)[\"']?\s{0,2}[:=>]\s{0,2}[\"']?(\d{12,19})\b",
        re.IGNORECASE,
    )
)
"""A number in a field of a program that holds an amount, a place, a time or a count: ``"offset": 4539...``."""
_ENDING = (
    r"\.(?:pdf|docx?|xlsx?|jpe?g|png|gif|heic|mp[34]|zip|csv|txt|log|json|xml|html?"
    r"|java|py|js|ts|cpp|go|rs|rb|php|sh|bin|iso|exe|dll|gz|tar|bak|tmp|dat)\b"
)
_FILE_SIGN = LongSearch(re.compile(_ENDING, re.IGNORECASE))
_FILE = LongSearch(
    re.compile(
        # digits alone are no name that a camera or a program gives, and some words say what the digits are
        r"(?<!\S)(?=[\w.-]*?[^\W\d_][\w.-]*\.)(?![\w.-]*(?:card|cart|tarjeta|karte|ssn|cpf|iban|passport))"
        rf"[\w.-]{{6,}}{_ENDING}",
        re.IGNORECASE,
    )
)
_PUBLICATION = re.compile(r"(?<![\w./])10\.\d{4,9}/(?=[^\s,;]*[A-Za-z])[^\s,;]+")
"""A work's own address (ISO 26324): ``10.1016/j.cell.2021.81.061``."""
_DECIMAL = re.compile(r"(?<![\d.])[+-]?\d+\.\d+(?:[eE][+-]?\d+)?(?![\d.]|-\d)|[$€£¥]\s?\d[\d,. ]*\d")
_CODES = LongSearch(
    re.compile(
        r"(?<![\w.])\.\d{4}(?:\.\d{4}){2,}(?![\d.])"
        r"|(?<![0-9A-Za-z])(?=[0-9A-F ]{0,60}[A-F])(?:[0-9A-F]{4}[ \n]){5,}[0-9A-F]{4}(?![0-9A-Za-z])"
    )
)
"""Rows of a table of codes: ``[.4181.0033.0002.8005]``, ``6248 6249 793B 7940 7946 7949``."""
_FOURS = LongSearch(re.compile(r"(?<![\w.-])\d{4}(?:\s{1,4}\d{4}){8,}+(?![\w-])"))
_FOUR = re.compile(r"\d{4}")
_CARD: Final = 4
"""Groups of a card."""
_ORDER = LongSearch(re.compile(r"(?<![\d-])(?:\d{3}-(?:\d{7}-\d{7}|\d{10})|(?:19|20)\d{2}-\d{6,8})(?![\d-])"))
"""As Amazon writes the numbers of its orders, airlines those of their tickets, and offices theirs: by the year."""
_REPLACEMENT = re.compile(r"\[[A-Z](?![^\]]{0,60}\d{3})[A-Z0-9 _:.\-]{0,60}\]")
_TRACKING = LongSearch(
    re.compile(
        r"\b((?i:1 ?Z(?: ?[0-9A-Z]){16}))\b"
        # small letters apart from the digits are words: ``call me at 695 406 915 or later``
        r"|\b([A-Z]{2} ?(?:\d{3} ?\d{3} ?\d{3}|\d{4} ?\d{4} ?\d|\d\d \d{3} \d{3} \d) ?[A-Z]{2}"
        r"|[a-z]{2}\d{3} ?\d{3} ?\d{3}[a-z]{2})\b"
    )
)


_POSTAL = LongSearch(re.compile(r"(?<!\d)(?<!\d[ -])\(?(?:9[1-5]|[07]\d|23)\d\d(?: \d{4}){4}(?: \d\d)?(?![ -]?\d)"))
"""As the post of the United States prints its numbers: in groups of four, of which some four look like a card."""
_MOMENT = LongSearch(
    re.compile(
        r"(?<![\w.])(?<!\d[-/])"
        r"(?:(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])"
        r"|(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.](?:19|20)\d\d)"
        r"(?:(?:,? |T)(?:[01]?\d|2[0-3])(?::[0-5]\d){1,2}(?:[.,]\d{1,9})?Z?)?(?!\w|[-/]\d)"
        r"|(?<![\w:.-])(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d(?:[.,]\d{1,9})?(?![\d:-])"
    )
)
"""A day or a time of it: what is said of a value often says when."""


def possible(text: str) -> frozenset[str]:
    """Kinds of which a look-alike may stand in a folded text: the others need not be looked for."""
    return frozenset([_KINDS[number] for number in _PREFILTER.match(text) or ()])


_COURIERS: Final = (
    "dhl|fedex|ups|usps|dpd|gls|tnt|hermes|evri|yodel|nacex|seur|mrw|redpack|estafeta|aramex|correos|correios|postnl"
    "|bpost|royal mail|la poste|colissimo|chronopost|purolator|delhivery|dtdc|parcelforce|sedex|brt|inpost|postnord"
    "|mondial relay|relais colis|geodis|ctt|ontrac|lasership|canada post|australia post|japan post|sf express|yamato"
    "|cainiao|fan courier|sameday|omniva|aras kargo|yurtici kargo|posti|poste italiane|dao"
)
_COURIER: Final = Prefilter([rf"(?i)\b(?:{_COURIERS})\b"])
_PARCEL = re.compile(
    rf"\b(?:{_COURIERS})(?:[ -](?:express|parcel|paket|shipment|sendung|envio|colis|pacco|tracking|awb|waybill|ref"
    r"|no|nr|n|number|numero|nummer|id|code|item|is|says))*[ :#(.\u00b0]{1,4}(\d[\d /-]{7,20}\d)\b",
    re.IGNORECASE,
)
"""What stands right after a courier's name, where nobody is to be called there."""
_CALLED = re.compile(r"\b(?:call|ring|rang|phone|dial|tel|llam|marc|lig|anruf|ruf|appel|chiam|bel)", re.IGNORECASE)
_CALLED_WITHIN: Final = 40


def spans(name: str, text: str) -> list[Span]:
    """Where look-alikes of a kind stand in a folded text."""
    return list(_FINDERS[name](text))


def without_replacements(text: str) -> str:
    """The text with every replacement blanked: ``[CREDIT CARD REDACTED]`` is no word that speaks for a card.

    NUL stands where a number may have stood, and one that a word names; an e-mail address is none.
    """
    return _REPLACEMENT.sub(lambda m: ("\1" if "EMAIL" in m[0] else "\0") * len(m[0]), text) if "[" in text else text


def names() -> frozenset[str]:
    """Kinds that a rule may name."""
    return frozenset(_FINDERS)


def _whole(expression: LongSearch) -> Callable[[str], Iterable[Span]]:
    return lambda text: (match.span() for match in expression.finditer(text))


def _tokens(text: str) -> list[Span]:
    return find_tokens(text) + ([match.span() for match in _REPLACEMENT.finditer(text)] if "[" in text else [])


def _decimals(text: str) -> list[Span]:
    tables = [match.span() for match in _FOURS.finditer(text) if not _are_cards(_FOUR.findall(match[0]))]
    return [*(match.span() for one in (_DECIMAL, _CODES) for match in one.finditer(text)), *tables]


def _are_cards(groups: list[str]) -> bool:
    """Whether half of these groups of four digits or more are those of cards."""
    is_card = checksum("payment_card").is_valid
    place = cards = 0
    while place + _CARD <= len(groups):
        found = is_card("".join(groups[place : place + _CARD]))
        cards += found
        place += _CARD if found else 1
    return 2 * _CARD * cards >= len(groups)


def _url_paths(text: str) -> list[Span]:
    named = [match.span(1) for match in _URL_NAMING.finditer(text)] if "=" in text else []
    paths = [match.span(1) for match in _URL_PATH.finditer(text)] if "://" in text else []
    files = [match.span() for match in _FILE.finditer(text)] if _FILE_SIGN.search(text) else []
    within = [match.span() for match in _PATH_WITHIN.finditer(text)] if "/" in text else []
    works = [match.span() for match in _PUBLICATION.finditer(text)] if "10." in text else []
    return [*paths, *named, *within, *files, *works]


def _tracking(text: str) -> list[Span]:
    parcels = (m for m in _TRACKING.finditer(text) if checksum("ups" if m[1] else "s10").is_valid(m[1] or m[2]))
    postal = (match for match in _POSTAL.finditer(text) if checksum("usps").is_valid(match[0]))
    orders = _ORDER.finditer(text) if "-" in text else ()
    named = (
        match.span(1)
        for match in (_PARCEL.finditer(text) if _COURIER.match(text) else ())
        if not _CALLED.search(text, max(0, match.start() - _CALLED_WITHIN), match.start())
    )
    return [*(match.span() for match in (*parcels, *postal, *orders)), *named]


_FINDERS: Final[dict[str, Callable[[str], Iterable[Span]]]] = {
    "token": _tokens,
    "uuid": _whole(_UUID),
    "hash": _whole(_HASH),
    "url_path": _url_paths,
    "named_id": lambda text: (m.span(1) for one in (_NAMED_ID, _NAMED_FIELD) for m in one.finditer(text)),
    "decimal": _decimals,
    "tracking": _tracking,
    "moment": _whole(_MOMENT),
}
_SIGNS: Final = {
    "token": r"tok_|\[",
    "uuid": "-[^-]{4}-",
    "hash": "[0-9A-Fa-f]{24}",
    "url_path": r"\.|://|[?&][A-Za-z_]+=|/[0-9]{12}",
    "named_id": r"(?:[ _-][iI]|[a-z]I)[dD](?:[^A-Za-z]|is)|[iI][dD](?:_str)?[\"':=>]"
    r"|[A-Za-z][\"']?\s{0,2}[:=>]\s{0,2}[\"']?[0-9]{12}",
    "decimal": r"[.$€£¥]|(?:[0-9A-F]{4}\s{1,4}){5}",
    "tracking": rf"(?i)(?:{_COURIERS})[ :#(-]|"
    r"1 ?[Zz]|[0-9] ?[A-Z]{2}(?:[^A-Z]|$)|[0-9]{3,4}-[0-9]{6}|(?: [0-9]{4}){4}",
    "moment": r"(?:19|20)[0-9]{2}[-/.][0-9]|[0-9][-/.](?:19|20)[0-9]{2}|[0-9]:[0-9]{2}:[0-9]",
}
"""RE2 expressions: each matches in every text with a look-alike of the kind, and in few others."""
_KINDS: Final = tuple(_SIGNS)
_PREFILTER: Final = Prefilter(_SIGNS.values())
