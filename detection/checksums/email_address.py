"""Electronic mail addresses: lengths of RFC 5321 and a top-level domain that exists.

Source: RFC 5321 section 4.5.3.1; the two-letter codes of ISO 3166-1 and the generic domains in common use.
"""

from detection.checksums.bic import COUNTRIES

_GENERIC = frozenset(
    """
    com net org edu gov mil int info biz name pro aero coop museum jobs mobi travel cat tel asia post xxx arpa eu uk
    su app dev page blog shop store online site website tech cloud club live life world today news media email email
    work company business agency digital solutions services support systems software network group team global
    international center design studio consulting marketing finance financial bank insurance capital money tax loans
    credit health care clinic dental hospital doctor fitness yoga restaurant cafe bar pizza food recipes travel
    hotel tours flights taxi car cars auto space xyz top vip win bid icu cyou fun one zone ninja guru expert academy
    school university college education training courses institute science foundation charity church community
    social chat video photo photos gallery art music film movie games game play bet casino poker sport football golf
    tennis ski run bike fish pet dog house homes property properties estate realestate land garden farm green eco
    energy solar earth city london paris berlin tokyo nyc amsterdam wien hamburg koeln bayern nrw swiss ac io ai me
    photography technology graphics pictures camera events express direct delivery ltd llc limited gmbh inc partners
    management holdings enterprises ventures industries engineering construction contractors builders trade trading
    law lawyer legal attorney accountants coach codes computer tools parts supply supplies rentals lease repair cleaning
    catering kitchen wine pub party wedding gifts toys shoes clothing fashion boutique jewelry salon dance band show
    guide tips wiki report reviews press plus link domains fyi place town family love holiday vacations
    cruises viajes reisen immo maison villas schule tienda moda vet surgery mba memorial rocks watch works
    tv cc ws fm am gg im je nu la ly to sh so st example test invalid local localhost internal corp lan home
    """.split()  # noqa: SIM905  (a list of names reads better so)
)
MAX_LOCAL = 64
MAX_DOMAIN = 253


def is_valid(value: str) -> bool:
    """Whether lengths are in bounds and the last label is a domain that exists."""
    local, _, domain = value.rpartition("@")
    labels = domain.lower().split(".")
    top = labels[-1].strip()
    return (
        0 < len(local) <= MAX_LOCAL
        and len(domain) <= MAX_DOMAIN
        and (top in _GENERIC or top.upper() in COUNTRIES or top.startswith("xn--") or not top.isascii())
    )
