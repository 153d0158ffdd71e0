"""``cordon gateway``: the HTTP edge."""

import asyncio

import click

from cli.failure import fail


@click.command()
@click.option(
    "--log-level",
    default="info",
    show_default=True,
    type=click.Choice(["debug", "info", "warning", "error"], case_sensitive=False),
)
def gateway(log_level: str) -> None:
    """Serve webhooks, scans, tokens, captures and data actions until told to stop."""
    from detection import WrongPolicy  # noqa: PLC0415  (imported only by who runs it)
    from gateway.app import create_app  # noqa: PLC0415
    from gateway.server import serve  # noqa: PLC0415
    from gateway.vault_desk import check_vault  # noqa: PLC0415
    from streams.logs import configure  # noqa: PLC0415
    from streams.settings import KafkaSettings, WrongSettingError  # noqa: PLC0415
    from streams.settings.gateway import GatewaySettings  # noqa: PLC0415
    from vault.database import WrongDatabase  # noqa: PLC0415
    from vault.errors import VaultError  # noqa: PLC0415
    from vault.keyring import WrongKeyring  # noqa: PLC0415

    configure(log_level)
    try:
        kafka, settings = KafkaSettings.load(), GatewaySettings.load()
        kafka.ssl_context()
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        app = create_app(settings, kafka)
        asyncio.run(check_vault(settings, app.state.keyring))
    except (WrongSettingError, WrongKeyring, WrongPolicy, WrongDatabase, VaultError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"CORDON_DATA_DIR: {error.strerror}")
    raise SystemExit(serve(app, settings.gateway_host, settings.gateway_port))
