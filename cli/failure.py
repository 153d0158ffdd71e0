"""How a command ends when it cannot do what it was asked: one line on standard error, exit code 1."""

from typing import NoReturn

import click


def fail(reason: str) -> NoReturn:
    """Print the reason and leave."""
    click.echo(f"cordon: {reason}", err=True)
    raise SystemExit(1)
