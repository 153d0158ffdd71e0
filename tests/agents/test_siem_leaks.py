"""No target's bytes hold a value that was found, whatever the format and whether they are compressed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from agents.judging import Judging
from connectors.elastic import ElasticTarget
from connectors.formats import JSON_FORMATS
from connectors.formats.rfc5424 import BODIES, SyslogFormat
from connectors.otlp import OtlpTarget
from connectors.sentinel import SentinelTarget
from connectors.splunk import SplunkTarget
from detection import Engine, load_policy
from detection.conversation import NOTHING
from detection.reporting import Reporter, Subject
from schemas import Direction, MessageEvent, Stage, Violation
from vault.keyring import Keyring

CARD = "4111111111111111"
SSN = "536-22-8741"
TEXT = f"My card is 4111 1111 1111 1111 or {CARD}, my social security number is {SSN}"
RAW = (CARD, "4111 1111 1111 1111", SSN, SSN.replace("-", ""), CARD[:12])


@pytest.fixture
async def violations(tmp_path: Path) -> list[Violation]:
    engine = Engine(load_policy(None))
    keyring = Keyring.create(tmp_path / "keyring.json")
    judging = Judging(engine, Reporter(Stage.CRITICAL, engine.policy_version, keyring.fingerprint_key))
    event = MessageEvent(conversation_id="c-1", direction=Direction.INBOUND, text=TEXT)
    inspection = await judging.inspected(event, NOTHING)
    now = datetime.now(UTC)
    found = judging.reporter.violations(Subject("e-1", "c-1", Direction.INBOUND, "open", now, None), inspection, now)
    assert {one.rule for one in found} >= {"CreditCard", "SSN"}
    return [Violation.model_validate_json(one.to_json()) for one in found]


async def test_no_value_stands_in_what_a_target_sends(violations: list[Violation]) -> None:
    targets = (
        SplunkTarget(urls=["https://splunk.example"], token="t"),
        ElasticTarget(url="https://elastic.example"),
        OtlpTarget(url="https://collector.example"),
        SentinelTarget(endpoint="https://dcr.example", rule_id="dcr-1", stream="Custom-CordonDlp_CL"),
    )
    sent = [target.encode(one) for target in targets for one in violations]
    sent += [form(one) for form in JSON_FORMATS.values() for one in violations]
    sent += [SyslogFormat(body).message(one) for body in BODIES for one in violations]
    for target in targets:
        await target.close()

    assert len(sent) >= 2 * (len(targets) + len(JSON_FORMATS) + len(BODIES))
    assert all(raw in TEXT + TEXT.replace("-", "") for raw in RAW)  # the search would find them
    assert [raw for raw in RAW for data in sent if raw.encode() in data] == []
