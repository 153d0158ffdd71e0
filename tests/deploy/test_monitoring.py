"""What watches Cordon names what Cordon has: metrics and labels of the catalogue, alerts of the manual."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.metrics import CATALOGUE
from streams.reference import metrics_page, settings_page

ROOT = Path(__file__).parents[2]
RULES: list[dict[str, Any]] = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())["groups"][0]["rules"]
DASHBOARD: dict[str, Any] = json.loads((ROOT / "deploy/grafana/cordon.json").read_text())
EXPRESSIONS = [rule["expr"] for rule in RULES] + [
    target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]
]
METRIC = re.compile(r"\bdlp_[a-z_]+\b")
SERIES = re.compile(r"\b(dlp_[a-z_]+)(?:\{([a-z_]+)=)")
GROUPED = re.compile(r"by \(([a-z, ]+)\) \((?:[a-z]+\()?(dlp_[a-z_]+)")
OF_PROMETHEUS = {"le", "instance", "job"}


def family(name: str) -> str:
    return name if name in CATALOGUE else re.sub(r"_(bucket|sum|count)$", "", name)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_metric_and_label_is_in_the_catalogue(expression: str) -> None:
    assert METRIC.findall(expression)
    for name in METRIC.findall(expression):
        assert family(name) in CATALOGUE
    for name, label in SERIES.findall(expression):
        assert label in CATALOGUE[family(name)].labels  # type: ignore[index]  # shown just above
    for labels, name in GROUPED.findall(expression):
        assert set(labels.split(", ")) - OF_PROMETHEUS <= set(CATALOGUE[family(name)].labels)  # type: ignore[index]  # as above


def test_the_manual_says_what_to_do_about_every_alert() -> None:
    manual = (ROOT / "docs/operations.md").read_text()
    named = set(re.findall(r"\| `(Cordon\w+)` \|", manual))

    assert named == {rule["alert"] for rule in RULES}


def test_every_alert_has_a_severity_and_a_sentence() -> None:
    for rule in RULES:
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert rule["annotations"]["summary"]


def test_panels_have_places_and_numbers_of_their_own() -> None:
    places = [tuple(panel["gridPos"].values()) for panel in DASHBOARD["panels"]]
    numbers = [panel["id"] for panel in DASHBOARD["panels"]]

    assert len(set(places)) == len(places)
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize(("name", "written"), [("settings", settings_page), ("metrics", metrics_page)])
def test_the_reference_pages_say_what_the_code_says(name: str, written: Any) -> None:
    assert (ROOT / f"docs/{name}.md").read_text(encoding="utf-8") == written(), "run: make docs"
