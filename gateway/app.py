"""Builds the gateway: the one place where its settings become objects."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import cast

from fastapi import FastAPI
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from detection import Engine, load_policy
from detection.reporting import Reporter
from gateway import (
    captures,
    contract,
    data_actions,
    flows,
    health,
    media,
    messages,
    pages,
    problems,
    scan,
    tokens,
    typing_signs,
    webhooks,
)
from gateway.alerts import routes as alert_routes
from gateway.auth import ApiKeys
from gateway.background import running
from gateway.console import dead_letters, export
from gateway.console import routes as console_routes
from gateway.data_actions_calls import Upstreams
from gateway.explaining import Explainer
from gateway.flows import FlowEndpoint
from gateway.front_desk import FrontDesk
from gateway.health import Pulse
from gateway.media import MediaServer
from gateway.metering import Metering
from gateway.oidc import OidcBearer
from gateway.pace import Pace, PagePace
from gateway.parts import Parts
from gateway.playground import routes as playground_routes
from gateway.reference import routes as reference_routes
from gateway.signin import routes as signin_routes
from gateway.stitching import follow_receipts
from gateway.strict_headers import StrictHeaders
from gateway.vault_desk import vault_desk
from gateway.vault_publishing import Publishing
from gateway.webchat import routes as webchat_routes
from gateway.webchat.chat import web_chat
from gateway.webhook_room import WebhookRoom
from gateway.widget import routes as widget_routes
from schemas import MessageEvent, Stage
from streams.metrics import Metrics
from streams.producer import EventProducer
from streams.sealing import SealingCodec
from streams.settings import KafkaSettings
from streams.settings.gateway import GatewaySettings
from streams.settings.vault import VaultSettings
from streams.settings.webmessaging import WebMessagingSettings
from streams.topics import Topic
from vault.envelope import Sealer
from vault.keyring import Keyring

ROUTERS = (
    *(health, pages, scan, messages, typing_signs, media, webhooks, tokens, captures, flows, data_actions),
    *(webchat_routes, alert_routes, signin_routes, console_routes, dead_letters, export, widget_routes),
    *(playground_routes, reference_routes),
)
"""Every feature's module; each has a ``router``."""

log = logging.getLogger(__name__)


def create_app(settings: GatewaySettings, kafka: KafkaSettings) -> FastAPI:
    """Make the application. Raises WrongSettingError, WrongKeyring or WrongPolicy before it serves anything."""
    app = FastAPI(title="Cordon", version=version("cordon"), lifespan=_lifespan, docs_url=None, redoc_url=None)
    parts, metrics = cast("Parts", app.state), Metrics()
    keyring = Keyring.load(settings.keyring_file)
    parts.settings = settings
    parts.keyring = keyring
    parts.metrics = metrics
    parts.api_keys = (
        ApiKeys(settings.api_keys_file) if settings.api_keys_file and settings.gateway_auth == "on" else None
    )
    parts.bearers = OidcBearer.load() if settings.gateway_auth == "on" else None
    parts.engine = Engine(load_policy(settings.policy_file), tenant=VaultSettings.load().tenant)
    log.info("policy %s, version %s", settings.policy_file or "as shipped", parts.engine.policy_version)
    parts.explainer = Explainer(parts.engine.policy)
    parts.reporter = Reporter(Stage.GATEWAY, parts.engine.policy_version, keyring.fingerprint_key)
    sealer = Sealer(keyring)
    parts.codec = SealingCodec(sealer)
    parts.media = MediaServer.load(sealer)
    parts.producer = EventProducer(kafka, settings.topic_prefix)
    parts.flow_endpoint = FlowEndpoint.load()
    parts.page_pace = PagePace()
    parts.upstreams = Upstreams.load()
    parts.webhooks = WebhookRoom.load(keyring)
    parts.front_desk = FrontDesk(parts, kafka)
    parts.web_messaging = WebMessagingSettings.load()
    metrics.set("dlp_pack_info", 1, version=parts.engine.policy_version)
    parts.pulse = Pulse()
    parts.pace = Pace(settings.gateway_requests_per_minute)
    app.add_middleware(StrictHeaders)
    app.add_middleware(Metering, metrics=metrics)
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.gateway_trusted_proxies)
    contract.install(app)
    problems.install(app)
    for feature in ROUTERS:
        app.include_router(feature.router)
    app.include_router(data_actions.router, prefix="/v1", include_in_schema=False)  # a second name of the same
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    parts = cast("Parts", app.state)

    async def publish(topic: Topic, key: bytes, value: bytes) -> None:
        await parts.producer.publish(topic, key, value)

    async def say(message: MessageEvent) -> None:
        await messages.accept(message, parts.producer, parts.codec)

    def clean(text: str) -> str:
        return parts.engine.scan(text).redacted_text

    await parts.producer.start()
    try:
        async with (
            vault_desk(
                parts.settings, parts.keyring, Publishing(publish, say), clean, parts.metrics
            ) as parts.vault_desk,
            parts.front_desk.open(),
            web_chat(parts) as parts.web_chat,
            running(follow_receipts(parts.webhooks.stitching, parts.kafka, parts.settings.topic_prefix)),
        ):
            yield
    finally:
        if parts.bearers is not None:
            await parts.bearers.close()
        await parts.webhooks.close()
        await parts.media.close()
        await parts.producer.stop()
