"""``cordon audit``: the record of who saw what, and whether anybody touched it."""

import json
from pathlib import Path

import click
from sqlalchemy import select

from cli.counting import count
from cli.failure import fail
from cli.plain import plain
from cli.vault import with_vault
from vault import tables
from vault.audit import verify_records
from vault.vault import Vault


@click.group()
def audit() -> None:
    """Verify and read the audit chain."""


@audit.command()
@click.option(
    "--file",
    "copy",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Verify a copy instead, such as the records of dlp.audit: a record a line, from the first on.",
)
def verify(copy: Path | None) -> None:
    """Exit 1 and name the first record that was removed, changed or moved."""
    if copy is None:
        report = with_vault(lambda opened: opened.verify_audit())
    else:
        with copy.open(encoding="utf-8") as lines:
            report = verify_records(line.rstrip("\n") for line in lines if line.strip())
    if not report.is_intact:
        fail(f"the audit chain is broken: {report.problem}")
    click.echo(f"{count(report.records, 'record')}, chain intact")


@audit.command(name="list")
@click.option("--last", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many, newest last.")
@click.option("--jsonl", is_flag=True, help="Whole records, a line each.")
def list_records(last: int, *, jsonl: bool) -> None:
    """Show the newest records."""

    async def newest(opened: Vault) -> list[str]:
        query = select(tables.audit.c.record).order_by(tables.audit.c.sequence.desc()).limit(last)
        return await opened.database.run(lambda connection: list(connection.execute(query).scalars()))

    for line in reversed(with_vault(newest)):
        record = json.loads(line)
        shown = (
            "" if record[name] is None else plain(str(record[name]))
            for name in ("sequence", "occurred_at", "actor", "action", "outcome", "subject")
        )
        click.echo(line if jsonl else "\t".join(shown))
