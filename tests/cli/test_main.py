import subprocess
import sys

import pytest
from click.testing import CliRunner

from cli.main import COMMANDS, main


def test_help_names_every_command_in_one_line_each() -> None:
    answer = CliRunner().invoke(main, ["--help"])

    assert answer.exit_code == 0
    lines = answer.output.splitlines()
    for name in COMMANDS:
        assert any(line.split()[:1] == [name] for line in lines), name


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(name: str) -> None:
    answer = CliRunner().invoke(main, [name, "--help"])

    assert answer.exit_code == 0
    assert answer.output.startswith(f"Usage: main {name}")


def test_scanning_loads_neither_faust_nor_a_kafka_client() -> None:
    heavy = "{'faust', 'aiokafka', 'fastapi'}"
    code = f"import sys, cli.main, cli.scan; from detection import Engine; sys.exit(bool({heavy} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_command_whose_extra_is_not_installed_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "confluent_kafka", None)
    for loaded in [name for name in sys.modules if name.startswith("sandbox.")]:
        monkeypatch.delitem(sys.modules, loaded)

    answer = CliRunner().invoke(main, ["demo", "--once"])

    assert answer.exit_code == 1
    assert "cordon[sandbox]" in answer.output


def test_a_command_that_is_not_there_is_refused() -> None:
    answer = CliRunner().invoke(main, ["scann"])

    assert answer.exit_code == 2
    assert "No such command" in answer.output


@pytest.mark.parametrize(
    "command", [("packs", "show", "Nothing"), ("packs", "test", "nothing"), ("scan", "--policy", "none.yaml")]
)
def test_every_error_begins_in_the_same_way(command: tuple[str, ...]) -> None:
    answer = CliRunner().invoke(main, command)

    assert answer.exit_code == 1
    assert answer.stderr.startswith("cordon: ")


def test_the_demo_says_that_its_kafka_may_be_one_in_memory() -> None:
    help_text = CliRunner().invoke(main, ["demo", "--help"]).output

    assert "in memory" in help_text
    assert "a real Kafka" not in help_text
