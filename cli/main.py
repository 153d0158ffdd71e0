"""The entry of ``cordon``: names every command, imports only the one that is called.

``cordon scan`` starts in a fraction of a second because it never imports Faust.
"""

import click

from cli.lazy import LazyGroup

COMMANDS = {
    "apikeys": "cli.apikeys:apikeys",
    "audit": "cli.audit:audit",
    "console": "cli.console:console",
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


@click.command(cls=LazyGroup, commands_at=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cordon")
def main() -> None:
    """Cordon: data loss prevention between chat channels and Genesys Cloud."""
