import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from cli.main import main
from vault.keyring import Keyring
from vault.requests import Access, TokenRequest
from vault.vault import Vault

CPF = "529.982.247-25"


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A token in a vault that the settings name."""
    keyring = Keyring.create(tmp_path / "keyring.json")
    monkeypatch.setenv("CORDON_KEYRING_FILE", str(keyring.path))
    monkeypatch.setenv("CORDON_DATA_DIR", str(tmp_path))

    async def keep() -> str:
        vault = await Vault.open(f"sqlite:///{tmp_path}/cordon.db", keyring)
        request = TokenRequest(entity="br_cpf", value=CPF, conversation_id="c-1", subject="ana")
        issued = await vault.tokenize(request, Access(actor="test"))
        await vault.close()
        return issued.token

    return asyncio.run(keep())


def cordon(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_reveal_shows_the_value_and_leaves_a_record(token: str) -> None:
    revealed = cordon("vault", "reveal", token, "--reason", "case 7")

    assert revealed.stdout == f"{CPF}\n"
    assert "token.reveal.plain\tallowed" in cordon("audit", "list").stdout
    assert "*" * len(CPF) in cordon("vault", "reveal", token, "--reason", "x", "--masked").stdout


def test_reveal_asks_for_a_reason(token: str) -> None:
    assert cordon("vault", "reveal", token).exit_code == 2


@pytest.mark.parametrize("what", [("--conversation", "c-1"), ("--subject", "ana"), ("--token", None)])
def test_erase_destroys_what_was_chosen(token: str, what: tuple[str, str | None]) -> None:
    erased = cordon("vault", "erase", what[0], what[1] or token, "--reason", "request 3", "--yes")

    assert erased.stdout == "erased 1\n"
    again = cordon("vault", "reveal", token, "--reason", "x")
    assert (again.exit_code, again.stderr) == (1, "cordon: the token is gone\n")


def test_erase_asks_first_and_wants_one_selection(token: str) -> None:
    assert cordon("vault", "erase", "--token", token, "--reason", "x").exit_code == 1
    assert cordon("vault", "erase", "--reason", "x", "--yes").exit_code == 1
    assert cordon("vault", "reveal", token, "--reason", "x").exit_code == 0


def test_a_second_person_approves_and_no_one_their_own(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDON_VAULT_FOUR_EYES", "br_cpf")
    monkeypatch.setattr("getpass.getuser", lambda: "ana")
    refused = cordon("vault", "reveal", token, "--reason", "case 7")
    approval = refused.stderr.rpartition(" ")[2].strip()
    assert cordon("vault", "approve", approval, "--reason", "me").exit_code == 1
    monkeypatch.setattr("getpass.getuser", lambda: "bruno")
    assert cordon("vault", "approve", approval, "--reason", "seen").exit_code == 0
    monkeypatch.setattr("getpass.getuser", lambda: "ana")

    assert cordon("vault", "reveal", token, "--reason", "case 7").stdout == f"{CPF}\n"
    assert cordon("vault", "reveal", token, "--reason", "case 7").exit_code == 1


def test_an_operator_works_on_one_tenant_at_a_time(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    other = ("--tenant", "acme")
    assert cordon("vault", *other, "reveal", token, "--reason", "case 7").exit_code != 0
    assert cordon("vault", *other, "erase", "--conversation", "c-1", "--reason", "r", "--yes").stdout == "erased 0\n"
    monkeypatch.setenv("CORDON_VAULT_TENANT", "acme")
    assert cordon("vault", "reveal", token, "--reason", "case 7").exit_code != 0

    assert cordon("vault", "--tenant", "default", "reveal", token, "--reason", "case 7").stdout == f"{CPF}\n"


def test_a_canary_is_told_from_no_other_token(token: str) -> None:
    bait = cordon("vault", "canary", "--like", "4111 1111 1111 1111", "--reason", "bait").stdout.strip()

    assert cordon("vault", "reveal", bait, "--reason", "x").stderr == "cordon: the token is unknown\n"
    assert "token.canary\tdenied" in cordon("audit", "list").stdout


def test_stats_and_rotate(token: str) -> None:
    assert cordon("vault", "rotate").stdout == "wrapped 1 data key again\n"

    assert cordon("vault", "stats").stdout == "br_cpf\t1 active\ndata keys\t1 active\t1 retired\naudit\t2 records\n"


def test_audit_verify_notices_one_touched_row(token: str, tmp_path: Path) -> None:
    assert cordon("audit", "verify").stdout == "1 record, chain intact\n"
    with sqlite3.connect(tmp_path / "cordon.db") as connection:
        connection.execute("UPDATE vault_audit SET record = replace(record, '\"test\"', '\"nobody\"')")
    connection.close()

    broken = cordon("audit", "verify")

    assert (broken.exit_code, broken.stderr) == (1, "cordon: the audit chain is broken: record 0 was changed\n")


def test_a_copy_of_the_records_can_be_verified(token: str, tmp_path: Path) -> None:
    cordon("vault", "reveal", token, "--reason", "x")
    copy = tmp_path / "audit.jsonl"
    copy.write_text(cordon("audit", "list", "--jsonl").stdout)
    assert cordon("audit", "verify", "--file", str(copy)).stdout == "2 records, chain intact\n"
    copy.write_text(copy.read_text().replace("test", "tset"))

    assert cordon("audit", "verify", "--file", str(copy)).exit_code == 1


def test_a_missing_keyring_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CORDON_KEYRING_FILE", str(tmp_path / "none"))

    failed = cordon("vault", "stats")

    assert failed.exit_code == 1
    assert failed.stderr.count("\n") == 1


def test_flows_key_writes_a_private_key_and_prints_its_public_half(tmp_path: Path) -> None:
    file = tmp_path / "flows.pem"

    made = cordon("whatsapp", "flows-key", str(file))

    private = load_pem_private_key(file.read_bytes(), None)
    assert load_pem_public_key(made.stdout.encode()) == private.public_key()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert cordon("whatsapp", "flows-key", str(file)).exit_code == 1
