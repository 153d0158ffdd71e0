"""The variables of every group, found by looking: what the documentation lists and what a typing error misses."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

from pydantic.fields import FieldInfo

import streams.settings
from streams.settings.base import SettingsGroup


def groups() -> Iterator[type[SettingsGroup]]:
    """Every group, module by module, those of the stream first."""
    names = sorted(module.name for module in pkgutil.iter_modules(streams.settings.__path__))
    for name in sorted(names, key=lambda name: (name not in {"kafka", "worker"}, name)):
        module = importlib.import_module(f"streams.settings.{name}")
        for group in vars(module).values():
            if inspect.isclass(group) and issubclass(group, SettingsGroup) and group.__module__ == module.__name__:
                yield group


def variables(group: type[SettingsGroup]) -> dict[str, FieldInfo]:
    """A group's fields by the environment variable that sets each."""
    prefix = str(group.model_config["env_prefix"])
    return {f"{prefix}{name}".upper(): field for name, field in group.model_fields.items()}
