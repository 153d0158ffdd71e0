"""What leaves the console as a file: violations as CSV, and the evidence report as a signed PDF."""

import asyncio
import csv
import io
from itertools import islice
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import Connection

from gateway.auth import Caller, require_role
from gateway.console.access import answer, note
from gateway.console.asking import Asked
from gateway.console.evidence.facts import facts_of
from gateway.console.evidence.layout import report_of
from gateway.console.evidence.signing import Signer
from gateway.console.queries import violations
from gateway.console.queries.filters import Filters
from gateway.roles import Role

router = APIRouter(prefix="/console", include_in_schema=False)

Compliance = Annotated[Caller, Depends(require_role(Role.COMPLIANCE))]

MAX_EXPORT: Final = 100_000
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula."""


@router.get("/api/violations.csv")
async def export(request: Request, caller: Compliance, asked: Annotated[Asked, Depends()]) -> Response:
    """Violations as CSV, safe to open in a spreadsheet."""
    filters = asked.filters(caller)
    await note(request, caller, "console.export", f"violations {filters.since_ms}-{filters.until_ms}")

    headers = {"Content-Disposition": 'attachment; filename="violations.csv"', "Cache-Control": "no-store"}
    return Response(
        await answer(request, lambda c: table_of(c, filters)), media_type="text/csv; charset=utf-8", headers=headers
    )


@router.get("/api/evidence.pdf")
async def evidence(request: Request, caller: Compliance, asked: Annotated[Asked, Depends()]) -> Response:
    """The evidence report of a period, signed."""
    filters = asked.filters(caller)
    await note(request, caller, "console.evidence", f"report {filters.since_ms}-{filters.until_ms}")
    facts = await facts_of(request, filters, caller)
    signer: Signer = request.app.state.evidence_signer
    signed = await asyncio.to_thread(lambda: signer.sign(report_of(facts, signer.fingerprint)))
    headers = {"Content-Disposition": 'attachment; filename="evidence.pdf"', "Cache-Control": "no-store"}
    return Response(signed, media_type="application/pdf", headers=headers)


def table_of(connection: Connection, filters: Filters) -> str:
    """The CSV, its first line naming the columns."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(violations.COLUMNS)
    for row in islice(violations.pages(connection, filters), MAX_EXPORT):
        table.writerow([_cell(row[name]) for name in violations.COLUMNS])
    return text.getvalue()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
