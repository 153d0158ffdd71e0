"""``cordon apikeys``: keys for callers of the gateway."""

from pathlib import Path

import click

from cli.failure import fail
from gateway.auth import SCOPES, create_key
from vault.requests import DEFAULT_TENANT, TENANT_NAME


@click.group()
def apikeys() -> None:
    """Make keys for callers of the gateway."""


@apikeys.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES), help="May be repeated.")
@click.option("--tenant", default=DEFAULT_TENANT, show_default=True, help="Whose part of the vault it reaches.")
def create(file: Path, scopes: tuple[str, ...], tenant: str) -> None:
    """Print a new key once, and append its hash to FILE. A running gateway takes it up at once."""
    if not TENANT_NAME.fullmatch(tenant):
        fail("a tenant's name has at most 64 small letters, digits, points, dashes and underscores")
    try:
        key_id, key = create_key(file, scopes, tenant)
    except OSError as error:
        fail(f"{file} cannot be written: {error.strerror}")
    whose = "" if tenant == DEFAULT_TENANT else f" for the tenant {tenant}"
    click.echo(f"{key_id} may {', '.join(sorted(set(scopes)))}{whose}; the key is shown this once:", err=True)
    click.echo(key)
