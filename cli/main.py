"""The entry of ``cordon``: names every command, imports only the one that is called.

``cordon scan`` starts in a fraction of a second because it never imports Faust.
"""

import importlib
from typing import Any

import click

COMMANDS = {
    "apikeys": "cli.apikeys:apikeys",
    "audit": "cli.audit:audit",
    "deadletters": "cli.deadletters:deadletters",
    "demo": "cli.demo:demo",
    "gateway": "cli.gateway:gateway",
    "keys": "cli.keys:keys",
    "packs": "cli.packs:packs",
    "prove": "cli.prove:prove",
    "sandbox": "cli.sandbox:sandbox",
    "scan": "cli.scan:scan",
    "schema": "cli.schema:schema",
    "siem": "cli.siem:siem",
    "status": "cli.status:status",
    "topics": "cli.topics:topics",
    "vault": "cli.vault:vault",
    "whatsapp": "cli.whatsapp:whatsapp",
    "worker": "cli.worker:worker",
}
"""Command name to ``module:attribute``."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """Every command, in alphabetical order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  (click's signature)
        """Import the command's module and return it; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command: Any = getattr(importlib.import_module(module), attribute)
        return command if isinstance(command, click.Command) else None


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cordon")
def main() -> None:
    """Cordon: data loss prevention between chat channels and Genesys Cloud."""
