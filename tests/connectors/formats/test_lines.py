"""CEF, LEEF and syslog messages, to the letter."""

import pytest

from connectors.formats.cef import cef
from connectors.formats.leef import leef
from connectors.formats.rfc5424 import SyslogFormat
from schemas import Direction, Severity
from tests.connectors.siem_parts import audit, violation

HOSTILE = 'a|b\\c=d]"e\nf\tg'


def test_cef() -> None:
    assert cef(violation()) == (
        "CEF:0|Cordon|Cordon|0.1|CreditCard|payment_card found in a message|10|rt=1769860800123 start=1769860800123 "
        "externalId=violation-1 cat=dlp_violation act=redact app=whatsapp deviceDirection=0 duser=agent-7 cnt=1 "
        "cs1=payment_card cs1Label=entity cs2=a6dfaee1a4e8 cs2Label=policyVersion cs3=************1111 "
        "cs3Label=maskedPreview cs4=d82ea58094689e99106284cfd96a4d5b cs4Label=fingerprint cs5=conversation-1 "
        "cs5Label=conversationId cs6=event-1 cs6Label=messageId"
    )


def test_cef_of_an_audit_record() -> None:
    assert cef(audit(outcome="denied")) == (
        "CEF:0|Cordon|Cordon|0.1|token.reveal|token.reveal denied|5|rt=1769860800123 externalId=audit-1 cat=dlp_audit "
        "suser=key-ops act=token.reveal outcome=denied reason=fraud case 17 cs1=tok_1 cs1Label=subject "
        "cs5=conversation-1 cs5Label=conversationId"
    )


def test_cef_escapes_what_would_end_a_field() -> None:
    line = cef(violation(rule=HOSTILE, conversation_id=HOSTILE))
    assert '|a\\|b\\\\c=d]"e f\tg|' in line
    assert 'cs5=a|b\\\\c\\=d]"e\\nf\tg cs5Label' in line
    assert "\n" not in line


def test_leef() -> None:
    head, _, attributes = leef(violation()).partition("|x09|")
    pairs = dict(pair.partition("=")[::2] for pair in attributes.split("\t"))
    assert head == "LEEF:2.0|Cordon|Cordon|0.1|CreditCard"
    assert (pairs["sev"], pairs["devTime"], pairs["usrName"]) == ("10", "2026-01-31T12:00:00.123Z", "agent-7")
    assert (pairs["violation_id"], pairs["conversation_id"], pairs["cat"]) == (
        "violation-1",
        "conversation-1",
        "dlp_violation",
    )


def test_leef_replaces_what_it_cannot_escape() -> None:
    line = leef(violation(rule=HOSTILE, conversation_id=HOSTILE))
    assert line.startswith('LEEF:2.0|Cordon|Cordon|0.1|a/b\\c=d]"e f g|x09|')
    assert "\n" not in line
    assert '\tconversation_id=a|b\\c=d]"e f g\t' in line


def test_syslog_with_structured_data() -> None:
    assert SyslogFormat("structured").message(violation()).decode() == (
        "<130>1 2026-01-31T12:00:00.123Z cordon cordon - dlp_violation "
        '[cordon@32473 violation_id="violation-1" event_id="event-1" rule="CreditCard" severity="CRITICAL" '
        'match_count="1" conversation_id="conversation-1" direction="INBOUND" agent_id="agent-7" stage="critical" '
        'action="redact" entity="payment_card" channel="whatsapp" policy_version="a6dfaee1a4e8" '
        'masked_preview="************1111" fingerprint="d82ea58094689e99106284cfd96a4d5b"] dlp_violation'
    )


def test_structured_data_escapes_quotes_brackets_and_backslashes() -> None:
    message = SyslogFormat("structured").message(violation(conversation_id=HOSTILE)).decode()
    assert 'conversation_id="a|b\\\\c=d\\]\\"e f g"' in message


@pytest.mark.parametrize(
    ("body", "begins"), [("cef", "CEF:0|"), ("leef", "LEEF:2.0|"), ("json", '{"schema_version":1,')]
)
@pytest.mark.parametrize("bom", [True, False])
def test_syslog_with_a_body_carries_the_id_outside_of_it(body: str, begins: str, *, bom: bool) -> None:
    message = SyslogFormat(body, bom=bom).message(violation()).decode()
    _, _, rest = message.partition('[cordon@32473 id="violation-1"] ')
    assert rest.startswith("\ufeff" * bom + begins)


@pytest.mark.parametrize(
    ("severity", "priority"),
    [(Severity.CRITICAL, 130), (Severity.HIGH, 131), (Severity.MEDIUM, 132), (Severity.LOW, 133)],
)
def test_priority_is_facility_and_severity(severity: Severity, priority: int) -> None:
    assert SyslogFormat("json").message(violation(severity=severity)).startswith(b"<%d>1 " % priority)
    assert SyslogFormat("json", facility=13).message(audit()).startswith(b"<110>1 ")


def test_a_host_name_has_no_spaces_or_controls() -> None:
    assert b" a-b cordon - " in SyslogFormat("json", host="a-\nb ").message(violation())
    assert b" - cordon - " in SyslogFormat("json", host=" ").message(violation())


def test_who_wrote_the_message_is_the_source_user() -> None:
    assert " suser=agent-7 " in cef(violation(direction=Direction.OUTBOUND))
