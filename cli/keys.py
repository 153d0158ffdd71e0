"""``cordon keys``: the keyring that seals everything raw."""

from pathlib import Path

import click

from cli.failure import fail
from vault.keyring import Keyring, WrongKeyring


@click.group()
def keys() -> None:
    """Make and rotate the keyring."""


@keys.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def create(file: Path) -> None:
    """Write a new keyring to FILE, readable by its owner only. Refuses to replace one."""
    try:
        keyring = Keyring.create(file)
    except (WrongKeyring, OSError) as error:
        fail(_reason(error))
    click.echo(f"made {file} with key {keyring.active_id}")


@keys.command()
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
def rotate(file: Path) -> None:
    """Add a key to FILE and seal with it from now on. The old ones still open what they sealed."""
    try:
        keyring = Keyring.rotate(file)
    except (WrongKeyring, OSError) as error:
        fail(_reason(error))
    click.echo(f"key {keyring.active_id} is active")


@keys.command()
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
def add(file: Path) -> None:
    """Add a key to FILE that only opens until it is activated: the first half of a rotation over several hosts."""
    try:
        keyring = Keyring.add(file)
    except (WrongKeyring, OSError) as error:
        fail(_reason(error))
    click.echo(f"key {keyring.key_ids[-1]} opens; key {keyring.active_id} is active still")


@keys.command()
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
def activate(file: Path) -> None:
    """Seal with the youngest key of FILE from now on: the second half, once every host has the key."""
    try:
        keyring = Keyring.activate(file)
    except (WrongKeyring, OSError) as error:
        fail(_reason(error))
    click.echo(f"key {keyring.active_id} is active")


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, WrongKeyring) else f"the keyring cannot be written ({type(error).__name__})"
