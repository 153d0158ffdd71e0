import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.vault.vault_parts import WRITER
from vault.database import WrongDatabase, open_database
from vault.errors import VaultUnavailable
from vault.keyring import Keyring
from vault.requests import IssuedToken, TokenRequest
from vault.tables import metadata
from vault.vault import Vault


async def test_the_migrations_make_the_tables_that_the_code_uses(database_url: str) -> None:
    database = await open_database(database_url)
    options = {"version_table": "cordon_vault_version"}

    differences = await database.run(lambda c: compare_metadata(MigrationContext.configure(c, opts=options), metadata))

    assert [one for one in differences if one[0] != "remove_table"] == []
    await database.close()


async def test_several_processes_may_start_on_an_empty_database_at_once(database_url: str, keyring: Keyring) -> None:
    vaults = await asyncio.gather(*(Vault.open(database_url, keyring) for _ in range(6)))

    async def keep(vault: Vault, first: int) -> list[IssuedToken]:
        numbers = [
            *range(first, 60),
            *range(first),
        ]  # each in another order: they must not wait for each other in a ring
        requests = [TokenRequest(entity="policy_number", value=f"PN-{number:07}") for number in numbers]
        return await asyncio.gather(*(vault.tokenize(request, WRITER) for request in requests))

    issued = await asyncio.gather(*(keep(vault, 10 * place) for place, vault in enumerate(vaults)))

    assert len({one.token for many in issued for one in many}) == 60
    assert (await vaults[0].stats()).data_keys == {"active": 1}
    assert (await vaults[0].verify_audit()).records == 360
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
