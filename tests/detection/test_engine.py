"""The engine as a whole: properties that hold for any text, and the brief's four rules."""

import random
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detection import Engine, Policy, load_policy
from detection.plan import Plan
from detection.redaction import to_original
from schemas import Action, Severity, Tier


@cache
def engine() -> Engine:
    return Engine(load_policy())


VALUES = (
    "p4ssw0rd: Tr0ub4dor&3",
    "c v v 1 2 3",
    "jane.doe (at) example (dot) com",
    "card NTU1NTU1NTU1NTU1NDQ0NA==",
    "<b>4539</b> <b>1488</b> <b>0343</b> <b>6467</b>",
    "4539x1488x0343x6467",
    "DE89 3704 0044 0532 0130 00",
    "4111 1111 1111 1111",
    "5500005555555559",
    "536-22-8714",
    "MRN 00482913",
    "INT-2024-HR-0042",
    "+44 20 7946 0958",
    "password: hunter2!",
    "four one one one one one one one one one one one one one one one",
    "4\ufe0f\u20e3111 1111 1111 1111",
    "\uff14\uff11\uff11\uff11 1111 1111 1111",
    "card %34111 1111 1111 1111",
)
GLUE = ("", " ", "\n", ", ", "\u200b", "\u202e", "é", "🙂", "]", "my card ", "ssn ", "order ", "12", "a")
messages = st.lists(st.one_of(st.sampled_from(VALUES), st.sampled_from(GLUE), st.text(max_size=12)), max_size=8).map(
    "".join
)


@pytest.mark.parametrize(
    ("text", "redacted", "severity"),
    [
        ("my card is 4111 1111 1111 1111", "my card is [CREDIT CARD REDACTED]", Severity.CRITICAL),
        ("my ssn is 536-22-8714", "my ssn is [SSN REDACTED]", Severity.CRITICAL),
        ("MRN 00482913 please", "MRN [MRN REDACTED] please", Severity.HIGH),
        ("see INT-2024-HR-0042", "see [INTERNAL REF REDACTED]", Severity.MEDIUM),
    ],
)
def test_the_four_rules_of_the_product_redact_their_values(text: str, redacted: str, severity: Severity) -> None:
    verdict = engine().scan(text)
    assert verdict.redacted_text == redacted
    assert [finding.severity for finding in verdict.findings] == [severity]


def test_a_loyalty_number_that_fails_luhn_stays() -> None:
    assert engine().scan("my loyalty number is 4111 1111 1111 1112").is_clean


@given(messages)
@settings(deadline=None, max_examples=80)
def test_offsets_are_valid_and_findings_do_not_overlap(text: str) -> None:
    verdict = engine().scan(text)
    done = 0
    for finding in verdict.findings:
        assert done <= finding.start < finding.end <= len(text)
        done = finding.end


@given(messages)
@settings(deadline=None, max_examples=80)
def test_redacted_text_scans_clean(text: str) -> None:
    redacted = engine().scan(text).redacted_text
    again = engine().scan(redacted)
    assert again.redacted_text == redacted
    assert again.is_clean


@given(messages)
@example("+44 20 7946 0958+44 20 7946 09582")
@example("+44 20 7946 0958<b>4539</b> <b>1488</b> <b>0343</b> <b>6467</b>")
@example("MRN 00482913\n+44 20 7946 0958")
@example("card NTU1NTU1NTU1NTU1NDQ0NA==order jane.doe (at) example (dot) com")
@settings(deadline=None, max_examples=80)
def test_the_tiers_together_take_out_what_all_rules_take_out(text: str) -> None:
    everything = engine().scan(text)
    blocking = engine().scan(text, tier=Tier.BLOCKING)
    review = engine().scan(blocking.redacted_text, tier=Tier.REVIEW)  # it sees the text as it was forwarded
    # a graver rule may take a value out together with what lies in it: what counts is that its place is gone
    tiers = [*blocking.findings, *to_original(text, blocking.findings, review.findings)]
    for finding in everything.findings:
        assert any(one.start < finding.end and finding.start < one.end for one in tiers), finding


@cache
def shuffled() -> Engine:
    policy = load_policy()
    rules = list(policy.rules)
    random.Random(7).shuffle(rules)
    return Engine(Policy(tuple(rules)))


@given(messages)
@settings(deadline=None, max_examples=80)
def test_the_order_of_rules_does_not_matter(text: str) -> None:
    assert shuffled().scan(text) == engine().scan(text)


@given(messages)
@settings(deadline=None, max_examples=80)
def test_scanning_twice_changes_nothing(text: str) -> None:
    first = engine().scan(text)
    assert engine().scan(text) == first
    if engine().scan(first.redacted_text).is_clean:
        assert engine().scan(first.redacted_text).redacted_text == first.redacted_text


@given(messages)
@settings(deadline=None, max_examples=80)
def test_the_prefilter_never_misses(text: str) -> None:
    if engine().scan(text).findings:
        assert engine().clean_reading(text, tier=Tier.ALL) is None


def test_every_rule_of_the_shipped_policy_takes_its_values_out() -> None:
    assert all(rule.action is Action.REDACT for rule in engine().policy.rules)


@pytest.mark.parametrize(
    "text", ["\ud800", "\x00" * 100, "\u202e" * 50, "(" * 5000, "a@" * 5000, "4 " * 5000, "+(" * 5000]
)
def test_hostile_text_is_answered(text: str) -> None:
    engine().scan(text)


@pytest.mark.parametrize("before", [7_000, 8_100, 8_190, 15_000])
def test_a_private_key_across_the_parts_of_a_long_text_is_taken_out_whole(before: int) -> None:
    key = "-----BEGIN PRIVATE KEY-----\n" + ("MIIEvQ" * 10 + "\n") * 50 + "-----END PRIVATE KEY-----"
    redacted = engine().scan("well " * (before // 5) + key + " well" * 2_000).redacted_text
    assert redacted == "well " * (before // 5) + "[PRIVATE KEY REDACTED]" + " well" * 2_000


@pytest.mark.parametrize("before", [0, 2_030, 4_000, 8_180, 40_000])
def test_a_value_in_a_long_text_is_found_wherever_it_stands(before: int) -> None:
    noise = "".join(random.Random(before).choices("abcdefghijk 0123 ", k=before))
    verdict = engine().scan(f"{noise} my card is 4111 1111 1111 1111, ok? {noise}")
    assert "my card is [CREDIT CARD REDACTED], ok?" in verdict.redacted_text


@pytest.mark.parametrize(
    "value", ["NPI 1234567893 ", "电话13812345678 ", "call 202-555-0100 or ", "card 4111 1111 1111 1111 "]
)
def test_nothing_of_a_dump_of_values_is_left(value: str) -> None:
    redacted = engine().scan(value * 3_000).redacted_text
    assert not any(character.isdigit() for character in redacted)


def test_an_engine_has_one_plan_for_scopes_that_policy_does_not_tell_apart() -> None:
    one = Engine(load_policy())
    one.scan("x", channel="whatsapp", queue="a")
    one.scan("x", channel="open", queue="b")
    assert len({id(plan) for plan in one._plans.values() if isinstance(plan, Plan)}) == 1


def test_a_tenants_override_holds_where_the_engine_is_that_tenants(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "packs: [payments]\noverrides:\n  - rules: [CreditCard]\n    when: {tenant: acme}\n    set: {action: mask}\n",
        encoding="utf-8",
    )
    text = "my card is 4111 1111 1111 1111"
    assert Engine(load_policy(policy), tenant="acme").scan(text).redacted_text.endswith("1111")
    assert Engine(load_policy(policy), tenant="other").scan(text).redacted_text == "my card is [CREDIT CARD REDACTED]"
    assert Engine(load_policy(policy)).scan(text, tenant="acme").redacted_text.endswith("1111")
