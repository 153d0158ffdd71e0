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


@pytest.fixture
def without_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """As ``pip install cordon`` leaves it: the extra ``sandbox`` is not there."""
    monkeypatch.setitem(sys.modules, "confluent_kafka", None)
    for loaded in [name for name in sys.modules if name.startswith(("sandbox.", "cli.prove"))]:
        monkeypatch.delitem(sys.modules, loaded)


@pytest.mark.usefixtures("without_sandbox")
@pytest.mark.parametrize("command", [("demo", "--once"), ("prove", "--scenario", "kill"), ("sandbox", "kafka")])
def test_a_command_whose_extra_is_not_installed_says_which(command: tuple[str, ...]) -> None:
    answer = CliRunner().invoke(main, command)

    assert answer.exit_code == 1
    assert answer.stderr == "cordon: this command needs more than is installed: pip install 'cordon[sandbox]'\n"


@pytest.mark.usefixtures("without_sandbox")
def test_help_names_also_what_is_not_installed() -> None:
    everything = CliRunner().invoke(main, ["--help"])
    one = CliRunner().invoke(main, ["prove", "--help"])

    assert (everything.exit_code, one.exit_code) == (0, 0)
    assert "prove        Needs pip install 'cordon[sandbox]'." in everything.output
    assert "Needs pip install 'cordon[sandbox]'." in one.output


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
