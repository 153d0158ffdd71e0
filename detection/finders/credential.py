"""Passwords in prose and code: ``my password is hunter2``, ``senha: abc123!``, ``<password>t0psecret</password>``.

The grammar: noun, qualifiers, link, quote, value. A plain word after ``is`` is no password, and neither is what
follows a question, a request or a negation: people talk about passwords far more often than they write one.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from detection.checksums import mixed_text
from detection.finders import Found, password_text, program_text
from detection.fold import fold_words

MIN_LENGTH: Final = 4
MAX_LENGTH: Final = 128
MAX_PIN: Final = 6
"""Digits of a card's number of identification; more are a password, of the card's site or application."""

_QUALIFIER: Final = (
    r"(?:for|to(?!\s+\S*[0-9!@#$%^&*])|of|no|na|do|da|de|del|para|pour|fur|the|my|our|o|a|el|la|account|acct|email|e-mail|login|wi-?fi|app|site"
    r"|portal|online|bank|banking|new|temp|temporary|current|old|user|admin|root|atual|nova|nuev[oa]|actual|conta|cuenta|mea|ta|noua"
    r"|it|itself|here|below|again|then|instead)"
)
_OF: Final = r"(?:of|for|to|on|at|in|del?|d[aeo]s?|du|no|na|para|pour|fur|zum|von|vom|des|di|van|voor|per)"
_THE: Final = (
    r"(?:the|my|our|this|that|your|el|la|los|las|o|a|os|as|mi|tu|su|meu|minha|le|les|mon|ma|notre|den|das|der|die|dem"
    r"|mein\w{0,2}|unser\w{0,2}|il|lo|het|de)"
)
_OF_WHAT: Final = rf"(?:\s{_OF}(?:\s{_THE})?\s[\w-]{{2,20}}(?=\s|:|=)){{1,2}}"
"""What a password opens: ``the password of the box is ...``, ``la contraseña del correo de Ana es ...``."""
_CARD = re.compile(r"\b(?:cards?|cart\w{1,3}|tarjeta|\w{0,7}karte)\b")
_WHOSE: Final = (
    r"(?:\s(?:(?:that\s)?(?:i|we|you|he|she|they)(?:'\w{1,2})?|que|q|che|die|ktore)(?:\s[a-z]{2,10}){1,3}?"
    r"(?=\s(?:is|was|es|e|ist|to)\s))"
)
"""What somebody does with it: ``the password I am using is ...``, ``la contraseña que pongo es ...``."""
_SYMBOL_LINK: Final = (
    r"(?:\\{0,3}[\"'`]?[\])]?|\[\w{0,12}\])(?:[*_]{0,2}\s{0,3}|[ \t]{1,24}|\.{2,40}\s?)"
    r"(?::\s?[A-Z][\w\[\]?.]{2,15}\s?=|->|=>|<-|[:?.+]?={1,3}|:\s?[|>][-+]?\s?(?=\n)|:(?::(?=\s))?|~|\||→"
    rf"|是|为|為|は|{fold_words('은')}|{fold_words('는')})[*_]{{0,2}}\s{{0,16}}\[?|\s\[(?=[^\[\]\s]{{6,64}}\])|\{{(?=[\"'])"
    r"|\s?[,(]\s?(?:default|initial|temp\w{0,7})\s?[:=]\s?"
)
"""``=``, ``:``, ``:=``, ``?=``, ``<-``, ``: String =``; ``\\":`` where a text of JSON stands in JSON; ``(default:``."""
_FIELD_LINK: Final = (
    r"[\"']?,?\s{1,16}[\"']?value[\"']?\s?[=:]\s?|[\"'],[\"']value[\"']\s?:\s?"
    r"|[\"']?(?:\s[\w:-]{1,24}=\"[^\"<>]{0,40}\"){0,2}>(?:\s{0,20}<(?:value|string)>)?(?=[^<>\s]{4,128}</)|</\w{2,6}>\s{0,20}<\w{2,6}>(?=[^<>\s]{4,64}</)"
    r"|\s{1,8}(?:EQU|PIC\s\S{1,12}\s+VALUE|TYPE\s\w{1,16}\sVALUE)\s(?=[\"'])"
    r"|[\"'],\s?with:?\s(?=[\"'])|[\"')\]]{1,4}\.(?:type|send_?keys|fill|set_?value|val)\(\s?(?=[\"'])"
)
"""``<add key="Password" value="..."/>``, ``<password>...</password>``, ``value: ...`` below ``- name: PASSWORD``,
``get('[name=password]').type('...')``."""
_ARGUMENT_LINK: Final = r"[\"'`]\s?,\s?(?=[\"'`])|\(\s?(?=[\"'`])"
"""``define('DB_PASSWORD', '...')``, ``setPassword("...")``."""
_WORD_LINK: Final = (
    r"\s{1,3}(?:is|was|will\s+be|(?:was|is|got|has\s+been)\s+(?:re)?(?:set|changed|updated)\s+to|set\s+to|changed\s+to|to|are|e|era|es|ist|c'?est|este|est|sera"
    r"|lautet|ar|er|jest|it'?s|(?:sh|w)ould\s+be)(?:\s+(?:now|still|just|actually|really|probably|agora|ahora|simply|currently))?\s*:?\s{1,3}"
)
_LINK = re.compile(
    rf"(?:\d{{1,2}}(?=\s?[=:]|[\"']))?(?P<bracket>\s?\([^()\n]{{1,20}}\))?(?P<between>(?P<thing>{_OF_WHAT})?(?:\s+{_QUALIFIER}\b){{0,3}}(?:\s+\w+(?='s))?{_WHOSE}?)"
    rf"(?:(?P<symbol>{_SYMBOL_LINK})(?:is\s+)?|(?P<field>{_FIELD_LINK})|(?P<argument>{_ARGUMENT_LINK})|(?P<word>{_WORD_LINK})|(?P<dash>\s+-{{1,2}}\s+|-(?=\S))|(?P<none>[,;]?\s+))",
    re.ASCII | re.IGNORECASE,
)
_INSIDE = re.compile(
    r"(?:\s?\((?:default:\s?)?(?:[^\s()/:]{2,64}[/:])?(?=[^\s()]+\))|(?<=\(..)\)|(?<=\(...)\))\s?(?P<value>[^\s(),;]{7,64})"
)
"""``PASSWORD(...)``, ``ID/PW(user/...)``, ``password(default:...)``, ``(PW)...``."""
_QUOTED = re.compile(r"[bruf@]?\\{0,3}([\"'`])(?P<value>[^\"'`\n]{2,63}[^\"'`\n\\])\\{0,3}\1")
_WRAPPED = re.compile(
    r"(?:new\s)?(?:String|Secret(?:Str|Bytes)?|SecureString|GuardedString|bytes|bytearray|str|Buffer\.from|Some)(?:::\w+)?\(\s?"
    r"(?=[bruf@]?[\"'])"
)
"""``new String("...")``, ``SecretStr("...")``."""
_DEFAULTED = re.compile(
    r"(?:[\w.:>-]{0,40}(?:env\w*|get|fetch|getProperty|getOrDefault|config|lookup)\([\"'][\w.-]{1,48}[\"'],\s?(?:default\s?=\s?)?"
    r"|[\w.]{1,40}[\[(][\"'][\w.-]{1,48}[\"'][\])]\s?(?:or|\|\||\?\?)\s?|process\.env\.\w{1,48}\s?(?:\|\||\?\?)\s?)(?=[\"'])",
    re.IGNORECASE,
)
"""``getenv("DB_PASSWORD", "...")``, ``process.env.DB_PASSWORD || "..."``: the value where the environment has none."""
_SHELL_DEFAULT = re.compile(r"[\"']?\$\{\w{1,48}(?:\.\w{1,48})*:[-=]?(?P<value>[^\s{}$\"']{4,64})\}")
"""``${DB_PASSWORD:-...}``, ``${db.password:...}``."""
_ARGUMENT_BEFORE = re.compile(
    r"\b(?:define|put\w*|set\w*|append|add\w*|fill|type|field|getenv|env(?:iron)?(?:\.get)?|getOrDefault|getProperty)\(\s?[\"'`][\w.#\[=-]{0,40}$|(?:\.|\bset_?|\bwith_?|=\s?)$",
    re.IGNORECASE,
)
"""What stands before a noun whose value is given to a function: another argument may be anything."""
_BARE = re.compile(r"(?P<value>[^\s\"'`,;]\S{2,199})")

_REFUSING_BEFORE = re.compile(
    r"(?:\b(?:forg[eo]t\w*|forgotten|change|changing|reset\w*|recover\w*|lost|don'?t\s+(?:have|know|remember)"
    r"|what(?:'s|\s+is|\s+was)|how\s+(?:do|can|to)|new\s+to|need|wrong|invalid|enter(?:ing)?|verify|confirm|update|create"
    r"|choose|set\s+up|without|any|esqueci|perdi|olvide|perdio|trocar|alterar|redefinir|cambiar|recuperar|restablecer"
    r"|oublie|changer|reinitialiser|vergessen|andern|zurucksetzen|qual|cual|quelle?|welches?"
    r"|never\s+(?:share|send|give)|nunca)\b[^.:,;\n]{0,30})$",
    re.IGNORECASE,
)
_OBJECT_NAME = re.compile(r"[a-z]+(?:-[a-z]+)*-v?\d{1,4}")
"""``db-credentials-v2``: clusters call the objects that hold secrets so."""
_SETTING = re.compile(r"[\w.-]+[:=]")
"""On the line below a name: the next one, so that the name has no value."""
_SNAKE_CASE = re.compile(r"[a-z]+(?:_[a-z]+)+")
_GLUED_MARKS = re.compile(r'[">=<\\]')
_PAIR_NOUNS: Final = frozenset({"login", "logins", "credentials", "creds"})
"""A user's name and a password follow them; the second is the value."""
_USER_BEFORE = re.compile(
    r"(?:\b(?:user(?:name)?|login|id|e-?mail|account|usuario|utente|benutzer\w{0,4}|identifiant)"
    rf"|{fold_words('아이디')}|{fold_words('계정')})(?: ?(?:[/:&(]|and|e|y|et|und|ed) ?| )$",
    re.IGNORECASE,
)
_WEAK_NOUNS: Final = frozenset({"pass", "secret", "clave", "parola", "psk", "ww"})
"""Common words: only a symbol or a quote makes what follows them a value."""
_SPOKEN_NOUNS: Final = frozenset({"clave", "parola"})
"""Those of them that no program has: ``parola Steaua86! nu merge``."""
_OWNED = re.compile(
    r"\b(?:my|your|our|his|her|the|user|login|username|admin|wi-?fi|temp|temporary|new|mi|tu|su|la|minha|sua|a)(?:\s+\S{2,30})?\s+$"
    r"|\b(?:login|user(?:name)?|usuario|benutzer\w{0,4}|gebruikersnaam|utente|identifiant)(?:\s+is)?\s+\S{2,30}[\s,/|;]+(?:and\s+)?$",
    re.IGNORECASE,
)
"""Before a weak noun: whose it is, or the user's name."""
_DIRECTIVE = re.compile(r"(?P<value>[^\s\"'`,;]{6,64})[ \t]*(?:\n|$)")
"""All that a line says of a name: ``AuthLDAPBindPassword ...``."""
_LINE_BEFORE = re.compile(r"(?:^|\n)[ \t]*[\w.]*$")
_NEXT_PAIR = re.compile(r"[;&][A-Za-z][\w.]{0,31}=")
"""The next of the names and values of a connection string or a query."""
_CIPHERED = re.compile(r"(?:hash(?:ed)?|encrypted)[_-]?$", re.IGNORECASE)
"""Before a noun: ``hashed_secret``."""
_IN_BRACES = re.compile(r"\$\{[\w.]*$")
"""Before a noun: ``${DB_PASSWORD:...}``."""
_KEY_AFTER = re.compile(r"\s?(?::(?!\s*(?:\n|$))|=>|@[\"'])")
"""After a quoted text: it is the next key, or a user's name before that of a host."""
_IS_EMPTY = re.compile(r"=[ \t]*\n")
"""Nothing is given to it: ``DB_PASSWORD=`` at the end of a line."""
_HEAD_BEFORE = re.compile(r"[,;|\t] ?[\"']?$")
_ROW_BEGINS = re.compile(r"(?:^|\n)\W{0,6}$")
_ROW_ENDS = re.compile(r"[ \t|*]{0,6}(?:\n|$)")
_ONE_TIME = re.compile(r"one[- ]?time[- ]$", re.IGNORECASE)
_REVERSED = re.compile(
    r"(?:^|\s)[\"'`]?(?P<value>[^\s\"'`,;]{6,64})[\"'`]?\s(?:is|as|for|into?|\(?that'?s|(?:is\s)?still|e|es|como|est|comme|ist|als)\s"
    r"(?:(?:my|the|your|our|a|minha|sua|mi|la|su|mon|le|mein|das)\s)?(?:(?:new|temp\w*|root|admin|user|shared|right|current)\s)?$",
    re.IGNORECASE,
)
_CHARACTERS: Final = "tochararray"
_LITERAL = re.compile(r"([\"'])(?P<value>[^\s\"']{4,64})\1\.$")
_PHRASE_NOUNS: Final = frozenset({"passphrase", "pass phrase"})
_PHRASE = re.compile(r"(?P<value>[A-Za-z]{2,12}(?:[ -][A-Za-z]{2,12}){2,9})(?=[.,;!?\n]|$)")
"""Several plain words up to the end of a sentence."""
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PAIR = re.compile(
    r"[^\s/|:,;(]{2,64}(?:\s?(?:/{1,2}|\||:|,|;|\()\s?|(?P<space>\s))[\"'`]?(?P<value>[^\s,;\"'`]{4,64})"
)


class _Noun(NamedTuple):
    """The word that names a password, and where it stands."""

    text: str
    start: int
    end: int
    word: str

    @property
    def is_common(self) -> bool:
        """Whether people use it for other things as well."""
        return self.word in _WEAK_NOUNS

    @property
    def is_second(self) -> bool:
        """Whether a user's name is named before it: ``username/password: ...``."""
        return _USER_BEFORE.search(self.text, max(0, self.start - 12), self.start) is not None

    @property
    def is_owned(self) -> bool:
        """Whether somebody's name or a possessive stands before it."""
        return _OWNED.search(self.text, max(0, self.start - 40), self.start) is not None


def find(text: str, start: int, end: int) -> Iterator[Found]:
    """The value that follows the noun at a span of the folded text, or stands before it, if one does."""
    noun = _Noun(text, start, end, text[start:end].lower().lstrip("_"))
    yield from _before_noun(noun)
    if (inside := _INSIDE.match(text, end)) is not None and _is_value_inside(noun, inside["value"]):
        yield _found(inside, inside["value"])
        return
    link = _LINK.match(text, end)
    if link is not None and not _names_something_else(noun, link):
        yield from _after(noun, link)


def _after(noun: _Noun, link: re.Match[str]) -> Iterator[Found]:
    """The value to which a link leads."""
    text = noun.text
    default = _default(text, link.end()) if link["symbol"] else None
    if default is not None:
        if password_text.looks_random(default["value"]):
            yield _found(default, default["value"])
        return
    if noun.word in _PAIR_NOUNS or noun.is_second:
        pair = None if link[0].startswith(",") else _PAIR.match(text, link.end())  # a comma is between arguments
        if pair is not None:
            yield from _second_of(pair)
        if noun.word in _PAIR_NOUNS or (pair is not None and not pair["space"]):
            return
    wrapped = _WRAPPED.match(text, link.end()) if link["symbol"] else None
    quoted = _QUOTED.match(text, link.end() if wrapped is None else wrapped.end())
    if not _has_mark(link) and quoted is None and _REFUSING_BEFORE.search(text, max(0, noun.start - 50), noun.start):
        return
    phrase = _PHRASE.match(text, link.end()) if noun.word in _PHRASE_NOUNS and not link["none"] else None
    if link["symbol"] and _IS_EMPTY.search(link["symbol"]):
        return
    if quoted is not None and not (link["none"] and noun.is_common and text[noun.start] != "_" and not noun.is_owned):
        yield from _in_quotes(link, quoted, is_common=noun.is_common)
    elif phrase is not None:
        yield _found(phrase, phrase["value"])
    else:
        yield from _bare(noun, link)


def _default(text: str, at: int) -> re.Match[str] | None:
    """The value that a program takes where its environment names none."""
    defaulted = _DEFAULTED.match(text, at)
    return _SHELL_DEFAULT.match(text, at) if defaulted is None else _QUOTED.match(text, defaulted.end())


def _names_something_else(noun: _Noun, link: re.Match[str]) -> bool:
    """Whether the noun is a part of another word, of an address, or an argument among others."""
    text, start, end = noun.text, noun.start, noun.end
    if _ONE_TIME.search(text, max(0, start - 12), start):
        return True
    before = text[start - 1 : start]
    is_key = text[start] == "_" or link["field"] or "=>" in (link["symbol"] or "")
    if before == ":" and not is_key and not noun.is_second:
        return True
    if before == "/" and not noun.is_second and not (link["symbol"] and _is_mixed(text, link)):
        return True
    if _CIPHERED.search(text, max(0, start - 12), start):
        return True
    if text[end : end + 1] == ":" and _IN_BRACES.search(text, max(0, start - 64), start):
        return True
    if link["argument"] and not _ARGUMENT_BEFORE.search(text, max(0, start - 48), start):
        return True
    if link["none"] and "\n" in link["none"] and _HEAD_BEFORE.search(text, max(0, start - 3), start):
        return True  # the last column's name
    if not _is_glued(text, start) or _has_mark(link):
        return False
    quoted = _QUOTED.match(text, link.end())
    if quoted is None and _LINE_BEFORE.search(text, max(0, start - 48), start):
        quoted = _DIRECTIVE.match(text, link.end())
    return quoted is None or not password_text.is_valuelike(quoted["value"])


def _in_quotes(link: re.Match[str], quoted: re.Match[str], *, is_common: bool) -> Iterator[Found]:
    value = quoted["value"]
    if (quoted[1] == "`" and " " in value) or value[0] == "+" or _KEY_AFTER.match(quoted.string, quoted.end()):
        return  # a command, an operator between two texts, or another name
    is_loose = link["none"] and (link["thing"] or link["none"].startswith(",") or is_common)
    is_said = not is_loose or password_text.looks_random(value)
    if is_said and not password_text.is_refused(value) and (" " not in value or link["symbol"] or link["word"]):
        yield _found(quoted, value)


def _bare(noun: _Noun, link: re.Match[str]) -> Iterator[Found]:
    bare = _BARE.match(noun.text, link.end())
    if bare is None:
        return
    written = bare["value"].partition("<" if link["field"] else "</")[0]
    value = password_text.stripped(_NEXT_PAIR.split(written, maxsplit=1)[0])
    if not MIN_LENGTH <= len(value) <= MAX_LENGTH or password_text.is_refused(value) or _is_no_value_of(noun, value):
        return
    at = bare.start("value")
    if "\n" in link[0] and _SETTING.match(written):
        return  # the next line's own name
    if _is_accepted(noun, link, at, value) and not program_text.is_name(
        noun.text, noun.start, link[0], at, bare["value"]
    ):
        yield _found(bare, value)


def _is_no_value_of(noun: _Noun, value: str) -> bool:
    """Whether the noun means something else beside such a value."""
    match noun.word:
        case "secret":
            return _OBJECT_NAME.fullmatch(value) is not None
        case "pwd":  # the working directory
            return value.startswith("/")
        case "pass":  # ``PASS: test_login``
            return _SNAKE_CASE.fullmatch(value) is not None or value.startswith(("Test", "test"))
        case _:
            return False


def _is_glued(text: str, start: int) -> bool:
    """Whether the noun is the end of a program's name: ``dbPassword``, ``PGPASSWORD``."""
    return text[start] != "_" and text[start - 1 : start].isalnum()


def _is_value_inside(noun: _Noun, value: str) -> bool:
    """Whether it is no argument of a function that has the noun in its name."""
    return not _is_glued(noun.text, noun.start) and mixed_text.is_valid(value) and not program_text.is_argument(value)


def _has_mark(link: re.Match[str]) -> bool:
    """Whether punctuation of a program or a form leads to the value."""
    return bool(link["symbol"] or link["field"] or link["argument"])


def _is_mixed(text: str, link: re.Match[str]) -> bool:
    """Whether what follows is so mixed that no name or word is."""
    bare = _BARE.match(text, link.end())
    return bare is not None and mixed_text.is_valid(password_text.stripped(bare["value"]))


def _is_accepted(noun: _Noun, link: re.Match[str], at: int, value: str) -> bool:
    """Whether the value is one, by how the noun leads to it."""
    text = noun.text
    if link["field"]:
        return password_text.is_valuelike(value) or (link["field"].lstrip("\"'").startswith(">") and value.islower())
    if noun.is_common and (link["symbol"] or "").strip() in {"|", "["}:
        return False  # ``pass [Options] to it``
    if value.isdigit() and len(value) <= MAX_PIN and _CARD.search(link["thing"] or ""):
        return False  # a card's is its PIN
    if link["symbol"]:
        return password_text.is_valuelike(value) or (
            _is_last(text, at + len(value)) and not _is_in_head(noun, link, at + len(value))
        )
    if noun.is_common and not _is_led(link) and not noun.is_owned:
        return noun.word in _SPOKEN_NOUNS and not link["thing"] and mixed_text.is_valid(value)
    if link["none"] and link["thing"]:
        return False  # ``clave de elector GMVL...``
    if link["dash"] == "-" and (
        _GLUED_MARKS.search(value) or text[at + len(value) : at + len(value) + 1] in {'"', "'"}
    ):
        return False  # ``<input id="password-input">``
    if link["none"] and noun.word == "passcode" and value.isdigit():
        return not _is_number_of_something(text, at, value)
    if link["none"] or noun.is_common:
        return password_text.looks_random(value) and not program_text.is_argument(value)
    return password_text.is_valuelike(value) and not _is_number_of_something(text, at, value)


def _is_in_head(noun: _Noun, link: re.Match[str], end: int) -> bool:
    """Whether bars part the noun and the plain word after it from more: both are names of columns then."""
    return "|" in link["symbol"] and not (
        _ROW_BEGINS.search(noun.text, max(0, noun.start - 8), noun.start) and _ROW_ENDS.match(noun.text, end)
    )


def _is_led(link: re.Match[str]) -> bool:
    """Whether words lead from a common noun to a value: ``parola este ...``, and not ``pass it to X509``."""
    return bool(link["word"] or (link["between"] and not link["none"])) and (link["word"] or "").strip() != "to"


def _found(match: re.Match[str], value: str) -> Found:
    start = match.start("value")
    return Found(start, start + len(value), 0.8, "credential grammar")


def _before_noun(noun: _Noun) -> Iterator[Found]:
    """``use Winter2024! as the password``, ``Winter2024! is my password``, ``"...".toCharArray()``."""
    text, start = noun.text, noun.start
    if noun.word == _CHARACTERS:
        yield from _literal_before(text, start)
        return
    match = _REVERSED.search(text, max(0, start - MAX_LENGTH - 24), start)
    if match is not None and password_text.looks_random(match["value"]) and len(match["value"]) <= MAX_LENGTH:
        yield _found(match, match["value"])


def _literal_before(text: str, start: int) -> Iterator[Found]:
    """``"...".toCharArray()``: Java takes passwords in this form."""
    literal = _LITERAL.search(text, max(0, start - MAX_LENGTH - 3), start)
    if literal is not None and password_text.is_valuelike(literal["value"]):
        yield _found(literal, literal["value"])


def _second_of(pair: re.Match[str]) -> Iterator[Found]:
    value = password_text.stripped(pair["value"].partition(">")[0])
    is_sure = mixed_text.is_valid(value) if pair["space"] else password_text.is_valuelike(value)
    if is_sure and _ADDRESS.fullmatch(value) is None and not program_text.is_argument(value):
        yield _found(pair, value)


def _is_number_of_something(text: str, at: int, value: str) -> bool:
    """``8 characters``, ``2 days``."""
    return value.isdigit() and _COUNTED.match(text, at + len(value)) is not None


_COUNTED = re.compile(
    r"\s*(?:char\w*|digits?|letters|numbers|symbols|days?|hours?|minutes?|times?|years?|months?|caracteres|digitos|dias|horas)",
    re.IGNORECASE,
)


def _is_last(text: str, end: int) -> bool:
    """Whether the line or sentence ends after the value, or a further credential follows."""
    rest = text[end : end + 12]
    return not rest.strip() or rest.lstrip()[0] in ".,;!?)|/\n" or "\n" in rest[:3]
