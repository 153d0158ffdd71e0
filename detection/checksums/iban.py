"""International bank account numbers: length by country and the check digits modulo 97.

Source: ISO 13616-1 and the SWIFT registry of IBAN formats; ISO 7064, MOD 97-10.
"""

import re

LENGTHS = {
    country: int(length)
    for country, length in re.findall(
        r"([A-Z]{2})(\d\d)",
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 "
        "EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 "
        "KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 "
        "PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 "
        "UA29 VA22 VG24 XK20 YE30",
    )
}
"""By country, how many characters a number has."""
_WORD = re.compile("[a-z]{3}")
NUMERIC = re.findall("[A-Z]{2}", "AE AT BA BE CZ DE DK EE ES FI HR HU IL IS LT ME MK NO PL PT RS SE SI SK TN XK")
"""Countries whose numbers are all digits."""
BANK_CODED = ("GB", "IE", "NL")
"""Countries whose numbers are digits but for a bank's four letters, after the check digits."""
_FORMS = {
    **dict.fromkeys(NUMERIC, re.compile(r"\d+")),
    **dict.fromkeys(BANK_CODED, re.compile(r"[A-Z]{4}\d+")),
    **dict.fromkeys(("BG", "LV", "RO"), re.compile(r"[A-Z]{4}[A-Z0-9]+")),
    **dict.fromkeys(("FR", "MC"), re.compile(r"\d{10}[A-Z0-9]{11}\d{2}")),
    **dict.fromkeys(("IT", "SM"), re.compile(r"[A-Z]\d{10}[A-Z0-9]{12}")),
    "TR": re.compile(r"\d{6}[A-Z0-9]{16}"),
    **dict.fromkeys(("CH", "LI"), re.compile(r"\d{5}[A-Z0-9]{12}")),
}
"""What follows the check digits in the countries whose codes are also words: ``at 4094 1781 5258 4183 on time``."""
_DIGITS = str.maketrans({chr(code): str(code - 55) for code in range(65, 91)})


def trim(value: str) -> int:
    """Characters of the account number itself: the expression also takes the words that follow it."""
    length = LENGTHS.get(value[:2].upper())
    if length is None:
        return 0
    if len(value) >= length and value[:length].isalnum():
        return length
    seen = 0
    for place, character in enumerate(value):
        seen += character.isalnum()
        if seen == length:
            return place + 1
    return 0


def is_valid(value: str) -> bool:
    """Whether the length is the country's, the check digits hold, and no words of a sentence were taken in."""
    if value[:2].isupper() and _WORD.search(value):
        return False
    plain = value.upper() if value.isalnum() else "".join(filter(str.isalnum, value.upper()))
    if len(plain) != LENGTHS.get(plain[:2]) or not plain.isascii() or not plain.isalnum() or not plain[2:4].isdigit():
        return False
    form = _FORMS.get(plain[:2])
    if form is not None and form.fullmatch(plain, 4) is None:
        return False
    return int((plain[4:] + plain[:4]).translate(_DIGITS)) % 97 == 1
