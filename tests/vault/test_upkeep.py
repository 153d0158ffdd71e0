"""What happens by itself, every few seconds, finds its rows by an index: a full vault is as quick as an empty one."""

from typing import Any

import pytest
from sqlalchemy import Connection, event

from gateway.data_actions_verifiers import is_right
from tests.vault.vault_parts import WRITER, Clock
from vault import upkeep
from vault.captures import Captures
from vault.keyring import Keyring
from vault.requests import TokenRequest
from vault.vault import Vault

LARGE = ("vault_tokens", "vault_captures", "vault_audit")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def test_what_runs_by_itself_reads_no_large_table_from_end_to_end(vault: Vault, keyring: Keyring) -> None:
    captures, statements = Captures(vault, keyring, is_right), []

    def note(_connection: Connection, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        statements.append((statement, parameters))

    event.listen(vault.database._engine, "before_cursor_execute", note)  # type: ignore[attr-defined]  # the one it has for SQL
    await vault.purge()
    await captures.tidy()
    await captures.news()
    await captures.is_waiting("conversation", WRITER)
    await vault.database.run(lambda c: vault.chain.unrelayed(c, 100))
    event.remove(vault.database._engine, "before_cursor_execute", note)  # type: ignore[attr-defined]  # the one it has for SQL

    assert len(statements) > 8
    for statement, parameters in statements:
        plan = await vault.database.run(lambda c: explained(c, statement, parameters))  # noqa: B023  (awaited at once)
        assert not [line for line in plan if line.startswith("SCAN") and line.split()[1] in LARGE], statement


def explained(connection: Connection, statement: str, parameters: Any) -> list[str]:
    return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]


async def test_the_counts_of_an_operator_call_the_past_expired_before_it_is_purged(vault: Vault, clock: Clock) -> None:
    for number in range(3):
        await vault.tokenize(
            TokenRequest(entity="policy_number", value=f"PN-{number:07}", ttl_seconds=10 if number else None), WRITER
        )
    clock.now += 11
    before = await vault.stats()
    await vault.purge()
    after = await vault.stats()

    assert before.tokens == {"policy_number": {"active": 1, "expired": 2}}
    assert after.tokens == {"policy_number": {"active": 1, "erased": 2}}
    assert (before.data_keys, before.audit_records, after.audit_records) == ({"active": 1}, 3, 5)


async def test_a_tombstone_is_forgotten_after_its_time(vault: Vault, clock: Clock) -> None:
    issued = await vault.tokenize(TokenRequest(entity="policy_number", value="PN-0000001", ttl_seconds=10), WRITER)
    clock.now += 11
    await vault.purge()
    assert (await vault.describe(issued.token, WRITER)).state == "erased"
    clock.now += upkeep.TOMBSTONE_SECONDS
    await vault.purge()

    assert (await vault.stats()).tokens == {}
