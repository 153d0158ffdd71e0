"""Whether a command line is one that ``cordon`` takes."""

from collections.abc import Sequence

import click

from cli.main import main


def parse(words: Sequence[str]) -> None:
    """Parse it without running it. Raises click.UsageError where there is no such command or option."""
    command: click.Command = main
    left = list(words)
    while isinstance(command, click.Group):
        name, left = left[0], left[1:]
        found = command.get_command(click.Context(command), name)
        if found is None:
            raise click.UsageError(f"No such command: {name}")
        command = found
    command.make_context("cordon", left)
