"""Statements of the busy transactions, on either database."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, Select, bindparam, select
from sqlalchemy.exc import IntegrityError

from vault import tables
from vault.database import Database, open_database
from vault.statements import Prepared, PreparedLists, one_of

HEADS = tables.audit_heads.c
INSERT = Prepared(tables.audit_heads.insert())
BY_CHAIN = Prepared(
    select(HEADS.chain, HEADS.seal).where(HEADS.chain == bindparam("wanted"), HEADS.sequence == bindparam("at", 7))
)


def either(size: int) -> Select[tuple[str]]:
    return select(HEADS.chain).where(one_of(HEADS.chain, "chains", size) | one_of(HEADS.seal, "seals", size))


def head(chain: str, sequence: int = 7) -> dict[str, object]:
    return {"chain": chain, "sequence": sequence, "hash": "0" * 64, "seal": chain.encode(), "relayed": -1}


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await open_database(database_url)
    await opened.run(lambda c: INSERT.run(c, [head("a"), head("b"), head("c", sequence=8)]))
    yield opened
    await opened.close()


async def test_rows_have_names_and_a_statement_keeps_its_constants(database: Database) -> None:
    rows = await database.run(lambda c: BY_CHAIN.rows(c, {"wanted": "b"}))

    assert [(row.chain, row.seal) for row in rows] == [("b", b"b")]
    assert await database.run(lambda c: BY_CHAIN.rows(c, {"wanted": "c"})) == []


@pytest.mark.parametrize(
    ("chains", "seals", "found"),
    [(["a"], [], {"a"}), ([], [b"b"], {"b"}), (["a", "x", "c"], [b"b"], {"a", "b", "c"}), (["x"], [b"x", b"y"], set())],
)
async def test_what_a_list_leaves_empty_equals_nothing(
    database: Database, chains: list[str], seals: list[bytes], found: set[str]
) -> None:
    query = PreparedLists(either)

    rows = await database.run(lambda c: query.rows(c, chains=chains, seals=seals))

    assert {row.chain for row in rows} == found


async def test_the_drivers_errors_are_sqlalchemys_and_quote_no_parameter(database: Database) -> None:
    def twice(connection: Connection) -> None:
        with pytest.raises(IntegrityError) as caught:
            INSERT.run(connection, [head("a")])
        assert caught.value.params is None
        raise _TurnedBackError

    with pytest.raises(_TurnedBackError):
        await database.run(twice)


async def test_a_transaction_that_fails_keeps_nothing_and_the_next_one_works(database: Database) -> None:
    def fails(connection: Connection) -> None:
        INSERT.run(connection, [head("d")])
        raise _TurnedBackError

    with pytest.raises(_TurnedBackError):
        await database.run(fails)
    kept = await database.run(lambda c: BY_CHAIN.rows(c, {"wanted": "d"}))
    await database.run(lambda c: INSERT.run(c, [head("d")]))

    assert kept == []


class _TurnedBackError(Exception):
    """Undoes the transaction."""
