"""Business identifier codes: the country in the fifth and sixth letter must exist.

Source: ISO 9362; country codes of ISO 3166-1.
"""

COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CK CL
    CM CN CO CR CU CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FK FM FO FR GA GB GD GE GG GH GI GL GM GN GQ GR
    GT GU GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR
    LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MO MR MS MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NZ OM PA PE PF
    PG PH PK PL PR PS PT PW PY QA RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TC TD TG TH TJ TL TM
    TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WS XK YE ZA ZM ZW
    """.split()  # noqa: SIM905  (a list of codes reads better so)
)
"""Two-letter codes of countries."""


_WORDS = frozenset(
    """
    obrigado obrigada thankyou thursday february required language customer business delivery decision recovery
    messages provider requests original terminal official manually normally slightly training opposite involved
    """.split()  # noqa: SIM905  (a list of words reads as prose)
)
"""Of those that have the letters of a country there, some that people say where a code is asked for."""


def is_valid(value: str) -> bool:
    """Whether eight or eleven characters name a country where one belongs, and are no word of a sentence."""
    return len(value) in {8, 11} and value[4:6].upper() in COUNTRIES and value.lower() not in _WORDS
