"""What is delivered for the SIEMs fits what is sent to them."""

import configparser
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.formats.ecs import ecs_json
from connectors.sentinel import SentinelTarget
from connectors.siem import SiemRecord
from tests.connectors.siem_parts import audit, violation

DEPLOY = Path(__file__).parents[2] / "deploy"
TA = DEPLOY / "splunk" / "TA-cordon" / "default"
CIM_REQUIRED = [
    "action",
    "app",
    "category",
    "dest",
    "dlp_type",
    "dvc",
    "object",
    "object_category",
    "object_path",
    "severity",
    "signature",
    "src_user",
    "vendor_product",
]
"""Of the data model Data Loss Prevention, data set DLP_Incidents, and what stands in the event under that very name."""


def conf(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",), strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # Splunk's names keep their case
    parser.read_string((TA / name).read_text())
    return parser


def paths(document: dict[str, Any], prefix: str = "") -> set[str]:
    found = set()
    for name, value in document.items():
        inner = value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else value
        found |= paths(inner, f"{prefix}{name}.") if isinstance(inner, dict) else {f"{prefix}{name}"}
    return found


def mapped(properties: dict[str, Any], prefix: str = "") -> set[str]:
    found = set()
    for name, mapping in properties.items():
        inner = mapping.get("properties")
        found |= mapped(inner, f"{prefix}{name}.") if inner else {f"{prefix}{name}"}
    return found


def test_splunk_gets_every_field_that_the_data_model_requires_from_fields_that_are_sent() -> None:
    props = conf("props.conf")["dlp_violation"]
    made = {name.removeprefix("EVAL-") for name in props if name.startswith("EVAL-")}
    assert set(CIM_REQUIRED) <= made
    sent = set(json.loads(violation().model_dump_json())) | {"host"}
    assert {name for value in props.values() for name in re.findall(r"'(\w+)'", value)} <= sent


def test_splunks_event_types_are_tagged_and_its_searches_are_off() -> None:
    types, tags, searches = conf("eventtypes.conf"), conf("tags.conf"), conf("savedsearches.conf")
    assert {f"eventtype={name}" for name in types.sections()} == set(tags.sections())
    assert dict(tags["eventtype=cordon_dlp_incident"]) == {"dlp": "enabled", "incident": "enabled"}
    macros = set(conf("macros.conf").sections())
    for name in searches.sections():
        assert searches[name]["enableSched"] == "0"
        assert set(re.findall(r"`(\w+)`", searches[name]["search"])) <= macros


def test_splunks_dashboard_is_well_formed_and_counts_each_violation_once() -> None:
    root = ET.parse(TA / "data" / "ui" / "views" / "cordon_dlp.xml").getroot()
    queries = [query.text or "" for query in root.iter("query")]
    assert queries[0].startswith("`cordon_violations`")
    assert all("sourcetype" not in query for query in queries)


@pytest.mark.parametrize("record", [violation(), audit(purpose="a purpose")])
def test_sentinels_table_has_a_column_for_everything_that_is_sent(record: SiemRecord) -> None:
    target = SentinelTarget(endpoint="https://dcr.example", rule_id="dcr-1", stream="Custom-CordonDlp_CL")
    template = json.loads((DEPLOY / "sentinel" / "table-and-rule.json").read_text())
    columns = {column["name"] for column in template["variables"]["columns"]}
    assert set(json.loads(target.encode(record))) <= columns


def test_sentinels_queries_name_columns_of_the_table() -> None:
    template = json.loads((DEPLOY / "sentinel" / "table-and-rule.json").read_text())
    columns = {column["name"] for column in template["variables"]["columns"]}
    rules = [yaml.safe_load(file.read_text()) for file in (DEPLOY / "sentinel" / "rules").glob("*.yaml")]
    workbook = json.loads((DEPLOY / "sentinel" / "workbook.json").read_text())
    queries = [rule["query"] for rule in rules]
    queries += [item["content"]["query"] for item in workbook["items"] if "query" in item["content"]]
    assert len(queries) == 6
    for query in queries:
        made = set(re.findall(r"(\w+) = ", query))
        words = set(re.findall(r"\b[A-Z][A-Za-z]+\b", re.sub(r'"[^"]*"', "", query)))
        assert words - made - {"CordonDlp_CL", "CordonDlp"} <= columns
    assert len({rule["id"] for rule in rules}) == len(rules)


@pytest.mark.parametrize(("record", "template"), [(violation(), "violations"), (audit(), "audit")])
def test_elastics_templates_map_everything_that_is_sent(record: SiemRecord, template: str) -> None:
    properties = json.loads((DEPLOY / "elastic" / f"{template}.json").read_text())["template"]["mappings"]["properties"]
    assert paths(json.loads(ecs_json(record))) <= mapped(properties)
