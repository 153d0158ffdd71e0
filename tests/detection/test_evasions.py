# ruff: noqa: RUF001  (disguises are the subject)
"""Values in disguise: each is found under its own entity, and nothing of it is left in the redacted text."""

import base64
import re
import unicodedata
from collections.abc import Iterator
from functools import cache

import pytest

from detection import Engine, load_policy

CARD = "5555555555554444"
GROUPS = "5555 5555 5555 4444"
VISA = "4539148803436467"
SSN = "536-22-8714"
EMAIL = "jane.doe@example.com"

NUMERALS = {
    "Arabic": 0x0660,
    "Persian": 0x06F0,
    "Devanagari": 0x0966,
    "Bengali": 0x09E6,
    "Tamil": 0x0BE6,
    "Thai": 0x0E50,
    "Khmer": 0x17E0,
    "full width": 0xFF10,
    "mathematical bold": 0x1D7CE,
    "monospace": 0x1D7F6,
    "segmented": 0x1FBF0,
}
SEPARATORS = (
    *(" ", "  ", "   ", "-", "--", "–", "—", "−", "‑", ".", "...", "…", "·", "•", "/", " / ", "\\", "|", " | ", "_"),
    *(
        "__",
        ",",
        " , ",
        ";",
        ":",
        "*",
        "+",
        "~",
        "=",
        ">",
        "→",
        "\t",
        "\n",
        "\r\n",
        "\n\n\n\n",
        "\u00a0",
        "\u2009",
        "\u3000",
    ),
    *("      ", " - ", " ---- ", "🙂", " ✨ "),
)
INVISIBLE = {
    "zero-width space": "\u200b",
    "zero-width non-joiner": "\u200c",
    "zero-width joiner": "\u200d",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "combining grapheme joiner": "\u034f",
    "left-to-right mark": "\u200e",
    "left-to-right embedding": "\u202a",
    "isolate": "\u2066",
    "Arabic letter mark": "\u061c",
    "variation selector": "\ufe0f",
    "variation selector 17": "\U000e0101",
    "Mongolian vowel separator": "\u180e",
    "combining strike": "\u0336",
    "Hangul filler": "\u3164",
    "Braille blank": "\u2800",
    "invisible times": "\u2062",
    "NUL": "\x00",
    "backspace": "\x08",
    "escape": "\x1b",
    "delete": "\x7f",
}
ENCODED = {
    "keycaps": "".join(f"{c}\ufe0f\u20e3" for c in CARD),
    "circled": "".join(chr(0x245F + int(c)) for c in CARD),
    "superscript": "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(c)] for c in CARD),
    "subscript": "".join("₀₁₂₃₄₅₆₇₈₉"[int(c)] for c in CARD),
    "tags": "".join(chr(0xE0000 + ord(c)) for c in CARD),
    "override": f"\u202e{CARD[::-1]}\u202c",
    "decimal references": "".join(f"&#{ord(c)};" for c in CARD),
    "hexadecimal references": "".join(f"&#x{ord(c):x};" for c in CARD),
    "named references": GROUPS.replace(" ", "&nbsp;"),
    "percent encoding": "".join(f"%{ord(c):02x}" for c in CARD),
    "percent encoding twice": "".join(f"%25{ord(c):02x}" for c in CARD),
    "percent-encoded Arabic": "".join(f"%D9%A{int(c)}" for c in CARD),
    "JSON escapes": "".join(f"\\u{ord(c):04x}" for c in CARD),
    "escapes of programs": "".join(f"\\x{ord(c):02x}" for c in CARD),
    "base64": base64.b64encode(CARD.encode()).decode(),
    "base64 of a sentence": base64.b64encode(f"my card is {GROUPS}".encode()).decode(),
    "hexadecimal": CARD.encode().hex(),
}
WORDS = {
    "en": "zero one two three four five six seven eight nine",
    "pt": "zero um dois três quatro cinco seis sete oito nove",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun",
    "it": "zero uno due tre quattro cinque sei sette otto nove",
    "nl": "nul een twee drie vier vijf zes zeven acht negen",
    "pl": "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć",
    "sv": "noll ett två tre fyra fem sex sju åtta nio",
}
SPELLED = (
    "four five three nine one four double eight oh three four three six four six seven",
    "four one treble one, double one double one, triple one one, double one double one",
    "four, triple one, quadruple one, quadruple one, quadruple one",
    "forty-five thirty-nine, fourteen eighty-eight, oh three forty-three, sixty-four sixty-seven",
    "4 five 3 nine 1 four 8 eight 0 three 4 three 6 four 6 seven",
    "4539 one four eight eight 0343 six four six seven",
    "four five three niner wun fower eight eight zero tree fower tree six fower six seven",
    "four five three nine dash one four eight eight dash zero three four three dash six four six seven",
    "4539 dash 1488 dash 0343 dash 6467",
    "4539 then 1488 then 0343 then 6467",
    "4539 1488 and then the rest is 0343 6467",
    "fourfivethreenineonefoureighteightzerothreefourthreesixfoursixseven",
    "four five three nine won for ate ate zero three for three six for six seven",
    "four thousand five hundred and thirty nine, fourteen eighty eight, zero three four three, sixty four sixty seven",
    "four5three9one4eight8zero3four3six4six7",
    "quatro cinco três nove um quatro oito oito zero três quatro três meia quatro meia sete",
    "fünfundvierzig neununddreißig vierzehn achtundachtzig null drei dreiundvierzig vierundsechzig siebenundsechzig",
    "quarantacinque trentanove quattordici ottantotto zero tre quarantatre sessantaquattro sessantasette",
    "quarante-cinq trente-neuf quatorze quatre-vingt-huit zéro trois quarante-trois soixante-quatre soixante-sept",
)
LETTERS = (
    "4lll llll llll llll",
    "4III-IIII-IIII-IIII",
    "4||| |||| |||| ||||",
    "S555 5S55 55S5 4444",
    "55OO OOOO OOOO OO04",
    "55ОО ОООО ОООО ОО04",  # Cyrillic
    "55ΟΟ ΟΟΟΟ ΟΟΟΟ ΟΟ04",  # Greek
    "49BB 43B8 4388 4305",
)
MARKUP = (
    "<b>4539</b> <b>1488</b> <b>0343</b> <b>6467</b>",
    "4539<br>1488<br/>0343<br />6467",
    "<span>4539</span><span>1488</span><span>0343</span><span>6467</span>",
    "4539<!-- x -->1488<!-- -->0343<!-- -->6467",
    "**4539** **1488** **0343** **6467**",
    "~~4539~~ ~~1488~~ ~~0343~~ ~~6467~~",
    "+44 20 7946 0958<b>4539</b> <b>1488</b> <b>0343</b> <b>6467</b>",
    "<b>45</b>39 1488 03<b>43</b> 6467",
    "*4539* *1488* *0343* *6467*",
    "(4539)(1488)(0343)(6467)",
    """pan = '45391488' + '03436467'""",
    """'4539' || '1488' || '0343' || '6467'""",
    "`4539148803436467`",
    "```\ncard = '4539148803436467'\n```",
    '{"pan":4539148803436467}',
    "<pan>4539148803436467</pan>",
    "https://shop.example.com/pay?card=4539-1488-0343-6467&x=1",
    "4539x1488x0343x6467",
    "4539a1488b0343c6467",
    "mycardis4539148803436467thanks",
    "cc4539148803436467exp1229",
    "💳4539148803436467",
    "卡号4539148803436467谢谢",
)
ADDRESSES = (
    "jane dot doe at example dot com",
    "jane.doe[at]example[dot]com",
    "jane.doe (at) example (dot) com",
    "jane.doe<at>example.com",
    "jane.doe at-sign example.com",
    "jane_doe arroba gmail ponto com",
    "joao arroba empresa ponto com ponto br",
    "juan punto perez arroba gmail punto com",
    "jean point dupont arobase orange point fr",
    "hans punkt mueller at gmx punkt de",
    "mario punto rossi chiocciola libero punto it",
    "jane.doe @ example . com",
    "jane@ example.com",
    "j a n e @ example.com",
    "jane@example,com",
    "jane＠example．com",
    "ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ",
    "jаne@gmаil.соm",  # Cyrillic
    "jαne@gmαil.cοm",  # Greek
    "𝐣𝐚𝐧𝐞@𝐞𝐱𝐚𝐦𝐩𝐥𝐞.𝐜𝐨𝐦",
    "ⓙⓐⓝⓔ@ⓔⓧⓐⓜⓟⓛⓔ.ⓒⓞⓜ",
    "jane.doe%40example.com",
)
OTHERS = (
    ("ssn five three six, two two, eight seven one four", "us_ssn", "five three six, two two, eight seven one four"),
    ("ssn 536-22-890B", "us_ssn", "536-22-890B"),
    ("iban FR76 3OOO 6OOO O112 3456 789O 189", "iban", "FR76 3OOO 6OOO O112 3456 789O 189"),
    ("my ssn is S36-22-87l4", "us_ssn", "S36-22-87l4"),
    (
        "unit 204512, four five three nine one four eight eight zero three four three six four six seven",
        "payment_card",
        "four five three nine one four eight eight zero three four three six four six seven",
    ),
    ("""ssn = "536-" + "22-8714\"""", "us_ssn", """536-" + "22-8714"""),
    ("s.s.n. 536228714", "us_ssn", "536228714"),
    ("my s5n is 536228714", "us_ssn", "536228714"),
    ("ssn NTM2LTIyLTg3MTQ=", "us_ssn", "NTM2LTIyLTg3MTQ="),
    ("ssn 536&#45;22&#45;8714", "us_ssn", "536&#45;22&#45;8714"),
    ("cvv ١٢٣", "card_security_code", "١٢٣"),
    ("c v v 1 2 3", "card_security_code", "1 2 3"),
    ("the security code is seven three one", "card_security_code", "seven three one"),
    ("my p1n is 4921", "card_pin", "4921"),
    ("my card: 4539 1488 0343 64б7", "payment_card", "4539 1488 0343 64б7"),
    ("my pin is four nine two one", "card_pin", "four nine two one"),
    ("p4ssw0rd: hunter2!", "password", "hunter2!"),
    ("p a s s w o r d : hunter2!", "password", "hunter2!"),
    ("pаsswоrd is Tr0ub4dor&3", "password", "Tr0ub4dor&3"),
    ("drowssap: hunter2!", "password", "hunter2!"),
    ("𝗽𝗮𝘀𝘀𝘄𝗼𝗿𝗱: hunter2!", "password", "hunter2!"),
    ("password: h\u200bunter2!", "password", "h\u200bunter2!"),
    ("iban D E 8 9 3 7 0 4 0 0 4 4 0 5 3 2 0 1 3 0 0 0", "iban", "D E 8 9 3 7 0 4 0 0 4 4 0 5 3 2 0 1 3 0 0 0"),
    ("iban DE89 37O4 0044 0532 O13O 00", "iban", "DE89 37O4 0044 0532 O13O 00"),
    ("iban DE 89 3704 0044 0532 0130 00", "iban", "DE 89 3704 0044 0532 0130 00"),
    ("iban DE89_3704_0044_0532_0130_00", "iban", "DE89_3704_0044_0532_0130_00"),
    ("iban ＤＥ８９３７０４００４４０５３２０１３０００", "iban", "ＤＥ８９３７０４００４４０５３２０１３０００"),
    ("meu cpf: ５２９.９８２.２４７-２５", "br_cpf", "５２９.９８２.２４７-２５"),
    (
        "meu cpf: cinco dois nove, nove oito dois, dois quatro sete, dois cinco",
        "br_cpf",
        "cinco dois nove, nove oito dois, dois quatro sete, dois cinco",
    ),
    ("the server is 192[.]168[.]10[.]25 now", "ip_address", "192[.]168[.]10[.]25"),
    ("the server is 192 dot 168 dot 10 dot 25 now", "ip_address", "192 dot 168 dot 10 dot 25"),
    ("call +1 2O2 555 O147", "phone_number", "+1 2O2 555 O147"),
    ("call ＋１　２０２　５５５　０１４７", "phone_number", "＋１　２０２　５５５　０１４７"),
    (
        "call me on plus one two oh two five five five oh one four seven",
        "phone_number",
        "plus one two oh two five five five oh one four seven",
    ),
    ("call (415)_555_0132 or not", "phone_number", "(415)_555_0132"),
    ("my cell is 415*555*0132", "phone_number", "415*555*0132"),
    ("text 4,1,5,5,5,5,0,1,3,2", "phone_number", "4,1,5,5,5,5,0,1,3,2"),
    ("phone +44~20~7946~0958", "phone_number", "+44~20~7946~0958"),
    ("cvv 9:3:1", "card_security_code", "9:3:1"),
    ("my pin is 4.9.2.1", "card_pin", "4.9.2.1"),
    ("m r n 00482913", "medical_record_number", "00482913"),
    ("MRN: ００４８２９１３", "medical_record_number", "００４８２９１３"),
    ("otp four eight two nine one three", "one_time_code", "four eight two nine one three"),
    ("see INT\u200b‑2024‑HR‑0042", "internal_document", "INT\u200b‑2024‑HR‑0042"),
)
LOOK_ALIKES = (
    "my order 5555 5555 5555 4445 is late",
    "the bars weigh 45391488009034 OZ",
    "it was 453914880343007Z by the clock of the machine",
    "one two three four, I declare a thumb war",
    "we are four people, two adults, one child and one baby",
    "between 20 and 30 and then 40 or 50 people",
    "two for one deals, three for two and one to four people, six too",
    "twelve hundred and thirty four dollars in two thousand twenty four, for three hundred to five hundred people",
    "call extension 4539 and then 1488",
    "call me from 10:30:15 on, it costs 1,234,567 or 415,555,013",
    "the pin is at 4.9.2 on the map, 1:2:3 and 4*9*2*1 are examples",
    "meet me at eight, dot your i's and cross your t's",
    "I bought it at example.com, look at this dot",
    "part number 4539x1488x0343x6468",
    "S4L3 N0W 0N, 5O% off everything, buy 2 get 1",
    "the p4rty is at 8, c0de of conduct applies",
    "U.S.A. and U.K. and e.g. p.m. are a b c d",
    "a reversed charge of 12345678 appeared",
    "ref bXkgb3JkZXIgaXMgbGF0ZSBhZ2Fpbg== please",
    "commit 3f786850e387550fdab836ed7e6dc881de23001b",
    "<b>12</b> <b>34</b> items at **50** off",
    "version 1.2.3.4.5 of build 2024.11.05",
    """total = '4539' + '1488' + '0343' + '6468'; name = 'a' + 'b'""",
    "ma password e persa, non posso entrare",
    "О чем вы? Я не знаю 12",
    "100%25 sure it costs 20% less &amp; ships 2&nbsp;days",
)


@cache
def engine() -> Engine:
    return Engine(load_policy())


def cards() -> Iterator[tuple[str, str, str]]:
    """Kind of disguise, text, the card's number as written."""
    for separator in SEPARATORS:
        value = separator.join((CARD[:4], CARD[4:8], CARD[8:12], CARD[12:]))
        yield f"separator {separator!r}", f"card {value} thanks", value
        yield f"bare {separator!r}", value, value
    for separator in (" ", "-", ".", ",", "/", " - ", "\n", "_", "...", "\u200b "):
        value = separator.join(CARD)
        yield f"digit by digit {separator!r}", f"it is {value} ok?", value
    for script, zero in NUMERALS.items():
        value = "".join(chr(zero + int(c)) if c.isdigit() else c for c in GROUPS)
        yield script, f"my card is {value}", value
    for name, value in ENCODED.items():
        yield name, f"card {value} ok", value
    for language, words in WORDS.items():
        for separator in (" ", ", ", "-", " - ", "\n", "... "):
            value = separator.join(words.split()[int(c)] for c in VISA)
            yield f"{language} {separator!r}", f"card {value} ok", value
    for value in (*SPELLED, *LETTERS):
        yield value, f"card {value}", value
    yield "backwards", f"my card backwards is {VISA[::-1]}", VISA[::-1]


def probes() -> Iterator[tuple[str, str, str, str]]:
    """Kind of disguise, text, entity, value as written."""
    yield from ((kind, text, "payment_card", value) for kind, text, value in cards())
    for name, sign in INVISIBLE.items():
        for value, entity in ((CARD, "payment_card"), (SSN, "us_ssn"), (EMAIL, "email_address")):
            hidden = sign.join(value)
            yield f"{name}, {entity}", f"my {entity.split('_')[-1]} {hidden} ok", entity, hidden
    for language, words in WORDS.items():
        value = " ".join(words.split()[int(c)] for c in "536228714")
        yield f"{language} ssn", f"my ssn is {value}", "us_ssn", value
    for value in ADDRESSES:
        yield "address", f"my email is {value} thanks", "email_address", value
    for text, entity, value in OTHERS:
        yield "other", text, entity, value


PROBES = list(probes())


def digits_left(text: str) -> int:
    return sum(unicodedata.digit(c, None) is not None for c in text)


@pytest.mark.parametrize(("kind", "text", "entity", "value"), PROBES, ids=[f"{p[0]} {n}" for n, p in enumerate(PROBES)])
def test_a_disguised_value_is_found_and_cut_to_its_last_sign(kind: str, text: str, entity: str, value: str) -> None:
    verdict = engine().scan(text)
    found = [(f.entity, text[f.start : f.end]) for f in verdict.findings if f.entity == entity]
    if kind == "override":  # the marks of direction may stay: they say nothing
        assert [re.sub("[\u202a-\u202e]", "", v) for _, v in found] == [re.sub("[\u202a-\u202e]", "", value)]
    else:
        assert found == [(entity, value)]
    before, _, after = text.partition(value)
    assert verdict.redacted_text.startswith(before)
    assert digits_left(verdict.redacted_text) <= digits_left(before + after)
    assert engine().scan(verdict.redacted_text).is_clean


@pytest.mark.parametrize("text", MARKUP)
def test_markup_and_code_around_a_card_hide_nothing_of_it(text: str) -> None:
    verdict = engine().scan(text)
    assert "payment_card" in {finding.entity for finding in verdict.findings}
    assert digits_left(verdict.redacted_text) <= digits_left("exp1229")


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_what_only_looks_like_a_disguise_stays(text: str) -> None:
    assert engine().scan(text).findings == ()


def test_a_russian_word_stays_russian() -> None:
    text = "Мой номер заказа 4539, где он?"
    assert engine().scan(text).redacted_text == text
