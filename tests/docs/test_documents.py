"""The documents stay true: what they name exists."""

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import streams.settings
from cli.lazy import LazyGroup
from cli.main import main
from gateway.data_actions_calls import FILE as UPSTREAMS_FILE
from streams.metrics import CATALOGUE
from streams.settings.base import SettingsGroup

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"\bcordon ((?:[a-z]+\b ?){1,2})")
SETTING = re.compile(r"\bCORDON_[A-Z0-9_]+[A-Z0-9]\b")
METRIC = re.compile(r"\bdlp_[a-z_]+\b")
NO_SETTINGS = {"CORDON_EVAL_DATA", "CORDON_KAFKA_SSL", "CORDON_DOWNLOADS", "CORDON_KEY", "CORDON_URL"}
"""Of the suite and the examples."""
SOURCETYPES = {"dlp_violation", "dlp_audit"}
"""Splunk's, and no metrics."""


def by_name(document: Path) -> str:
    return str(document.relative_to(ROOT))


def known_settings() -> set[str]:
    found = set()
    for module in pkgutil.iter_modules(streams.settings.__path__, "streams.settings."):
        for group in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(group) and issubclass(group, SettingsGroup):
                prefix = str(group.model_config["env_prefix"])
                found |= {f"{prefix}{field}".upper() for field in group.model_fields}
    return found | {f"{name}_FILE" for name in found} | {UPSTREAMS_FILE}


@pytest.mark.parametrize("document", DOCUMENTS, ids=by_name)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    for target in LINK.findall(document.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=by_name)
def test_every_command_that_is_named_exists(document: Path) -> None:
    group = main
    assert isinstance(group, LazyGroup)
    code = "\n".join(re.findall(r"`[^`\n]+`|```.*?```", document.read_text(encoding="utf-8"), re.DOTALL))
    for words in COMMAND.findall(code):
        assert words.split()[0] in group.list_commands(None), words  # type: ignore[arg-type]  # no context is needed


@pytest.mark.parametrize("document", DOCUMENTS, ids=by_name)
def test_every_setting_that_is_named_exists(document: Path) -> None:
    named = set(SETTING.findall(document.read_text(encoding="utf-8"))) - NO_SETTINGS

    assert named - known_settings() == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=by_name)
def test_every_metric_that_is_named_is_in_the_catalogue(document: Path) -> None:
    named = set(METRIC.findall(document.read_text(encoding="utf-8")))
    suffixes = {f"{name}{end}" for name in CATALOGUE for end in ("", "_bucket", "_sum", "_count")}

    assert named - suffixes - SOURCETYPES == set()


def test_the_readme_shows_what_a_scan_answers() -> None:
    from detection import Engine, load_policy  # noqa: PLC0415  (the other tests need no engine)

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (asked,) = re.findall(r"\$ echo '([^']+)' \| \S+ scan\n", readme)

    assert f"scan\n{Engine(load_policy(None)).scan(asked).redacted_text}\n" in readme
