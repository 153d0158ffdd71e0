"""What every process of Cordon needs beside Kafka, and what only a worker needs."""

import os
import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from streams.settings.base import SettingsGroup, WrongSettingError

_TOPIC_LETTERS = re.compile(r"[A-Za-z0-9._-]{0,200}")


def _topic_letters(value: str) -> str:
    if not _TOPIC_LETTERS.fullmatch(value):
        raise ValueError("has to be of letters, digits, dots, underscores and hyphens, as Kafka's names are")
    return value


class TopicSettings(SettingsGroup):
    """How this deployment's topics are named."""

    topic_prefix: Annotated[str, AfterValidator(_topic_letters)] = ""
    """Stands before every topic's name as it is: ``acme.`` gives ``acme.messages.inbound``."""

    def topic(self, name: str) -> str:
        """Put the deployment's prefix before a topic's name."""
        return f"{self.topic_prefix}{name}"


class ProcessSettings(TopicSettings):
    """``CORDON_...``: shared by worker, gateway and the commands."""

    keyring_file: Path
    """Made by ``cordon keys create FILE``. Without a keyring nothing starts."""
    policy_file: Path | None = None
    """The rules and what is done with what they find; without it the packs that Cordon brings."""
    data_dir: Path = Path(".cordon")
    """Where a process keeps what must outlive it, from the folder it starts in. Each worker of a host has its own."""
    database_url: str | None = None
    """Of the vault and the read model: ``postgresql://...``, or ``sqlite:////path`` for the processes of one host.
    Without it SQLite in the data folder, whose tokens no process with another data folder knows."""
    max_text_bytes: int = Field(default=64 * 1024, ge=1)
    """Bytes of UTF-8 in a message's readable strings together. What is longer is a dead letter."""

    def make_data_dir(self) -> None:
        """Make the data folder where it is missing. Raises WrongSettingError where nothing can be written there."""
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WrongSettingError(f"CORDON_DATA_DIR: {error.strerror}") from None
        if not os.access(self.data_dir, os.W_OK | os.X_OK):
            raise WrongSettingError("CORDON_DATA_DIR: nothing can be written there")


class MetricsSettings(SettingsGroup):
    """``CORDON_METRICS_...``: where a worker shows how it is."""

    metrics_host: str = "127.0.0.1"
    """Where ``/metrics``, ``/healthz`` and ``/readyz`` listen."""
    metrics_port: int = Field(default=9464, ge=0, le=65535)
    """Each worker of a host has its own."""


class WorkerSettings(ProcessSettings, MetricsSettings):
    """``CORDON_...``: a worker's share in its group."""

    session_timeout_seconds: float = Field(default=6.0, ge=6, le=15)
    """After this long without a heartbeat a worker's partitions go to another. Kafka's least; a kill costs so much."""
    commit_interval_seconds: float = Field(default=0.2, gt=0, le=5)
    """What a killed worker repeats is what it settled since its last commit, which takes a moment itself."""
