"""What stands behind the pages that people look at: alerts, the read model, sessions. Built and run in one place."""

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from starlette.datastructures import State

from gateway.alerts import outgoing
from gateway.alerts.channels import channels_of
from gateway.alerts.desk import AlertDesk
from gateway.alerts.outgoing import Outgoing
from gateway.alerts.ring import AlertRing
from gateway.alerts.tail import AlertTail
from gateway.background import running
from gateway.console.evidence.signing import Signer
from gateway.console.feed import ConsoleFeed
from gateway.console.progress import Progress
from gateway.console.writing import note_engine
from gateway.roles import Role
from gateway.signin.links import make_link
from gateway.signin.oidc import OidcDoor
from gateway.signin.sessions import SessionBook
from streams.settings import KafkaSettings, ProcessSettings
from streams.settings.alerting import AlertingSettings
from streams.settings.console import ConsoleSettings, WidgetSettings
from streams.settings.gateway import GatewaySettings
from streams.settings.genesys import GenesysSettings
from streams.vaults import database_url
from vault.database import Database, open_database

MIGRATIONS: Final = Path(__file__).parent / "console" / "migrations"

log = logging.getLogger(__name__)


async def open_console_database(process: ProcessSettings) -> Database:
    """The read model's database: the one that is set, or a file of its own beside the vault's.

    Raises ``WrongDatabase`` or ``VaultUnavailable``.
    """
    return await open_database(database_url(process, "console.db"), MIGRATIONS)


class FrontDesk:
    """Puts its parts on the application's state, and runs them while the application does."""

    def __init__(self, state: State, kafka: KafkaSettings) -> None:
        settings: GatewaySettings = state.settings
        self._state = state
        self._kafka = kafka
        ring = AlertRing()
        self._tail = AlertTail(kafka, settings.topic_prefix, ring)
        state.alerts = AlertDesk(ring, self._tail)
        self._alerting = AlertingSettings.load()
        self._channels = channels_of(self._alerting)
        state.kafka = kafka
        state.console_settings = ConsoleSettings.load()
        state.widget_settings = WidgetSettings.load()
        state.genesys_settings = GenesysSettings.load()
        state.oidc = OidcDoor.load()
        state.progress = Progress(kafka, settings.topic_prefix)
        state.evidence_signer = Signer.load(state.console_settings, state.keyring)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Open the database and follow the topics until the end of the block."""
        state = self._state
        database = await open_console_database(state.settings)
        try:
            state.console_database = database
            state.sessions = SessionBook(database, state.console_settings.session_seconds)
            feed = ConsoleFeed(
                self._kafka,
                state.settings.topic_prefix,
                database,
                retention_days=state.console_settings.retention_days,
            )
            await database.run(lambda c: note_engine(c, state.engine, round(time.time() * 1000)))
            await self._invite(database)
            out = Outgoing(self._channels, self._alerting)
            telling = [outgoing.run(self._kafka, state.settings.topic_prefix, out)] if self._channels else []
            async with running(self._tail.run(), feed.run(), feed.forget(), *telling):
                yield
        finally:
            await state.progress.close()
            await database.close()
            if state.oidc is not None:
                await state.oidc.close()

    async def _invite(self, database: Database) -> None:
        """A gateway that knows no callers tells how to reach its console: it runs on loopback, for one person."""
        settings: GatewaySettings = self._state.settings
        if settings.gateway_auth == "off":
            secret = await make_link(database, Role.ADMIN, name="local", seconds=3600)
            log.warning("console: http://%s:%d/signin#%s", settings.gateway_host, settings.gateway_port, secret)
