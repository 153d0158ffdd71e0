"""Writes docs/settings.md and docs/metrics.md from the settings' classes and the metric catalogue.

``make docs`` does it; a test holds both pages to what the code says.
"""

import inspect
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from streams.metrics import CATALOGUE, CounterName, GaugeName, HistogramName
from streams.settings.base import SettingsGroup
from streams.settings.names import groups, variables

SETTINGS_HEAD = """# Settings

Every setting is an environment variable. Each can come from a file instead, by the same name with `_FILE` at its end
(unless its name ends so already): that is how secrets are handed over. A wrong or missing one ends the start with one
line that names it and never quotes its value. This page is written by `make docs`.

"""


METRICS_HEAD = """# Metrics

Served in the Prometheus text format on `/metrics` of every process. Times are seconds, counters end in `_total`, and no
label ever holds a conversation, an id of a person or a text. The conservation law of a stage, whatever happens to it:
`dlp_messages_received_total - dlp_messages_settled_total - dlp_inflight = 0`. This page is written by `make docs`.

| metric | kind | labels | meaning |
|--|--|--|--|
"""


def settings_page() -> str:
    """Every setting by its variable, its default and its meaning."""
    parts = [SETTINGS_HEAD]
    written: set[str] = set()
    for group in groups():
        if group is SettingsGroup or not group.model_fields:
            continue
        rows = variables(group)
        fresh = {name: field for name, field in rows.items() if name not in written}
        if not fresh or (group.model_config["env_prefix"] == "CORDON_" and group.__name__ == "TrustSettings"):
            continue
        written |= fresh.keys()
        title = (inspect.getdoc(group) or group.__name__).splitlines()[0].rstrip(".")
        title = title.rpartition("``: ")[2].replace("``", "`")
        title = f"{title[:1].upper()}{title[1:]}"
        parts += [f"## {title}\n\n", "| variable | default | meaning |\n|--|--|--|\n"]
        parts += [f"| `{name}` | {_default(field)} | {_meaning(field)} |\n" for name, field in fresh.items()]
        parts.append("\n")
    return "".join(parts).rstrip("\n") + "\n"


def metrics_page() -> str:
    """Every metric by name, kind, labels and meaning."""
    kinds = {"counter": get_args(CounterName), "gauge": get_args(GaugeName), "histogram": get_args(HistogramName)}
    rows = [
        f"| `{name}` | {kind} | {', '.join(f'`{label}`' for label in CATALOGUE[name].labels)} "
        f"| {CATALOGUE[name].meaning} |\n"
        for kind, names in kinds.items()
        for name in names
    ]
    return "".join([METRICS_HEAD, *rows])


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "*required*"
    value = field.get_default(call_default_factory=True)
    if value is None or value in ((), "", {}) or isinstance(value, SecretStr):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _meaning(field: FieldInfo) -> str:
    meaning = " ".join((field.description or "").split()).replace("``", "`").replace("|", "\\|")
    words = [f"`{word}`" for word in allowed_words(field.annotation)]
    if all(word in meaning for word in words):
        return meaning
    choice = " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
    return f"{choice}. {meaning}".rstrip()


def allowed_words(annotation: Any) -> list[str]:
    """The words that a setting of this type takes, where they are a closed list; else none."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(member.value) for member in annotation]
    if get_origin(annotation) is Literal:
        return [str(word) for word in get_args(annotation)]
    return [word for part in get_args(annotation) for word in allowed_words(part)]


if __name__ == "__main__":
    Path("docs/settings.md").write_text(settings_page(), encoding="utf-8")
    Path("docs/metrics.md").write_text(metrics_page(), encoding="utf-8")
