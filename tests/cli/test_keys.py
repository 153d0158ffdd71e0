from pathlib import Path

from click.testing import CliRunner

from cli.main import main
from vault.keyring import Keyring


def keys(command: str, file: Path) -> str:
    done = CliRunner().invoke(main, ["keys", command, str(file)])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_rotation_is_one_step_or_two(tmp_path: Path) -> None:
    file = tmp_path / "keyring.json"
    keys("create", file)
    first = Keyring.load(file).active_id

    added = keys("add", file)
    second = Keyring.load(file).key_ids[-1]
    assert added == f"key {second} opens; key {first} is active still\n"
    assert keys("activate", file) == f"key {second} is active\n"

    rotated = keys("rotate", file)
    assert rotated == f"key {Keyring.load(file).active_id} is active\n"
    assert Keyring.load(file).key_ids[:2] == (first, second)
