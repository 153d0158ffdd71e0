"""``cordon packs``: rules shown, tested, looked through for weak points, begun."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.packs import packs

BADGE = """
pack: ours
rules:
  - name: Badge
    entity: staff_badge
    severity: HIGH
    replacement: "[BADGE REDACTED]"
    patterns: ['{pattern}']
"""
CASES = """
pack: ours
cases:
  - text: "it is B-4829 now"
    find: [{Badge: "B-4829"}]
  - text: "it is B4829 now"
    find: []
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(packs, list(arguments))


def written(folder: Path, pattern: str = r"\bB-\d{4}\b", cases: str = CASES) -> Path:
    file = folder / "ours.yaml"
    file.write_text(BADGE.replace("{pattern}", pattern))
    (folder / "ours.tests.yaml").write_text(cases)
    return file


def test_the_shipped_packs_have_nothing_to_mend() -> None:
    result = run("lint")
    assert result.exit_code == 0, result.output
    assert "0 to mend" in result.output


def test_a_weak_rule_is_shown(tmp_path: Path) -> None:
    result = run("lint", str(written(tmp_path, r"B-\d{4}")))
    assert result.exit_code == 1
    assert "ours: Badge: unanchored" in result.output
    assert "1 rule, 1 to mend" in result.output


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"(?=B)B-\d{4}", "not an RE2 expression"),
        (r"(B)-\1", "not an RE2 expression"),
        (r"B-\d{5000}", "not an RE2 expression"),
        (r"(B-\d{4}", "not an RE2 expression"),
    ],
)
def test_a_rule_that_re2_cannot_run_is_refused_with_file_line_and_reason(
    tmp_path: Path, pattern: str, reason: str
) -> None:
    result = run("test", str(written(tmp_path, pattern)))
    assert result.exit_code == 1
    assert "ours.yaml:4: Badge: " in result.output
    assert reason in result.output


def test_a_new_rule_comes_with_tests_that_hold(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    assert run("new", str(file), "StaffBadge").exit_code == 0
    assert run("new", str(file), "LoyaltyKey").exit_code == 0
    result = run("test", str(file))
    assert "4 of 4 cases hold" in result.output
    assert run("lint", str(file)).exit_code == 0


def test_a_new_rule_does_not_take_a_name_that_is_there(tmp_path: Path) -> None:
    assert "there is a rule of this name already" in run("new", str(tmp_path / "ours.yaml"), "CreditCard").output
    assert not (tmp_path / "ours.yaml").exists()


def test_a_test_that_does_not_hold_is_shown(tmp_path: Path) -> None:
    result = run("test", str(written(tmp_path, cases=CASES.replace("B-4829", "B-482"))))
    assert result.exit_code == 1
    assert "ours.tests.yaml:4: it is B-482 now" in result.output


def test_rules_are_listed_and_shown() -> None:
    assert "CreditCard" in run("list").output
    shown = run("show", "CreditCard").output
    assert "payment_card" in shown
    assert "ISO/IEC 7812-1" in shown
    assert run("show", "Nothing").exit_code == 1


POLICY = """
packs: [payments]
rule_files: [ours.yaml]
disable: [CardPIN]
overrides:
  - {rules: [Badge], set: {severity: LOW, action: alert}}
  - {rules: [Badge], when: {direction: OUTBOUND, channel: [whatsapp, open]}, set: {action: mask}}
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """One shipped pack without one of its rules, and a pack of the house."""
    written(tmp_path)
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY)
    return file


class TestThePolicyInForce:
    def test_is_what_is_listed(self, policy: Path) -> None:
        listed = run("list", "--policy", str(policy)).output

        assert [line for line in listed.splitlines() if not line.startswith(" ")] == ["ours", "payments"]
        assert "  Badge                        LOW       staff_badge" in listed
        assert "CardPIN" not in listed
        assert "CardPIN" in run("list").output

    def test_may_be_named_by_the_setting(self, policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CORDON_POLICY_FILE", str(policy))

        assert run("list").output == run("list", "--policy", str(policy)).output
        assert "(ours)" in run("show", "Badge").output

    def test_is_shown_with_what_it_does_everywhere_and_in_some_places(self, policy: Path) -> None:
        shown = run("show", "Badge", "--policy", str(policy)).output

        assert "severity     LOW, action alert, replacement [BADGE REDACTED]" in shown
        assert "override     direction OUTBOUND, channel open or whatsapp: action mask" in shown

    def test_has_no_rule_that_it_disables(self, policy: Path) -> None:
        refused = run("show", "CardPIN", "--policy", str(policy))

        assert (refused.exit_code, refused.stderr) == (1, "cordon: no rule is named CardPIN in policy.yaml\n")

    @pytest.mark.parametrize("command", [("list",), ("show", "Badge")])
    def test_that_cannot_be_read_is_one_line(self, policy: Path, command: tuple[str, ...]) -> None:
        policy.write_text("packs: [nothing]\n")

        refused = run(*command, "--policy", str(policy))

        assert (refused.exit_code, refused.stderr) == (1, "cordon: policy.yaml:1: no pack is named 'nothing'\n")
