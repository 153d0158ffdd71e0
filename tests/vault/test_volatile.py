"""A card's security code: in memory, once, for minutes. Never on disk."""

import asyncio
import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from schemas.token import is_token
from tests.vault.vault_parts import READER, WRITER, Clock
from vault.errors import Refusal, RefusedValue, TokenRefused, VaultUnavailable
from vault.keyring import Keyring
from vault.requests import TokenRequest, View
from vault.vault import Vault
from vault.volatile import VolatileValues

ENTITY = "card_security_code"
PLANTED = "CODE-739182-PLANTED"


@pytest.fixture
def volatile(vault: Vault, clock: Clock) -> VolatileValues:
    return VolatileValues(vault, 300, clock=clock)


async def records(vault: Vault) -> list[dict[str, Any]]:
    _, rows = await vault.database.run(lambda c: vault.chain.unrelayed(c, 1000))
    return [json.loads(text) for _, text in rows]


async def refusal_of(volatile: VolatileValues, token: str) -> Refusal:
    with pytest.raises(TokenRefused) as caught:
        await volatile.use(token, READER)
    return caught.value.refusal


async def test_a_code_is_given_out_once(volatile: VolatileValues) -> None:
    token = await volatile.keep(ENTITY, "737", WRITER)

    assert is_token(token)
    assert await volatile.use(token, READER) == "737"
    assert await refusal_of(volatile, token) is Refusal.GONE


async def test_of_many_uses_at_once_one_gets_it(volatile: VolatileValues) -> None:
    token = await volatile.keep(ENTITY, "737", WRITER)

    answers = await asyncio.gather(*(volatile.use(token, READER) for _ in range(8)), return_exceptions=True)

    assert answers.count("737") == 1
    assert sum(isinstance(answer, TokenRefused) for answer in answers) == 7


async def test_after_its_minutes_it_is_gone_and_its_memory_is_given_back(
    volatile: VolatileValues, clock: Clock
) -> None:
    token = await volatile.keep(ENTITY, "737", WRITER)
    clock.now += 301

    assert await refusal_of(volatile, token) is Refusal.GONE
    volatile.forget()
    assert await volatile.use(token, READER) is None


async def test_another_tenant_and_another_process_do_not_know_it(volatile: VolatileValues, vault: Vault) -> None:
    token = await volatile.keep(ENTITY, "737", WRITER)

    assert await volatile.use(token, dataclasses.replace(READER, tenant="other")) is None
    assert await VolatileValues(vault, 300).use(token, READER) is None  # as after a restart
    assert await volatile.use(token, READER) == "737"  # trying did not use it up


@pytest.mark.parametrize("entity", ["card_pin", "card_track", "payment_card"])
async def test_nothing_else_is_taken(volatile: VolatileValues, entity: str) -> None:
    with pytest.raises(RefusedValue, match=entity):
        await volatile.keep(entity, "737", WRITER)


async def test_the_vault_itself_still_refuses_a_code_and_reveals_none(volatile: VolatileValues, vault: Vault) -> None:
    token = await volatile.keep(ENTITY, "737", WRITER)

    with pytest.raises(RefusedValue):
        await vault.tokenize(TokenRequest(entity=ENTITY, value="737"), WRITER)
    with pytest.raises(TokenRefused, match="unknown"):
        await vault.reveal(token, View.PLAIN, READER)
    assert (await vault.stats()).tokens == {}


async def test_memory_is_bounded_and_a_new_code_takes_no_others_place(vault: Vault, clock: Clock) -> None:
    volatile = VolatileValues(vault, 300, max_held=2, clock=clock)
    kept = [await volatile.keep(ENTITY, code, WRITER) for code in ("111", "222")]

    with pytest.raises(VaultUnavailable):
        await volatile.keep(ENTITY, "333", WRITER)

    assert [await volatile.use(token, READER) for token in kept] == ["111", "222"]
    clock.now += 301
    await volatile.keep(ENTITY, "333", WRITER)


async def test_a_use_that_cannot_be_recorded_is_none(
    volatile: VolatileValues, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await volatile.keep(ENTITY, "737", WRITER)
    with monkeypatch.context() as away:
        away.setattr(vault, "record", _is_away)
        with pytest.raises(VaultUnavailable):
            await volatile.use(token, READER)
        with pytest.raises(VaultUnavailable):
            await volatile.keep(ENTITY, "999", WRITER)

    assert await volatile.use(token, READER) == "737"


async def _is_away(_entry: object) -> None:
    raise VaultUnavailable("away")


async def test_the_audit_says_that_it_was_used_and_for_what_and_never_which(
    volatile: VolatileValues, vault: Vault
) -> None:
    token = await volatile.keep(ENTITY, PLANTED, WRITER)
    await volatile.use(token, dataclasses.replace(READER, purpose="data-action.call.charge"))
    await refusal_of(volatile, token)

    told = [(record["action"], record["outcome"], record["subject"]) for record in await records(vault)]
    assert told == [
        ("volatile.create", "allowed", token),
        ("volatile.use", "allowed", token),
        ("volatile.use", "denied", token),
    ]
    assert (await records(vault))[1]["purpose"] == "data-action.call.charge"
    assert PLANTED not in json.dumps(await records(vault))
    assert PLANTED not in repr(volatile.__dict__)


@pytest.mark.parametrize("is_used", [True, False])
async def test_it_stands_in_no_file_of_the_database(
    tmp_path: Path, sqlite_url: str, keyring: Keyring, *, is_used: bool
) -> None:
    vault = await Vault.open(sqlite_url, keyring)
    volatile = VolatileValues(vault, 300)
    token = await volatile.keep(ENTITY, PLANTED, WRITER)
    if is_used:
        assert await volatile.use(token, READER) == PLANTED

    before = database_files(tmp_path)
    await vault.close()
    after = database_files(tmp_path)

    assert PLANTED.encode() not in before + after
    assert token.encode() in before  # the search does find what is there: the audit names the token


def database_files(folder: Path) -> bytes:
    """The database and its journals."""
    return b"".join(path.read_bytes() for path in folder.glob("vault.db*"))
