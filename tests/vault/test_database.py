import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.vault.vault_parts import WRITER
from vault.database import WrongDatabase, open_database
from vault.errors import VaultUnavailable
from vault.keyring import Keyring
from vault.requests import TokenRequest
from vault.tables import metadata
from vault.vault import Vault


async def test_the_migrations_make_the_tables_that_the_code_uses(database_url: str) -> None:
    database = await open_database(database_url)
    options = {"version_table": "cordon_vault_version"}

    differences = await database.run(lambda c: compare_metadata(MigrationContext.configure(c, opts=options), metadata))

    assert [one for one in differences if one[0] != "remove_table"] == []
    await database.close()


async def test_several_processes_may_start_on_an_empty_database_at_once(database_url: str, keyring: Keyring) -> None:
    vaults = await asyncio.gather(*(Vault.open(database_url, keyring) for _ in range(4)))

    requests = [TokenRequest(entity="policy_number", value=f"PN-{number % 5:07}") for number in range(40)]
    issued = await asyncio.gather(
        *(vaults[number % 4].tokenize(request, WRITER) for number, request in enumerate(requests))
    )

    assert len({one.token for one in issued}) == 5
    assert (await vaults[0].verify_audit()).is_intact
    for vault in vaults:
        await vault.close()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://u:s3cret@h/d", "sqlite://", "sqlite:///:memory:"])
async def test_a_wrong_url_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(WrongDatabase) as caught:
        await open_database(url)
    assert "s3cret" not in str(caught.value)


async def test_a_server_that_is_away_is_named_unavailable_and_nothing_else() -> None:
    with pytest.raises(VaultUnavailable) as caught:
        await open_database("postgresql://u:s3cret@127.0.0.1:9/d")
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None
