"""What stands behind the pages that people look at: alerts, the read model, sessions. Built and run in one place."""

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

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
from gateway.parts import Parts
from gateway.roles import Role
from gateway.signin.links import make_link
from gateway.signin.oidc import OidcDoor
from gateway.signin.sessions import SessionBook
from streams.settings import KafkaSettings, ProcessSettings
from streams.settings.alerting import AlertingSettings
from streams.settings.console import ConsoleSettings, WidgetSettings
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
    """Adds to the application's parts, and runs them while the application does."""

    def __init__(self, parts: Parts, kafka: KafkaSettings) -> None:
        settings = parts.settings
        self._parts = parts
        self._kafka = kafka
        ring = AlertRing()
        self._tail = AlertTail(kafka, settings.topic_prefix, ring)
        parts.alerts = AlertDesk(ring, self._tail)
        self._alerting = AlertingSettings.load()
        self._channels = channels_of(self._alerting)
        parts.kafka = kafka
        parts.console_settings = ConsoleSettings.load()
        parts.widget_settings = WidgetSettings.load()
        parts.genesys_settings = GenesysSettings.load()
        parts.oidc = OidcDoor.load()
        parts.progress = Progress(kafka, settings.topic_prefix)
        parts.evidence_signer = Signer.load(parts.console_settings, parts.keyring)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Open the database and follow the topics until the end of the block."""
        parts = self._parts
        database = await open_console_database(parts.settings)
        try:
            parts.console_database = database
            parts.sessions = SessionBook(database, parts.console_settings.session_seconds)
            feed = ConsoleFeed(
                self._kafka,
                parts.settings.topic_prefix,
                database,
                retention_days=parts.console_settings.retention_days,
            )
            await database.run(lambda c: note_engine(c, parts.engine, round(time.time() * 1000)))
            await self._invite(database)
            out = Outgoing(self._channels, self._alerting)
            telling = [outgoing.run(self._kafka, parts.settings.topic_prefix, out)] if self._channels else []
            async with running(self._tail.run(), feed.run(), feed.forget(), *telling):
                yield
        finally:
            await parts.progress.close()
            await database.close()
            if parts.oidc is not None:
                await parts.oidc.close()

    async def _invite(self, database: Database) -> None:
        """A gateway that knows no callers tells how to reach its console: it runs on loopback, for one person."""
        settings = self._parts.settings
        if settings.gateway_auth == "off":
            secret = await make_link(database, Role.ADMIN, name="local", seconds=3600)
            log.warning("console: http://%s:%d/signin#%s", settings.gateway_host, settings.gateway_port, secret)
