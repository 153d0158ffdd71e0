"""Random texts that are given to the name of a key: ``stripeKey := "..."``, ``<authToken>...</authToken>``.

The grammar: name, type, link, call, quote, value. A name says by its other words whether it is a key's at all: a
``publicKey``, a ``cache_key`` and a ``tokenUrl`` are none. What no person would make up is a value; where the name may
be another thing's as well (``fastlyKey``, ``songKey``), it has to be longer and more mixed.
"""

import re
from collections.abc import Iterator
from typing import Final

from detection.checksums import secret_text
from detection.finders import Found, program_text

MAX_NAME: Final = 48
"""Characters of a name that are looked at before its last word."""
MIN_KEY: Final = 20
"""Characters of a value that is given to any key."""
SCORE: Final = 0.85

_TYPE: Final = r"\s?:\s?(?:&\s?)?(?:'\w{1,8}\s)?[A-Za-z][\w.]{0,16}(?:[<\[]\w{1,12}[>\]])?\??\s?="
"""``: String =``, ``: &'static str =``, ``: Optional[str] =``."""
_OPERATOR: Final = r"(?:=>|->|<-|[:?.+|]?={1,3}|:{1,2}|\|)"
_CALL: Final = r"(?:(?:new\s|\[\])?[A-Za-z][\w.]{0,24}(?:::\w{1,16})?!?[(\[]\s?(?=[bruf@]?\\{0,3}[\"'`]))?"
"""``String::from("...")``, ``Buffer.from('...')``."""
_OPEN: Final = r"[(\[]?\s?(?:[bruf@$]{1,2}(?=[\\\"'`]))?\\{0,3}[\"'`]?"
_ASSIGNED: Final = (
    rf"(?:{_TYPE}|\s{{0,20}}{_OPERATOR}|(?:,?\s{{1,16}}|,)\\?[\"']?value\\?[\"']?\s?[=:]|,\s?(?:do|default|value):)"
    rf"\s{{0,20}}{_CALL}{_OPEN}"
)
_ELEMENT: Final = (
    r"(?:\s[\w:-]{1,24}=\"[^\"<>]{0,40}\"){0,2}>\s{0,40}(?:<value>)?"
    r"|</name>\s{0,20}<value>\s?|</key>\s{0,20}<string>\s?"
)
"""``<token>``, ``<setting name="Token" type="String"><value>``, ``<key>Token</key><string>``."""
_SPACE: Final = r"(?P<space>[ \t]{1,8})(?=[\w+/=-]{20,200}(?:\s|$))"
_ARGUMENT: Final = r",\s?[\"'`]{1,2}|\s[\"']|\([bruf@]?[\"'`]"
"""``set("token", "...")``, ``token "..."``, ``withToken("...")``."""
_LINK = re.compile(
    rf"(?P<rest>[\w.-]{{0,40}}?)(?P<closed>\\{{0,3}}[\"'`\])]{{0,3}}|\[\w{{0,12}}\])"
    rf"(?:{_ASSIGNED}|{_ELEMENT}|{_SPACE}|{_ARGUMENT})"
)
_VALUE = re.compile(r"(?:base64:)?(?P<value>[^\s\"'`,;&@<>{}()\[\]\\|]{10,400})")
_ENTRY = re.compile(r">(?P<name>[\w .-]{1,48})</key>\s{0,20}<string>\s?(?P<value>[^\s<>]{10,400})")
"""``<key>ApiToken</key><string>...``: an entry of a property list."""
_ADDED = re.compile(r"=[\"'](?P<name>[\w.:-]{1,64})[\"']\s{1,16}value=[\"'](?P<value>[^\s\"'<>]{10,400})")
"""``<add key="AuthToken" value="..."/>``: an entry of a program's settings."""
_CALLED: Final = frozenset("([{")
"""After what was no value, but the name of a function."""
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_OTHERS: Final = frozenset(
    """
    public pub pubkey publishable published anon audience aud scope primary foreign unique cache cached
    partition sort object row shard idempotency index site alias id ids uid name names path paths file filename
    dir url uri endpoint type types hash hashed digest checksum sha md fingerprint thumbprint commit etag csrf
    xsrf page next previous prev continuation recv cursor sync amz socket domain header headers prefix suffix
    length len size count limit expiry expires expiration ttl lifetime field label column map up down press code
    frame chain ring pair stroke binding encrypted cipher masked mime lock change request method algorithm alg
    format regex pattern placeholder description title message error kid action starting registration ref reference
    issuer version usage rotation policy manager holder hint status state
    """.split()  # noqa: SIM905  (a list of words reads as prose)
)
"""Words of a name that say it is no secret's."""
_SURE: Final = frozenset(
    """
    api apikey jwt hmac aes secret token auth access private encryption encrypt decryption decrypt signing validation
    master license subscription account client consumer credential credentials cred creds
    """.split()  # noqa: SIM905  (as above)
)
"""Words of a name that say it is a secret's."""
_NOUN = re.compile(r"(?:key|token|secret|cred|credential|auth)s?$")
_OTHER_WORDS: Final = frozenset({"monkey", "donkey", "turkey", "jockey", "hockey", "whiskey", "hotkey"})
"""Words that end as names of keys do."""
_MIN_DISTINCT: Final = 7
_UUID = re.compile(r"(?:[a-z]{2,6}-)?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_IS_KEY = re.compile(r"\\{0,3}[\"'`]\s?:")
"""After a text that is a name itself: ``"kind": "api-key", "id": ...``."""
_CUT: Final = ".."
"""At the end of a value of which only the beginning is shown."""
_PART_BEFORE = re.compile(r"(?:^|[^$\w-])[\w-]{1,20}:$|::$")
"""Before a part of a longer name: ``arn:...:secret:prod/db-AbCdEf``, ``AWS::ApiGateway::ApiKey``."""
_PLAIN: Final = ".,:!?"
"""Marks of a sentence after a value."""


def find(text: str, start: int, end: int) -> Iterator[Found]:
    """The value that is given to the name whose last word stands at a span of the folded text, if one is."""
    given = _entry(text, start, end) or _assignment(text, start, end)
    if given is None:
        return
    name, value = _words(given[0]), given[1]
    written = value["value"].rstrip(_PLAIN)
    if not _names_key(name) or program_text.is_reference(written) or program_text.is_hash(written):
        return
    if _is_secret(name, written):
        yield Found(value.start("value"), value.start("value") + len(written), SCORE, "name of a key")


def _entry(text: str, start: int, end: int) -> tuple[str, re.Match[str]] | None:
    """Name and value of an entry of a property list or of settings that the word is the mark of."""
    entry = (_ENTRY if text[start - 1 : start] == "<" else _ADDED).match(text, end)
    return None if entry is None else (entry["name"], entry)


def _assignment(text: str, start: int, end: int) -> tuple[str, re.Match[str]] | None:
    """The name that ends with the word, and what is given to it."""
    link = _LINK.match(text, end)
    value = None if link is None else _VALUE.match(text, link.end())
    if link is None or value is None or not _is_whole(text, value):
        return None
    begins = _beginning(text, start)
    if _PART_BEFORE.search(text, max(0, begins - 24), begins):
        return None
    name = text[begins:end] + link["rest"]
    if link["space"] and not (name.startswith("-") or "_" in name or "." in name):
        return None  # a sentence
    return name, value


def _is_whole(text: str, value: re.Match[str]) -> bool:
    """Whether it is no address, no function's name, no name of the next value and not cut short."""
    return not (
        value["value"].startswith("//")
        or value["value"].endswith(_CUT)
        or text[value.end() : value.end() + 1] in _CALLED
        or _IS_KEY.match(text, value.end())
    )


def _beginning(text: str, start: int) -> int:
    """Where the name begins whose last word begins at ``start``."""
    least = max(0, start - MAX_NAME)
    while start > least and (text[start - 1].isalnum() or text[start - 1] in "_-."):
        start -= 1
    return start


def _words(name: str) -> frozenset[str]:
    """The words of a name as programs write them: ``dbAccess_key``, ``X-API-Key``."""
    return frozenset(word.lower() for word in _WORDS.findall(name))


def _names_key(name: frozenset[str]) -> bool:
    """Whether a word of it is a key's, and none another thing's: ``certificate-authority`` only begins as one."""
    return _OTHERS.isdisjoint(name) and any(map(_is_noun, name))


def _is_noun(word: str) -> bool:
    """Whether it ends as a word for keys; ``monkey`` and ``sitekey`` are none."""
    end = _NOUN.search(word)
    return end is not None and word not in _OTHER_WORDS and word[: end.start()] not in _OTHERS


def _is_secret(name: frozenset[str], value: str) -> bool:
    if _is_sure(name):
        return secret_text.is_valid(value) or (_UUID.fullmatch(value) is not None and len(set(value)) >= _MIN_DISTINCT)
    is_mixed = value.isalnum() or (value != value.lower() and value != value.upper())
    return len(value) >= MIN_KEY and is_mixed and secret_text.is_valid(value)


def _is_sure(name: frozenset[str]) -> bool:
    """Whether the name can only be a secret's; ``fastlytoken`` and ``apikey`` are single words."""
    return not _SURE.isdisjoint(name) or any(word.endswith(("token", "secret", "apikey", "authkey")) for word in name)
