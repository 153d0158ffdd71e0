"""``cordon apikeys``: keys for callers of the gateway."""

from pathlib import Path

import click

from cli.failure import fail
from gateway.auth import SCOPES, create_key


@click.group()
def apikeys() -> None:
    """Make keys for callers of the gateway."""


@apikeys.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES), help="May be repeated.")
def create(file: Path, scopes: tuple[str, ...]) -> None:
    """Print a new key once, and append its hash to FILE. A running gateway takes it up at once."""
    try:
        key_id, key = create_key(file, scopes)
    except OSError as error:
        fail(f"{file} cannot be written: {error.strerror}")
    click.echo(f"{key_id} may {', '.join(sorted(set(scopes)))}; the key is shown this once:", err=True)
    click.echo(key)
