"""``cordon gateway``: the HTTP edge."""

import asyncio

import click

from cli.failure import fail
from cli.leaving import leave_when_told


@click.command()
@click.option(
    "--log-level",
    default="info",
    show_default=True,
    type=click.Choice(["debug", "info", "warning", "error"], case_sensitive=False),
)
def gateway(log_level: str) -> None:
    """Serve webhooks, scans, tokens, captures and data actions until told to stop."""
    leave_when_told()
    from detection import WrongPolicy
    from gateway.app import create_app
    from gateway.server import serve
    from gateway.vault_desk import check_vault
    from streams.logs import configure, quote_no_crash
    from streams.settings import KafkaSettings, WrongSettingError
    from streams.settings.gateway import GatewaySettings
    from streams.settings.unknown import warn_of_unknown
    from vault.database import WrongDatabase
    from vault.errors import VaultError
    from vault.keyring import WrongKeyring

    configure(log_level)
    quote_no_crash()
    try:
        warn_of_unknown()
        kafka, settings = KafkaSettings.load(), GatewaySettings.load()
        kafka.ssl_context()
        settings.make_data_dir()
        app = create_app(settings, kafka)
        asyncio.run(check_vault(settings, app.state.keyring))
    except (WrongSettingError, WrongKeyring, WrongPolicy, WrongDatabase, VaultError) as error:
        fail(str(error))
    try:
        raise SystemExit(serve(app, settings.gateway_host, settings.gateway_port))
    except WrongSettingError as error:
        fail(str(error))
