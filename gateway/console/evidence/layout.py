"""Writes the report: A4, plain, the same on paper as on a screen."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from gateway.console.evidence.controls import CONTROLS
from gateway.console.evidence.facts import ERASURES, REVEALS, Facts

INK: Final = colors.HexColor("#17202b")
SOFT: Final = colors.HexColor("#455263")
LINE: Final = colors.HexColor("#d6dce3")
ACCENT: Final = colors.HexColor("#0f5c7a")
MARGIN: Final = 20 * mm
WIDTH: Final = A4[0] - 2 * MARGIN

_BODY: Final = ParagraphStyle("body", fontName="Helvetica", fontSize=9, leading=13, textColor=INK)
_SMALL: Final = ParagraphStyle("small", parent=_BODY, fontSize=8, leading=11, textColor=SOFT)
_CELL: Final = ParagraphStyle("cell", parent=_BODY, fontSize=8, leading=10.5)
_NUMBER: Final = ParagraphStyle("number", parent=_CELL, alignment=TA_RIGHT)
_HEAD: Final = ParagraphStyle("head", parent=_CELL, fontName="Helvetica-Bold", textColor=SOFT)
_RIGHT: Final = ParagraphStyle("right", parent=_HEAD, alignment=TA_RIGHT)
_TITLE: Final = ParagraphStyle(
    "title", parent=_BODY, fontName="Helvetica-Bold", fontSize=20, leading=25, textColor=ACCENT
)
_SECTION: Final = ParagraphStyle(
    "section",
    parent=_BODY,
    fontName="Helvetica-Bold",
    fontSize=12,
    leading=16,
    spaceBefore=12,
    spaceAfter=5,
    keepWithNext=1,
)

DISCLAIMER: Final = (
    "This report maps facts that the running system recorded to controls that they can support as evidence. "
    "It does not certify compliance, and it does not replace an assessment: whether a control is met depends on "
    "matters that this system does not see."
)


def report_of(facts: Facts, fingerprint: str = "") -> bytes:
    """The PDF, not signed yet."""
    target = io.BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title="Evidence report",
        author=facts.organisation,
        subject=f"{_moment(facts.since_ms)} to {_moment(facts.until_ms)}",
        creator="Cordon",
    )
    story: list[Flowable] = [*_opening(facts), *_figures(facts), *_coverage(facts), *_found(facts), *_vault(facts)]
    story += [*_policies(facts), *_controls(facts), *_closing(facts, fingerprint)]
    document.build(story, onFirstPage=_footer(facts), onLaterPages=_footer(facts))
    return target.getvalue()


def _opening(facts: Facts) -> list[Flowable]:
    period = f"{_moment(facts.since_ms)} to {_moment(facts.until_ms)} (UTC)"
    made = f"Made {_moment(facts.made_ms)} UTC by {facts.made_by}; policy in force {facts.policy_version}."
    return [
        Paragraph(_text(facts.organisation), _SMALL),
        Paragraph("Evidence report", _TITLE),
        Paragraph(f"Data loss prevention in contact-centre messaging, {period}", _BODY),
        Spacer(1, 4),
        Paragraph(_text(made), _SMALL),
        Spacer(1, 8),
        Paragraph(DISCLAIMER, _BODY),
    ]


def _figures(facts: Facts) -> list[Flowable]:
    totals = facts.overview["totals"]
    shown = (
        ("Messages judged and delivered", facts.messages),
        ("Messages with a value taken out", sum(one["redacted"] for one in facts.coverage)),
        ("Violations recorded", totals["violations"]),
        ("Values found", totals["values"]),
        ("Values revealed", facts.counted(*REVEALS, outcome="allowed")),
        ("Reveals denied", facts.counted(*REVEALS, outcome="denied")),
        ("Values erased", facts.counted(*ERASURES)),
        ("Dead letters that wait", facts.open_dead_letters),
    )
    rows = [[name, f"{number:,}"] for name, number in shown]
    return _section("The period in figures", _table(("What", "Number"), rows, (0.75, 0.25)))


def _coverage(facts: Facts) -> list[Flowable]:
    rows = [
        [one["channel"], one["direction"].lower(), f"{one['messages']:,}", f"{one['redacted']:,}"]
        for one in facts.coverage
    ]
    table = _table(("Channel", "Direction", "Messages", "With values taken out"), rows, (0.34, 0.22, 0.2, 0.24))
    return _section("Coverage by channel", table)


def _found(facts: Facts) -> list[Flowable]:
    by = facts.overview["by"]
    rows = [[one["name"] or f"{one['others']} others", f"{one['count']:,}"] for one in by["rule"]]
    severities = [[one["name"], f"{one['count']:,}"] for one in by["severity"]]
    return [
        *_section("Violations by rule", _table(("Rule", "Violations"), rows, (0.75, 0.25))),
        *_section("Violations by severity", _table(("Severity", "Violations"), severities, (0.75, 0.25))),
    ]


def _vault(facts: Facts) -> list[Flowable]:
    rows = [
        [entity, *(f"{states.get(name, 0):,}" for name in ("active", "disabled", "expired", "erased"))]
        for entity, states in sorted(facts.tokens.items())
    ]
    kept = _table(("Entity", "Active", "Stopped", "Expired", "Erased"), rows, (0.4, 0.15, 0.15, 0.15, 0.15))
    topics = [[name, f"{days:g} days"] for name, days in sorted(facts.topic_days.items())]
    topics += [["vault, at most", f"{facts.vault_days:g} days"], ["console", f"{facts.console_days:g} days"]]
    acts = [[one["action"], one["outcome"], f"{one['count']:,}"] for one in facts.actions]
    return [
        *_section("Values in the vault", kept),
        *_section("Retention in force", _table(("Where", "How long"), topics, (0.75, 0.25))),
        *_section("The audit trail of the period", _table(("Action", "Outcome", "Records"), acts, (0.5, 0.25, 0.25))),
    ]


def _policies(facts: Facts) -> list[Flowable]:
    rows = [[one["version"], _moment(one["first_ms"]), _moment(one["last_ms"])] for one in facts.policies]
    return _section("Policy history", _table(("Version", "First judgement", "Last judgement"), rows, (0.4, 0.3, 0.3)))


def _controls(facts: Facts) -> list[Flowable]:
    story: list[Flowable] = []
    for framework, controls in groupby(CONTROLS, key=lambda control: control.framework):
        rows = [[one.reference, one.subject, one.evidence(facts)] for one in controls]
        table = _table(("Control", "Subject", "Evidence from this system"), rows, (0.17, 0.3, 0.53))
        story += _section(f"{framework}: evidence", table)
    return story


def _closing(facts: Facts, fingerprint: str) -> list[Flowable]:
    state = "intact" if facts.audit_problem is None else f"NOT INTACT: {facts.audit_problem}"
    words = f"The audit chain was walked for this report: {facts.audit_records:,} records, {state}."
    story = [*_section("Integrity", Paragraph(_text(words), _BODY))]
    if fingerprint:
        story.append(Paragraph(f"SHA-256 of the signer's public key: {fingerprint}", _SMALL))
    return story


def _section(title: str, content: Flowable) -> list[Flowable]:
    heading = Paragraph(_text(title), _SECTION)
    short = isinstance(content, Table) and len(content._cellvalues) < 14  # noqa: SLF001, PLR2004  (keeps short tables whole)
    return [KeepTogether([heading, content])] if short else [heading, content]


def _table(heads: Sequence[str], rows: Sequence[Sequence[Any]], widths: Sequence[float]) -> Flowable:
    if not rows:
        return Paragraph("Nothing in this period.", _SMALL)
    are_numbers = [all(_is_number(row[place]) for row in rows) for place in range(len(heads))]
    cells = [
        [
            Paragraph(_text(head), _RIGHT if is_right else _HEAD)
            for head, is_right in zip(heads, are_numbers, strict=True)
        ]
    ]
    cells += [[Paragraph(_text(str(cell)), _NUMBER if _is_number(cell) else _CELL) for cell in row] for row in rows]
    table = Table(cells, colWidths=[width * WIDTH for width in widths], repeatRows=1, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 2.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
            ]
        )
    )
    return table


def _footer(facts: Facts) -> Any:
    def draw(canvas: Any, document: Any) -> None:
        canvas.setFont("Helvetica", 7.5)
        canvas.setFillColor(SOFT)
        canvas.drawString(MARGIN, 10 * mm, f"{facts.organisation}: evidence report, {_moment(facts.made_ms)} UTC")
        canvas.drawRightString(A4[0] - MARGIN, 10 * mm, f"page {document.page}")

    return draw


def _is_number(cell: object) -> bool:
    return str(cell).replace(",", "").isdigit()


def _moment(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M}"


def _text(words: str) -> str:
    """Words as a paragraph takes them: its own markup is not theirs to write."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
