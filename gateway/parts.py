"""What the gateway is made of: the one list of what requests reach, by name and type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # nearly every module reads this one
    from starlette.requests import HTTPConnection

    from detection import Engine
    from detection.reporting import Reporter
    from gateway.alerts.desk import AlertDesk
    from gateway.auth import ApiKeys
    from gateway.console.evidence.signing import Signer
    from gateway.console.progress import Progress
    from gateway.data_actions_calls import Upstreams
    from gateway.explaining import Explainer
    from gateway.flows import FlowEndpoint
    from gateway.front_desk import FrontDesk
    from gateway.health import Pulse
    from gateway.media import MediaServer
    from gateway.oidc import OidcBearer
    from gateway.pace import Pace, PagePace
    from gateway.signin.oidc import OidcDoor
    from gateway.signin.sessions import SessionBook
    from gateway.vault_desk import VaultDesk
    from gateway.webchat.chat import WebChat
    from gateway.webhook_room import WebhookRoom
    from streams.metrics import Metrics
    from streams.producer import EventProducer
    from streams.sealing import SealingCodec
    from streams.settings import KafkaSettings
    from streams.settings.console import ConsoleSettings, WidgetSettings
    from streams.settings.gateway import GatewaySettings
    from streams.settings.genesys import GenesysSettings
    from streams.settings.webmessaging import WebMessagingSettings
    from vault.database import Database
    from vault.keyring import Keyring


class Parts(Protocol):
    """The application's state, which ``app`` fills: most of it before it serves, what has to be opened at its start."""

    settings: GatewaySettings
    kafka: KafkaSettings
    keyring: Keyring
    metrics: Metrics
    engine: Engine
    explainer: Explainer
    reporter: Reporter
    codec: SealingCodec
    producer: EventProducer
    pulse: Pulse

    api_keys: ApiKeys | None
    """None where every caller is let in."""
    bearers: OidcBearer | None
    """None where no provider's tokens are taken."""
    pace: Pace
    page_pace: PagePace

    media: MediaServer
    flow_endpoint: FlowEndpoint | None
    upstreams: Upstreams
    webhooks: WebhookRoom
    vault_desk: VaultDesk
    web_messaging: WebMessagingSettings
    web_chat: WebChat | None
    """None where it is not set up."""
    genesys_settings: GenesysSettings

    front_desk: FrontDesk
    alerts: AlertDesk
    console_settings: ConsoleSettings
    widget_settings: WidgetSettings
    console_database: Database
    sessions: SessionBook
    oidc: OidcDoor | None
    progress: Progress
    evidence_signer: Signer


def parts_of(connection: HTTPConnection) -> Parts:
    """The parts of the application that serves this request or socket."""
    parts: Parts = connection.app.state
    return parts
