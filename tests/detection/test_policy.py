"""A policy: which rules run, what is done with their findings where, and how every mistake in it is told."""

from pathlib import Path

import pytest

from detection import Engine, Policy, WrongPolicy, load_policy
from detection.pack import shipped_packs
from detection.policy import Decision, Scope
from schemas import Action, Direction, Severity, Tier

CARD = "4539 1488 0343 6467"
BADGE = r"""
pack: ours
rules:
  - name: Badge
    entity: staff_badge
    severity: HIGH
    replacement: "[BADGE REDACTED]"
    patterns: ['\bB-\d{4}\b']
"""


def policy(folder: Path, content: str) -> Policy:
    file = folder / "policy.yaml"
    file.write_text(content, encoding="utf-8")
    return load_policy(file)


def decided(chosen: Policy, rule: str, scope: Scope | None = None) -> Decision:
    (one,) = (known for known in chosen.rules if known.name == rule)
    return chosen.decide(one, scope or Scope())


def names(chosen: Policy) -> set[str]:
    return {rule.name for rule in chosen.rules}


def reason(folder: Path, content: str) -> str:
    with pytest.raises(WrongPolicy) as caught:
        policy(folder, content)
    assert "\n" not in str(caught.value)
    return str(caught.value)


class TestTheRulesThatRun:
    def test_without_a_file_every_shipped_pack_runs_as_it_is(self) -> None:
        assert {rule.pack for rule in load_policy().rules} == set(shipped_packs())

    @pytest.mark.parametrize("content", ["{}", "packs: all"])
    def test_so_it_does_where_the_file_names_no_packs(self, tmp_path: Path, content: str) -> None:
        assert policy(tmp_path, content).rules == load_policy().rules

    def test_packs_may_be_chosen(self, tmp_path: Path) -> None:
        assert {rule.pack for rule in policy(tmp_path, "packs: [payments, health]").rules} == {"payments", "health"}

    def test_rules_may_be_left_out(self, tmp_path: Path) -> None:
        assert names(policy(tmp_path, "packs: [payments]\ndisable: [CardExpiry, CardPIN]")) == {
            "CreditCard",
            "CardTrackData",
            "CardSecurityCode",
        }

    def test_a_rule_of_a_pack_that_does_not_run_may_be_left_out_as_well(self, tmp_path: Path) -> None:
        assert names(policy(tmp_path, "packs: [internal]\ndisable: [SSN]")) == {"InternalDocCode"}

    def test_only_some_rules_may_run(self, tmp_path: Path) -> None:
        assert names(policy(tmp_path, "only: [SSN, CreditCard]")) == {"SSN", "CreditCard"}

    def test_rules_of_the_house_stand_in_files_beside_it(self, tmp_path: Path) -> None:
        (tmp_path / "ours.yaml").write_text(BADGE)
        chosen = policy(tmp_path, "packs: [internal]\nrule_files: [ours.yaml]")

        assert {rule.name: rule.is_custom for rule in chosen.rules} == {"Badge": True, "InternalDocCode": False}

    def test_values_of_the_house_are_no_findings(self, tmp_path: Path) -> None:
        engine = Engine(policy(tmp_path, f'packs: [payments]\nallow: ["{CARD}"]'))

        assert engine.scan("card 4539-1488-0343-6467").is_clean
        assert not engine.scan("card 4111-1111-1111-1111").is_clean


class TestOverrides:
    @pytest.mark.parametrize(
        "chosen",
        ["rules: [CreditCard]", "entities: [payment_card]", "packs: [payments]", "severities: [CRITICAL]", "set:"],
    )
    def test_rules_are_meant_by_name_entity_pack_or_severity_or_all(self, tmp_path: Path, chosen: str) -> None:
        chosen = "" if chosen == "set:" else f"{chosen}, "
        changed = policy(tmp_path, f"overrides: [{{{chosen}set: {{action: mask}}}}]")

        assert decided(changed, "CreditCard").action is Action.MASK

    @pytest.mark.parametrize(
        "chosen",
        ["rules: [SSN]", "entities: [us_ssn]", "packs: [identity_us]", "severities: [LOW]"],
    )
    def test_a_rule_that_is_not_meant_stays_as_its_pack_says(self, tmp_path: Path, chosen: str) -> None:
        changed = policy(tmp_path, f"overrides: [{{{chosen}, set: {{action: mask}}}}]")

        assert decided(changed, "CreditCard") == decided(load_policy(), "CreditCard")

    def test_a_rule_is_meant_where_everything_holds_that_is_said_of_it(self, tmp_path: Path) -> None:
        changed = policy(tmp_path, "overrides: [{packs: [payments], severities: [CRITICAL], set: {action: block}}]")

        assert decided(changed, "CreditCard").action is Action.BLOCK
        assert decided(changed, "CardExpiry").action is Action.REDACT
        assert decided(changed, "SSN").action is Action.REDACT

    @pytest.mark.parametrize(
        ("when", "there", "elsewhere"),
        [
            ("direction: OUTBOUND", Scope(direction=Direction.OUTBOUND), Scope(direction=Direction.INBOUND)),
            ("channel: whatsapp", Scope(channel="whatsapp"), Scope(channel="open")),
            ("channel: [whatsapp, sms]", Scope(channel="sms"), Scope(channel="open")),
            ("queue: billing", Scope(queue="billing"), Scope(queue="sales")),
            ("queue: billing", Scope(queue="billing"), Scope()),
            ("queue: 4", Scope(queue="4"), Scope(queue="5")),
            ("tenant: acme", Scope(tenant="acme"), Scope()),
            (
                "direction: OUTBOUND, channel: sms",
                Scope(Direction.OUTBOUND, "sms"),
                Scope(Direction.INBOUND, "sms"),
            ),
        ],
    )
    def test_they_hold_where_the_message_stands(
        self, tmp_path: Path, when: str, there: Scope, elsewhere: Scope
    ) -> None:
        changed = policy(tmp_path, f"overrides: [{{when: {{{when}}}, set: {{action: alert}}}}]")

        assert decided(changed, "CreditCard", there).action is Action.ALERT
        assert decided(changed, "CreditCard", elsewhere).action is Action.REDACT

    def test_the_last_that_holds_wins_field_by_field(self, tmp_path: Path) -> None:
        changed = policy(
            tmp_path,
            """
            overrides:
              - set: {action: mask, severity: LOW, override_by: agent}
              - rules: [CreditCard]
                set: {action: tokenize, replacement: "[CARD]"}
              - rules: [SSN]
                set: {severity: HIGH}
            """,
        )

        card, ssn = decided(changed, "CreditCard"), decided(changed, "SSN")
        assert (card.action, card.severity, card.replacement, card.override_by) == (
            Action.TOKENIZE,
            Severity.LOW,
            "[CARD]",
            "agent",
        )
        assert (ssn.action, ssn.severity) == (Action.MASK, Severity.HIGH)

    @pytest.mark.parametrize(
        ("severity", "tier"),
        [("CRITICAL", Tier.BLOCKING), ("HIGH", Tier.BLOCKING), ("MEDIUM", Tier.REVIEW), ("LOW", Tier.REVIEW)],
    )
    def test_the_severity_says_whether_a_message_waits_for_the_rule(
        self, tmp_path: Path, severity: str, tier: Tier
    ) -> None:
        changed = policy(tmp_path, f"overrides: [{{set: {{severity: {severity}}}}}]")

        assert decided(changed, "CreditCard").tier is tier

    @pytest.mark.parametrize(
        ("written", "tier"),
        [("blocking", Tier.BLOCKING), ("review", Tier.REVIEW), ("ALL", Tier.ALL)],
    )
    def test_unless_the_tier_is_said(self, tmp_path: Path, written: str, tier: Tier) -> None:
        changed = policy(tmp_path, f"overrides: [{{set: {{severity: LOW, tier: {written}}}}}]")

        assert decided(changed, "CreditCard").tier is tier

    def test_a_policy_knows_what_of_a_scope_it_tells_apart(self, tmp_path: Path) -> None:
        changed = policy(tmp_path, "overrides: [{when: {queue: a, tenant: b}, set: {action: mask}}]")

        assert changed.depends_on() == {"queue", "tenant"}

    def test_a_policy_knows_whether_it_wants_tokens_anywhere(self, tmp_path: Path) -> None:
        assert not load_policy().tokenizes
        assert policy(tmp_path, "overrides: [{when: {queue: a}, set: {action: tokenize}}]").tokenizes


class TestTheVersion:
    def test_is_the_same_for_the_same_policy_however_it_is_ordered(self, tmp_path: Path) -> None:
        one = policy(tmp_path, "packs: [payments, health]\nallow: [a, b]").version
        assert policy(tmp_path, "allow: [b, a]\npacks: [health, payments]").version == one

    @pytest.mark.parametrize(
        "content",
        [
            "packs: [payments, internal]",
            "packs: [payments]\ndisable: [CardPIN]",
            "packs: [payments]\nallow: [a]",
            "packs: [payments]\noverrides: [{set: {action: mask}}]",
            "packs: [payments]\noverrides: [{when: {queue: a}, set: {action: redact}}]",
        ],
    )
    def test_changes_with_all_that_may_change_a_verdict(self, tmp_path: Path, content: str) -> None:
        assert policy(tmp_path, content).version != policy(tmp_path, "packs: [payments]").version


class TestMistakes:
    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            ("pack: [payments]", "unknown key pack"),
            ("packs: payments", "packs must be a list of words"),
            ("packs:", "packs must be a list of words"),
            ("packs: [nothing]", "no pack is named 'nothing'"),
            ("only: [Nothing]", "no rule is named 'Nothing'"),
            ("only: SSN", "only must be a list of words"),
            ("packs: [payments]\nonly: [SSN]", "no rule is named 'SSN'"),
            ("only: [SSN]\ndisable: [SSN]", "no rule is named 'SSN'"),
            ("disable: [Nothing]", "no rule is named 'Nothing'"),
            ("disable: CardPIN", "disable must be a list of words"),
            ("allow: 4539148803436467", "allow must be a list of words"),
            ("rule_files: ours.yaml", "rule_files must be a list of words"),
            ("overrides: [mask]", "overrides must be a list of mappings"),
            ("overrides: {set: {action: mask}}", "overrides must be a list of mappings"),
        ],
    )
    def test_of_the_whole_file_are_told_with_it(self, tmp_path: Path, content: str, problem: str) -> None:
        assert reason(tmp_path, content) == f"policy.yaml:1: {problem}"

    @pytest.mark.parametrize(
        ("override", "problem"),
        [
            ("rule: [SSN], set: {action: mask}", "unknown key rule"),
            ("rules: [Ssn], set: {action: mask}", "no rule is named 'Ssn'"),
            ("rules: SSN, set: {action: mask}", "rules must be a list of words"),
            ("entities: [card], set: {action: mask}", "no entity is named 'card'"),
            ("packs: [cards], set: {action: mask}", "no pack is named 'cards'"),
            ("severities: [critical], set: {action: mask}", "severities is none of CRITICAL, HIGH, MEDIUM, LOW"),
            ("rules: [SSN]", "an override has to set something"),
            ("set: {}", "an override has to set something"),
            ("set: mask", "set must be a mapping"),
            ("set: {aktion: mask}", "unknown key aktion"),
            ("set: {action: hide}", "action is none of redact, mask, tokenize, block, alert, allow"),
            ("set: {severity: high}", "severity is none of CRITICAL, HIGH, MEDIUM, LOW"),
            ("set: {replacement: 7}", "replacement must be text"),
            ("set: {tier: slow}", "tier is none of blocking, review, all"),
            ("set: {override_by: boss}", "override_by names no role; there are agent, supervisor, compliance, admin"),
            ("when: {chanel: sms}, set: {action: mask}", "unknown key chanel"),
            ("when: {direction: outbound}, set: {action: mask}", "direction is none of INBOUND, OUTBOUND"),
            ("when: {queue: {a: b}}, set: {action: mask}", "queue must be a list of words"),
            ("when: [sms], set: {action: mask}", "when must be a mapping"),
        ],
    )  # fmt: skip
    def test_of_an_override_are_told_with_its_line(self, tmp_path: Path, override: str, problem: str) -> None:
        sound = "overrides:\n  - set: {action: mask}\n"

        assert reason(tmp_path, f"{sound}  - {{{override}}}\n") == f"policy.yaml:3: {problem}"

    def test_an_override_may_speak_of_a_shipped_rule_that_this_policy_leaves_out(self, tmp_path: Path) -> None:
        policy(tmp_path, "packs: [payments]\noverrides: [{rules: [SSN], set: {action: mask}}]")

    def test_of_a_file_of_rules_are_told_with_that_file(self, tmp_path: Path) -> None:
        (tmp_path / "ours.yaml").write_text(BADGE.replace("HIGH", "HUGE"))
        content = "rule_files: [ours.yaml]"

        assert reason(tmp_path, content) == "ours.yaml:4: Badge: severity is none of CRITICAL, HIGH, MEDIUM, LOW"
        assert reason(tmp_path, "rule_files: [theirs.yaml]").startswith(f"{tmp_path}/theirs.yaml cannot be read")

    def test_two_rules_of_one_name_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "ours.yaml").write_text(BADGE.replace("Badge", "SSN"))

        assert reason(tmp_path, "rule_files: [ours.yaml]") == "ours.yaml:1: two rules are named SSN"
