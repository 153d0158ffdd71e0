"""Every shipped pack holds what the tests beside it say."""

from pathlib import Path

import pytest

from detection import Engine, load_policy, pack_tests
from detection.pack import shipped_pack, shipped_packs

ENGINE = Engine(load_policy())


@pytest.mark.parametrize("pack", shipped_packs())
def test_the_pack_finds_and_leaves_what_its_tests_say(pack: str) -> None:
    for failure in pack_tests.failures(ENGINE, pack_tests.read_cases(pack_tests.tests_of(pack))):
        pytest.fail(f"{failure.case.file}:{failure.case.line}: expected {failure.case.find}, found {failure.found}")


@pytest.mark.parametrize("pack", shipped_packs())
def test_every_rule_of_the_pack_is_tested(pack: str) -> None:
    tested = {rule for case in pack_tests.read_cases(pack_tests.tests_of(pack)) for rule, _ in case.find}
    assert {rule.name for rule in shipped_pack(pack)} <= tested


@pytest.mark.parametrize("pack", shipped_packs())
def test_the_pack_names_look_alikes_that_stay(pack: str) -> None:
    assert any(not case.find for case in pack_tests.read_cases(pack_tests.tests_of(pack)))


@pytest.mark.parametrize("pack", shipped_packs())
def test_the_documentation_names_every_rule_of_the_pack(pack: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "rule-packs.md").read_text(encoding="utf-8")
    assert all(f"{rule.name} `{rule.entity}`" in page for rule in shipped_pack(pack))


def test_no_two_rules_share_a_name() -> None:
    names = [rule.name for pack in shipped_packs() for rule in shipped_pack(pack)]
    assert len(names) == len(set(names))
