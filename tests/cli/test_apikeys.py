import json
from pathlib import Path

from click.testing import CliRunner, Result

from cli.main import main


def create(file: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["apikeys", "create", str(file), "--scope", "tokens:create", *options])


def test_a_key_is_of_the_tenant_asked_for(tmp_path: Path) -> None:
    made = create(tmp_path / "keys", "--tenant", "acme")
    create(tmp_path / "keys")

    assert "for the tenant acme" in made.stderr
    entries = [json.loads(line) for line in (tmp_path / "keys").read_text().splitlines()]
    assert [entry["tenant"] for entry in entries] == ["acme", "default"]


def test_a_tenants_name_is_plain(tmp_path: Path) -> None:
    refused = create(tmp_path / "keys", "--tenant", "Acme GmbH")

    assert refused.exit_code != 0
    assert not (tmp_path / "keys").exists()
