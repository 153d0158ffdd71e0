"""Every setting, in one module a group. A process loads the groups it needs before it starts anything."""

from streams.settings.base import BaseUrl, OutsideUrl, SettingsGroup, WrongSettingError, is_loopback
from streams.settings.kafka import KafkaSettings
from streams.settings.worker import ProcessSettings, WorkerSettings

__all__ = [
    "BaseUrl",
    "KafkaSettings",
    "OutsideUrl",
    "ProcessSettings",
    "SettingsGroup",
    "WorkerSettings",
    "WrongSettingError",
    "is_loopback",
]
