"""OCSF against the schemas that OCSF publishes, and ECS by its own rules."""

import json
from typing import Any

import jsonschema
import pytest
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from connectors.formats.ecs import ecs_json
from connectors.formats.ocsf import OCSF_VERSION, ocsf_json
from connectors.siem import SiemRecord
from schemas import Action, Direction, Severity
from tests.connectors.siem_parts import audit, violation

RECORDS = [
    *(violation(action=action) for action in Action),
    *(violation(severity=severity) for severity in Severity),
    *(violation(entity=entity) for entity in ("payment_card", "password", "internal_document", "us_ssn")),
    violation(agent_id=None, direction=Direction.OUTBOUND),
    audit(),
    audit(outcome="denied", conversation_id=None, reason=None),
]


@pytest.fixture(scope="module")
def ocsf() -> OcsfJsonSchemaEmbedded:
    return OcsfJsonSchemaEmbedded(get_ocsf_schema(version=OCSF_VERSION))


def errors(ocsf: OcsfJsonSchemaEmbedded, event: dict[str, Any]) -> list[str]:
    kind = "data_security_finding" if event["class_uid"] == 2006 else "api_activity"
    schema = ocsf.get_class_schema(kind, event["metadata"].get("profiles", []))
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(event)]


@pytest.mark.parametrize("record", RECORDS)
def test_ocsf_events_fit_the_published_schema(ocsf: OcsfJsonSchemaEmbedded, record: SiemRecord) -> None:
    assert errors(ocsf, json.loads(ocsf_json(record))) == []


@pytest.mark.parametrize(
    "change", [{"severity_id": None}, {"time": "noon"}, {"finding_info": {}}, {"invented": 1}, {"action_id": 4711}]
)
def test_the_published_schema_refuses_what_is_wrong(ocsf: OcsfJsonSchemaEmbedded, change: dict[str, Any]) -> None:
    assert errors(ocsf, json.loads(ocsf_json(violation())) | change)


def test_ocsf_ids_follow_from_each_other() -> None:
    finding, activity = json.loads(ocsf_json(violation())), json.loads(ocsf_json(audit()))
    assert (finding["class_uid"], finding["category_uid"], finding["type_uid"]) == (2006, 2, 200601)
    assert finding["metadata"]["uid"] == finding["finding_info"]["uid"] == "violation-1"
    assert (finding["severity_id"], finding["action_id"], finding["disposition_id"]) == (5, 4, 11)
    assert finding["data_security"]["detection_system_id"] == 10
    assert finding["time"] == 1769860800123
    assert (activity["class_uid"], activity["type_uid"], activity["status_id"]) == (6003, 600399, 1)


@pytest.mark.parametrize(
    ("action", "kind"), [(Action.BLOCK, "denied"), (Action.ALERT, "info"), (Action.MASK, "change")]
)
def test_ecs_says_what_kind_of_event_it_is(action: Action, kind: str) -> None:
    document = json.loads(ecs_json(violation(action=action)))
    assert document["@timestamp"] == "2026-01-31T12:00:00.123Z"
    assert document["event"]["id"] == "violation-1"
    assert (document["event"]["kind"], document["event"]["type"]) == ("alert", [kind])
    assert document["rule"]["name"] == "CreditCard"
    assert "original" not in document["event"]


def test_ecs_of_an_audit_record_names_its_actor_and_outcome() -> None:
    document = json.loads(ecs_json(audit(outcome="denied")))
    assert (document["user"]["id"], document["event"]["outcome"]) == ("key-ops", "failure")
