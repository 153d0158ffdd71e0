"""``cordon vault``: what an operator does with the vault. Every command leaves an audit record."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from cli.counting import count
from cli.failure import fail
from streams.settings import ProcessSettings, WrongSettingError
from streams.settings.vault import VaultSettings
from streams.vaults import open_vault
from vault.database import WrongDatabase
from vault.errors import TokenRefused, VaultError
from vault.formats import TokenFormat
from vault.keyring import Keyring, WrongKeyring
from vault.requests import DEFAULT_TENANT, Access, Scope, TokenRequest, View
from vault.vault import Vault

Result = TypeVar("Result")


@click.group()
@click.option("--tenant", envvar="CORDON_VAULT_TENANT", default=DEFAULT_TENANT, show_default=True)
@click.pass_context
def vault(context: click.Context, tenant: str) -> None:
    """Look after the vault: count, erase, rotate, reveal.

    It opens keyring and database itself and asks for no API key: whoever has both may see every value. Each command
    that changes or shows one leaves an audit record with the user's name. Without CORDON_DATABASE_URL the database
    lies in CORDON_DATA_DIR, by default .cordon in the folder that you stand in.
    """
    context.obj = tenant


@vault.command()
def stats() -> None:
    """Count tokens, data keys and audit records."""
    counted = with_vault(lambda opened: opened.stats())
    for entity, states in sorted(counted.tokens.items()):
        click.echo(f"{entity}\t" + "\t".join(f"{number} {state}" for state, number in sorted(states.items())))
    click.echo("data keys\t" + "\t".join(f"{number} {state}" for state, number in sorted(counted.data_keys.items())))
    click.echo(f"audit\t{count(counted.audit_records, 'record')}")


@vault.command()
@click.option("--token", help="One token.")
@click.option("--conversation", help="Every value of a conversation.")
@click.option("--subject", help="Every value of a data subject.")
@click.option("--period", metavar="YYYY-MM", help="Every value of a month, by destroying its data keys.")
@click.option("--reason", required=True, help="Stands in the audit record.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(
    token: str | None, conversation: str | None, subject: str | None, period: str | None, reason: str, *, yes: bool
) -> None:
    """Destroy values for good. Their tokens stay known as gone."""
    chosen = [value for value in (token, conversation, subject, period) if value is not None]
    if len(chosen) != 1:
        fail("give one of --token, --conversation, --subject, --period")
    if not yes:
        click.confirm("Erase for good?", abort=True, err=True)
    access = operator(reason)

    async def run(opened: Vault) -> int:
        if token is not None:
            await opened.erase(token, access)
            return 1
        if conversation is not None:
            return await opened.erase_conversation(conversation, access)
        if subject is not None:
            return await opened.erase_subject(subject, access)
        return await opened.destroy_period(str(period), access)

    click.echo(f"erased {with_vault(run)}")


@vault.command()
@click.option("--reason", default="rotation", show_default=True, help="Stands in the audit record.")
def rotate(reason: str) -> None:
    """Take fresh data keys, and wrap the older ones under the active key of the keyring or the KMS."""
    wrapped = with_vault(lambda opened: opened.rotate(operator(reason)))
    click.echo(f"wrapped {count(wrapped, 'data key')} again")


@vault.command()
@click.argument("token")
@click.option("--reason", required=True, help="Stands in the audit record.")
@click.option("--purpose", help="Stands in the audit record.")
@click.option("--masked", is_flag=True, help="Show mask characters instead of the value.")
def reveal(token: str, reason: str, purpose: str | None, *, masked: bool) -> None:
    """Write the value of TOKEN on standard output."""
    view = View.MASKED if masked else View.PLAIN
    revealed = with_vault(lambda opened: opened.reveal(token, view, operator(reason, purpose)))
    click.echo(revealed.value)


@vault.command()
@click.argument("approval")
@click.option("--reason", required=True, help="Stands in the audit record.")
def approve(approval: str, reason: str) -> None:
    """As the second person, let the reveal pass once that was answered with APPROVAL."""
    if not with_vault(lambda opened: opened.approve(approval, operator(reason))):
        fail("no such request, or your own")
    click.echo("approved, once, for 15 minutes")


@vault.command()
@click.option("--entity", default="payment_card", show_default=True)
@click.option("--like", required=True, metavar="VALUE", help="An invented value, for the token's looks.")
@click.option("--reason", required=True, help="Stands in the audit record.")
def canary(entity: str, like: str, reason: str) -> None:
    """Print a token to lay out as bait. Whoever tries to resolve it is reported, and learns nothing."""
    request = TokenRequest(
        entity=entity, value=like, format=TokenFormat.FORMAT_PRESERVING, scope=Scope.NONE, is_canary=True
    )
    click.echo(with_vault(lambda opened: opened.tokenize(request, operator(reason))).token)


def operator(reason: str, purpose: str | None = None) -> Access:
    """Who runs the command, as the operating system knows it, on the values of the group's tenant."""
    tenant: str = click.get_current_context().obj
    return Access(actor=f"os:{getpass.getuser()}", reason=reason, purpose=purpose, tenant=tenant)


def with_vault(work: Callable[[Vault], Awaitable[Result]]) -> Result:
    """Open the vault as the settings say, do the work, close it. Ends the command with one line when it cannot."""
    try:
        process, settings = ProcessSettings.load(), VaultSettings.load()
        return asyncio.run(_run(process, settings, Keyring.load(process.keyring_file), work))
    except TokenRefused as error:
        hint = f"; approval {error.approval_id}" if error.approval_id else ""
        fail(f"the token is {error.refusal}{hint}")
    except (WrongSettingError, WrongKeyring, WrongDatabase, VaultError) as error:
        fail(str(error))


async def _run(
    process: ProcessSettings, settings: VaultSettings, keyring: Keyring, work: Callable[[Vault], Awaitable[Result]]
) -> Result:
    opened = await open_vault(process, settings, keyring)
    try:
        return await work(opened)
    finally:
        await opened.close()
