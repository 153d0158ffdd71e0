"""Builds the stages of a process: the one place where settings become objects."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

from agents.critical import CriticalStage
from agents.destinations import configured_destinations
from agents.forwarder import ForwarderStage
from agents.judging import Judging
from agents.media import MediaDesk
from agents.medium import MediumStage
from agents.remembering import Remembering
from agents.second_passes import configured_second_pass
from agents.siem import SiemStage
from agents.siem_targets import configured_targets
from connectors.media_sources import MediaSources
from detection import Engine, load_policy
from detection.reporting import Reporter
from schemas import Stage, Tier
from streams.deadletters import DeadLetters
from streams.delivered import Delivered
from streams.metrics import Metrics
from streams.sealing import SealingCodec
from streams.settings import KafkaSettings, WorkerSettings
from streams.settings.forwarder import ForwarderSettings
from streams.settings.genesys import GenesysSettings
from streams.settings.media import MediaSettings
from streams.settings.vault import VaultSettings
from streams.settings.whatsapp import WhatsAppSettings
from streams.stage import StageTools, StreamStage
from streams.taken import Taken
from streams.vault_tokens import VaultTokens
from vault.envelope import Sealer
from vault.keyring import Keyring

log = logging.getLogger(__name__)


class Workshop:
    """What several stages share, made once and only when a stage asks for it."""

    def __init__(self, settings: WorkerSettings, metrics: Metrics) -> None:
        self.settings = settings
        self.metrics = metrics
        self.keyring = Keyring.load(settings.keyring_file)

    @cached_property
    def engine(self) -> Engine:
        """The policy's engine. Raises WrongPolicy."""
        engine = Engine(load_policy(self.settings.policy_file), tenant=VaultSettings.load().tenant)
        for tier in Tier:  # the first messages shall not wait for what can be made ready now
            engine.warm_up(tier)
        log.info("policy %s, version %s", self.settings.policy_file or "as shipped", engine.policy_version)
        self.metrics.set("dlp_pack_info", 1, version=engine.policy_version)
        return engine

    @cached_property
    def tools(self) -> StageTools:
        """Sealing, dead letters and metrics."""
        codec = SealingCodec(Sealer(self.keyring))
        prefix = self.settings.topic_prefix
        return StageTools(codec, DeadLetters(codec, prefix), self.metrics, prefix)

    def media_desk(self) -> MediaDesk:
        """What looks into files. Raises WrongSettingError."""
        settings, judging = MediaSettings.load(), self.judging(Stage.FORWARDER)
        return MediaDesk(
            settings,
            MediaSources(**settings.source_options(WhatsAppSettings.load(), GenesysSettings.load())),
            engine=judging.engine,
            reporter=judging.reporter,
            sealer=Sealer(self.keyring),
        )

    def judging(self, stage: Stage) -> Judging:
        """The engine, with the reporter of a stage."""
        reporter = Reporter(stage, self.engine.policy_version, self.keyring.fingerprint_key)
        return Judging(self.engine, reporter, second_pass=configured_second_pass())


def _critical(workshop: Workshop) -> list[StreamStage]:
    settings = VaultSettings.load()
    tokens = VaultTokens(workshop.settings, settings, workshop.keyring, workshop.metrics)
    if workshop.engine.policy.tokenizes:
        tokens.preload()
    if workshop.engine.policy.tokenizes or settings.offered_entities:
        _warn_of_a_vault_apart(workshop.settings)
    judging = replace(workshop.judging(Stage.CRITICAL), tokens=tokens)
    limit, prefix = workshop.settings.max_text_bytes, workshop.settings.topic_prefix
    remembering = Remembering(
        workshop.engine, workshop.tools.codec, KafkaSettings.load(), prefix=prefix, max_text_bytes=limit
    )
    offering = None
    if settings.offered_entities:
        from agents.offering import Offering  # noqa: PLC0415  (comes with the database's libraries)

        offering = Offering(tokens.vault, workshop.keyring, settings, workshop.tools)
    return [CriticalStage(workshop.tools, judging, remembering, max_text_bytes=limit, offering=offering)]


def _warn_of_a_vault_apart(settings: WorkerSettings) -> None:
    """Say so where tokens and forms would lie in a database that other processes do not open."""
    if settings.database_url is None:
        log.warning(
            "CORDON_DATABASE_URL is not set: this worker's tokens and forms lie in %s, "
            "and a process with another data folder cannot resolve them",
            settings.data_dir.absolute(),
        )


def _medium(workshop: Workshop) -> list[StreamStage]:
    return [MediumStage(workshop.tools, workshop.judging(Stage.MEDIUM))]


def _forwarder(workshop: Workshop) -> list[StreamStage]:
    destinations = configured_destinations()
    if not destinations:
        raise NotConfiguredError("no destination is set, such as CORDON_GENESYS_API_URL")
    limits = ForwarderSettings.load().limits
    kafka, prefix = KafkaSettings.load(), workshop.settings.topic_prefix
    return [
        ForwarderStage(
            workshop.tools, limits, destination, Delivered(kafka, prefix, destination.direction), workshop.media_desk()
        )
        for destination in destinations
    ]


def _siem(workshop: Workshop) -> list[StreamStage]:
    targets = configured_targets()
    if not targets:
        raise NotConfiguredError("no target is set, such as CORDON_SPLUNK_URL")
    kafka, settings = KafkaSettings.load(), workshop.settings
    return [
        SiemStage(
            workshop.tools,
            target,
            Taken(kafka, settings.data_dir / "siem", f"{settings.topic_prefix}{target.name}"),
        )
        for target in targets
    ]


class NotConfiguredError(Exception):
    """A stage's destination is not set: the stage does not start. The message says which setting is missing."""


STAGES: dict[str, Callable[[Workshop], list[StreamStage]]] = {
    Stage.CRITICAL: _critical,
    Stage.MEDIUM: _medium,
    Stage.FORWARDER: _forwarder,
    Stage.SIEM: _siem,
}
"""How each stage is made: once, or once for each destination. A builder raises NotConfiguredError when it has none."""


def build_stages(names: Sequence[str], settings: WorkerSettings) -> tuple[list[StreamStage], Metrics]:
    """Make the named stages; one without a destination is left out, with a line that says so.

    Raises WrongSettingError, WrongKeyring or WrongPolicy before anything has started.
    """
    metrics = Metrics()
    workshop = Workshop(settings, metrics)
    stages: list[StreamStage] = []
    for name in dict.fromkeys(names):
        try:
            stages += STAGES[name](workshop)
        except NotConfiguredError as missing:
            log.warning("stage %s does not start: %s", name, missing)
    return stages, metrics
