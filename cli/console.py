"""``cordon console``: a way in for a person, where no identity provider is set or it is away."""

import asyncio

import click

from cli.failure import fail

ROLES = ("agent", "supervisor", "compliance", "admin")


@click.group()
def console() -> None:
    """Look after the console's doors."""


@console.command()
@click.option("--role", default="admin", show_default=True, type=click.Choice(ROLES))
@click.option("--name", default="local", show_default=True, help="As the audit trail names who uses the link.")
@click.option("--agent-id", help="Of an agent, where messages name them otherwise.")
@click.option("--minutes", default=10.0, show_default=True, type=click.FloatRange(0.1, 24 * 60))
@click.option(
    "--path", default="/console", show_default=True, type=click.Choice(("/console", "/playground", "/widget"))
)
@click.option("--url", help="Where people reach the gateway; else the address it listens on.")
def link(*, role: str, name: str, agent_id: str | None, minutes: float, path: str, url: str | None) -> None:
    """Print a link that signs somebody in, once. It needs the gateway's settings, not the gateway."""
    from gateway.front_desk import open_console_database
    from gateway.roles import Role
    from gateway.signin.links import make_link
    from streams.settings import WrongSettingError
    from streams.settings.console import ConsoleSettings
    from streams.settings.gateway import GatewaySettings
    from vault.database import WrongDatabase
    from vault.errors import VaultError

    async def made(settings: GatewaySettings) -> str:
        database = await open_console_database(settings)
        try:
            return await make_link(database, Role(role), name=name, agent_id=agent_id, seconds=minutes * 60)
        finally:
            await database.close()

    try:
        settings = GatewaySettings.load()
        settings.make_data_dir()
        base = url or ConsoleSettings.load().base_url or _address(settings.gateway_host, settings.gateway_port)
        secret = asyncio.run(made(settings))
    except (WrongSettingError, WrongDatabase, VaultError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"CORDON_DATA_DIR: {error.strerror}")
    click.echo(f"{base}{path}?#link={secret}" if path == "/widget" else f"{base}/signin?to={path}#{secret}")


def _address(host: str, port: int) -> str:
    """Where a browser on this machine finds a gateway that listens on host and port."""
    every_interface = host in {"0.0.0.0", "::"}  # noqa: S104  (read here, nothing listens)
    return f"http://{'127.0.0.1' if every_interface else host}:{port}"
