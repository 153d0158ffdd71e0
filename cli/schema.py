"""``cordon schema``: the contracts of the topics, for programs that are not written in Python."""

import json
from pathlib import Path
from typing import Any

import click

from schemas.catalogue import asyncapi, json_schemas


@click.group()
def schema() -> None:
    """Write the topics' contracts as JSON Schema and AsyncAPI."""


@schema.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("schema"))
def export(folder: Path) -> None:
    """Write one JSON Schema a record, and asyncapi.json, to FOLDER (default ./schema)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in json_schemas().items():
        _write(folder / f"{name}.schema.json", document)
    _write(folder / "asyncapi.json", asyncapi())


def _write(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    click.echo(path)
