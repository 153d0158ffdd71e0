"""Which controls a fact may serve as evidence for. In our own words; the standards' own texts are what counts.

Sources: PCI DSS 4.0.1; LGPD (Lei 13.709/2018); GDPR (Regulation (EU) 2016/679); HIPAA (45 CFR Part 164).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gateway.console.evidence.facts import ERASURES, LOOKS, REVEALS, Facts


@dataclass(frozen=True, slots=True)
class Control:
    """One control, what it is about, and the sentence with the live figures that support it."""

    framework: str
    reference: str
    subject: str
    evidence: Callable[[Facts], str]


def _taken_out(facts: Facts) -> str:
    redacted = sum(one["redacted"] for one in facts.coverage)
    return f"{facts.messages:,} messages were judged before delivery; values were taken out of {redacted:,} of them."


def _blocking(facts: Facts) -> str:
    rules = f"{facts.blocking_rules} of {facts.rules} rules"
    return f"{rules} hold a message back until the value is out of it (policy {facts.policy_version})."


def _never_kept(facts: Facts) -> str:
    return f"The vault refuses to keep: {', '.join(facts.never_kept)}. No setting changes that."


def _masked(_: Facts) -> str:
    return "The console, alerts and exports show at most the last four characters of a card, and of other values none."


def _sealed(facts: Facts) -> str:
    kept = sum(states.get("active", 0) for states in facts.tokens.values())
    how = "under AES-256-GCM with data keys wrapped by a key-encryption key"
    return f"{kept:,} values are kept {how}; raw topics are sealed."


def _retention(facts: Facts) -> str:
    shorter = ", ".join(f"{name} {days:g}" for name, days in sorted(facts.vault_days_by_entity.items()))
    values = f"Values are erased after {facts.vault_days:g} days at most{f' ({shorter})' if shorter else ''}"
    return f"{values}; the read model after {facts.console_days:g}."


def _erasures(facts: Facts) -> str:
    asked, expired = facts.counted(ERASURES[0]), facts.counted(ERASURES[1])
    return f"{asked:,} values were erased on request and {expired:,} by retention, each with an audit record."


def _reveals(facts: Facts) -> str:
    allowed, denied = facts.counted(*REVEALS, outcome="allowed"), facts.counted(*REVEALS, outcome="denied")
    return (
        f"{allowed:,} values were revealed and {denied:,} attempts denied; each needs a scope, and in plain a reason."
    )


def _audit(facts: Facts) -> str:
    looks = facts.counted(*LOOKS)
    of_whom = "looks at conversations, exports and opened dead letters in the period"
    return f"{facts.audit_records:,} audit records in all; {looks:,} {of_whom}."


def _chain(facts: Facts) -> str:
    if facts.audit_problem is None:
        found = f"all {facts.audit_records:,} records are intact and its end is sealed"
        return f"The hash chain was walked for this report: {found}."
    return f"THE HASH CHAIN IS NOT INTACT: {facts.audit_problem}."


def _audit_retention(facts: Facts) -> str:
    return f"Audit records stay on their topic for {facts.topic_days['dlp.audit']:g} days and in the vault's database."


def _sign_in(facts: Facts) -> str:
    way = (
        f"People sign in at {facts.identity_provider}"
        if facts.identity_provider
        else "People sign in by one-time links"
    )
    return f"{way}; roles agent, supervisor, compliance, admin. Programs hold keys with scopes."


def _violations(facts: Facts) -> str:
    totals = facts.overview["totals"]
    where = f"{totals['violations']:,} violations in {totals['conversations']:,} conversations"
    return f"{where}, each reported with rule, place and action."


def _coaching(facts: Facts) -> str:
    decided = sum(one["count"] for one in facts.actions if one["action"].startswith("widget."))
    return f"Agents are coached at the moment of a finding; {decided:,} decisions at notices are on record."


def _policy_history(facts: Facts) -> str:
    return f"{len(facts.policies)} policy version(s) judged messages in the period; each violation names its version."


def _dead_letters(facts: Facts) -> str:
    return f"What cannot be judged is not delivered: {facts.open_dead_letters:,} dead letters wait, sealed."


PCI: Final = "PCI DSS 4.0.1"
LGPD: Final = "LGPD"
GDPR: Final = "GDPR"
HIPAA: Final = "HIPAA"

CONTROLS: Final = (
    Control(PCI, "3.2.1", "Stored account data is kept to a minimum", _retention),
    Control(PCI, "3.3.1", "Sensitive authentication data is not kept", _never_kept),
    Control(PCI, "3.4.1", "PAN is masked when displayed", _masked),
    Control(PCI, "3.5.1", "PAN is unreadable wherever it is stored", _sealed),
    Control(PCI, "4.2.2", "PAN in end-user messaging is protected", _taken_out),
    Control(PCI, "7.2", "Access by need and role", _sign_in),
    Control(PCI, "10.2.1", "Access to cardholder data is logged", _audit),
    Control(PCI, "10.3.4", "Changes of audit logs are detected", _chain),
    Control(PCI, "10.5.1", "Audit history is retained", _audit_retention),
    Control(PCI, "12.6", "Security awareness", _coaching),
    Control(PCI, "12.10.7", "PAN found where it is not expected", _violations),
    Control(LGPD, "Art. 6, III", "Necessity: no more data than the purpose needs", _taken_out),
    Control(LGPD, "Art. 16, 18 VI", "Data are erased at the end and on request", _erasures),
    Control(LGPD, "Art. 37", "Records of processing", _audit),
    Control(LGPD, "Art. 46", "Technical measures that protect personal data", _sealed),
    Control(LGPD, "Art. 50", "Governance that can be shown", _policy_history),
    Control(GDPR, "Art. 5(1)(c)", "Data minimisation", _taken_out),
    Control(GDPR, "Art. 5(1)(e)", "Storage limitation", _retention),
    Control(GDPR, "Art. 5(2)", "Accountability", _chain),
    Control(GDPR, "Art. 17", "Erasure", _erasures),
    Control(GDPR, "Art. 25", "Protection by design and by default", _blocking),
    Control(GDPR, "Art. 32", "Security of processing: pseudonymisation, encryption", _sealed),
    Control(HIPAA, "164.308(a)(1)(ii)(D)", "Review of system activity", _audit),
    Control(HIPAA, "164.308(a)(5)", "Awareness and training", _coaching),
    Control(HIPAA, "164.312(a)", "Access control", _reveals),
    Control(HIPAA, "164.312(b)", "Audit controls", _chain),
    Control(HIPAA, "164.312(c)(1)", "Integrity: what cannot be judged does not pass", _dead_letters),
    Control(HIPAA, "164.312(d)", "Authentication", _sign_in),
    Control(HIPAA, "164.502(b)", "Minimum necessary", _taken_out),
)
