"""What leaves the console as a file: violations as CSV, and the evidence report as a signed PDF."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from gateway.auth import Caller, require_role
from gateway.console.access import answer, note
from gateway.console.asking import Asked
from gateway.console.evidence.facts import facts_of
from gateway.console.evidence.layout import report_of
from gateway.console.queries import violations
from gateway.console.queries.filters import Filters
from gateway.console.rows import Row
from gateway.parts import parts_of
from gateway.roles import Role

router = APIRouter(prefix="/console", include_in_schema=False)

Compliance = Annotated[Caller, Depends(require_role(Role.COMPLIANCE))]

PAGE: Final = 1000
"""Rows of one question: between two, others have their turn."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula."""


@router.get("/api/violations.csv")
async def export(request: Request, caller: Compliance, asked: Annotated[Asked, Depends()]) -> Response:
    """Violations as CSV, all of the period, safe to open in a spreadsheet. An export that fails midway breaks off."""
    filters = asked.filters(caller)
    await note(request, caller, "console.export", f"violations {filters.since_ms}-{filters.until_ms}")
    pages = _pages(request, filters)
    first: list[Row] = await anext(pages, [])  # before the answer begins: a database that is away is a 503
    headers = {"Content-Disposition": 'attachment; filename="violations.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(_csv(first, pages), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/api/evidence.pdf")
async def evidence(request: Request, caller: Compliance, asked: Annotated[Asked, Depends()]) -> Response:
    """The evidence report of a period, signed."""
    filters = asked.filters(caller)
    await note(request, caller, "console.evidence", f"report {filters.since_ms}-{filters.until_ms}")
    facts = await facts_of(request, filters, caller)
    signer = parts_of(request).evidence_signer
    signed = await asyncio.to_thread(lambda: signer.sign(report_of(facts, signer.fingerprint)))
    headers = {"Content-Disposition": 'attachment; filename="evidence.pdf"', "Cache-Control": "no-store"}
    return Response(signed, media_type="application/pdf", headers=headers)


async def _pages(request: Request, filters: Filters) -> AsyncIterator[list[Row]]:
    """The newest first."""
    after = None
    while rows := await answer(request, partial(violations.page, filters=filters, after=after, limit=PAGE)):
        yield rows
        after = (rows[-1]["detected_ms"], rows[-1]["violation_id"])


async def _csv(first: list[Row], pages: AsyncIterator[list[Row]]) -> AsyncIterator[str]:
    """The first line names the columns."""
    yield _lines([violations.COLUMNS, *map(_cells, first)])
    async for rows in pages:
        yield _lines(map(_cells, rows))


def _lines(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _cells(row: Row) -> list[object]:
    return [_cell(row[name]) for name in violations.COLUMNS]


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
