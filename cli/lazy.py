"""Commands that are imported when they are called, so that a quick one never pays for a heavy one."""

import importlib
from typing import Any

import click

from cli.failure import fail

EXTRAS = {"confluent_kafka": "sandbox", "aiohttp": "sandbox", "boto3": "aws", "asyncpg": "postgres"}
"""Packages that not every installation has, and the extra that brings each."""


class LazyGroup(click.Group):
    """A group that knows its commands by name and place: ``commands_at`` maps a name to ``module:attribute``."""

    def __init__(self, *args: Any, commands_at: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._commands_at = commands_at or {}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """Every command, in alphabetical order."""
        return sorted(self._commands_at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  (click's signature)
        """Import the command's module and return it; None for an unknown name.

        One whose packages are missing still stands in the list and explains itself; it refuses to run.
        """
        if cmd_name not in self._commands_at:
            return None
        module, attribute = self._commands_at[cmd_name].split(":")
        try:
            command: Any = getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as missing:
            if (extra := _extra_that_brings(missing)) is None:
                raise
            return _stand_in(cmd_name, extra)
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what it refuses is said as by every other, and a missing package with its extra."""
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as missing:
            if (extra := _extra_that_brings(missing)) is None:
                raise
            fail(_how_to_install(extra))
        except click.UsageError:
            raise  # click shows how the command is used
        except click.ClickException as refusal:
            fail(refusal.format_message())


def _extra_that_brings(missing: ModuleNotFoundError) -> str | None:
    return EXTRAS.get((missing.name or "").partition(".")[0])


def _how_to_install(extra: str) -> str:
    return f"this command needs more than is installed: pip install 'cordon[{extra}]'"


def _stand_in(name: str, extra: str) -> click.Command:
    def refuse() -> None:
        fail(_how_to_install(extra))

    takes_everything = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(name, takes_everything, refuse, help=f"Needs pip install 'cordon[{extra}]'.")
