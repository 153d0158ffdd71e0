"""Builds the stages of a process: the one place where settings become objects."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

from agents.critical import CriticalStage
from agents.judging import Judging
from agents.medium import MediumStage
from detection import Engine, load_policy
from detection.reporting import Reporter
from schemas import Stage
from streams.deadletters import DeadLetters
from streams.metrics import Metrics
from streams.sealing import SealingCodec
from streams.settings import WorkerSettings
from streams.settings.vault import VaultSettings
from streams.stage import BatchStage, StageTools
from streams.vaults import VaultTokens
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
        engine = Engine(load_policy(self.settings.policy_file))
        self.metrics.set("dlp_pack_info", 1, version=engine.policy_version)
        return engine

    @cached_property
    def tools(self) -> StageTools:
        """Sealing, dead letters and metrics."""
        codec = SealingCodec(Sealer(self.keyring))
        prefix = self.settings.topic_prefix
        return StageTools(codec, DeadLetters(codec, prefix), self.metrics, prefix)

    def judging(self, stage: Stage) -> Judging:
        """The engine, with the reporter of a stage."""
        return Judging(self.engine, Reporter(stage, self.engine.policy_version, self.keyring.fingerprint_key))


def _critical(workshop: Workshop) -> BatchStage:
    tokens = VaultTokens(workshop.settings, VaultSettings.load(), workshop.keyring, workshop.metrics)
    judging = replace(workshop.judging(Stage.CRITICAL), tokens=tokens)
    return CriticalStage(workshop.tools, judging, max_text_bytes=workshop.settings.max_text_bytes)


def _medium(workshop: Workshop) -> BatchStage:
    return MediumStage(workshop.tools, workshop.judging(Stage.MEDIUM))


class NotConfiguredError(Exception):
    """A stage's destination is not set: the stage does not start. The message says which setting is missing."""


STAGES: dict[str, Callable[[Workshop], BatchStage]] = {
    Stage.CRITICAL: _critical,
    Stage.MEDIUM: _medium,
}
"""How each stage is made. A builder raises NotConfiguredError when the stage has nowhere to deliver."""


def build_stages(names: Sequence[str], settings: WorkerSettings) -> tuple[list[BatchStage], Metrics]:
    """Make the named stages; one without a destination is left out, with a line that says so.

    Raises WrongSettingError, WrongKeyring or WrongPolicy before anything has started.
    """
    metrics = Metrics()
    workshop = Workshop(settings, metrics)
    stages = []
    for name in dict.fromkeys(names):
        try:
            stages.append(STAGES[name](workshop))
        except NotConfiguredError as missing:
            log.warning("stage %s does not start: %s", name, missing)
    return stages, metrics
