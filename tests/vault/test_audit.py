import json

import pytest
from sqlalchemy import text

from schemas import AuditRecord
from tests.vault.vault_parts import READER, WRITER
from vault import audit
from vault.audit import ChainReport, hash_of, verify_records
from vault.errors import AuditBroken
from vault.requests import TokenRequest, View
from vault.vault import Vault


@pytest.fixture
async def used(vault: Vault) -> Vault:
    for number in range(5):
        issued = await vault.tokenize(TokenRequest(entity="policy_number", value=f"PN-{number:07}"), WRITER)
        await vault.reveal(issued.token, View.PLAIN, READER)
    return vault


async def touch(vault: Vault, *statements: str) -> None:
    for statement in statements:
        await vault.database.run(lambda c, statement=statement: c.execute(text(statement)).rowcount)


async def test_an_untouched_chain_verifies(used: Vault) -> None:
    report = await used.verify_audit()

    assert (report.is_intact, report.records) == (True, 10)


async def test_a_long_chain_is_walked_in_pages_between_which_others_work(
    used: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "_PAGE", 3)
    pages: list[int] = []
    report = ChainReport()
    while await used.database.run(lambda c: used.chain.verify_on(c, report)):
        pages.append(report.records)
        if len(pages) == 2:
            await used.tokenize(TokenRequest(entity="policy_number", value="PN-0000777"), WRITER)

    assert pages == [3, 6, 9, 11]
    assert report.is_intact


async def test_the_records_are_what_the_schema_says(used: Vault) -> None:
    _, rows = await used.database.run(lambda c: used.chain.unrelayed(c, 100))

    for sequence, line in rows:
        record = AuditRecord.model_validate_json(line)
        assert (record.sequence, record.hash) == (sequence, hash_of(json.loads(line)))
    assert verify_records(line for _, line in rows).is_intact


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE vault_audit SET record = replace(record, 'key-reader', 'key-nobody') WHERE sequence = 3", "3 was cha"),
        ("DELETE FROM vault_audit WHERE sequence = 4", "record 4 is missing"),
        ("DELETE FROM vault_audit WHERE sequence = 0", "record 0 is missing"),
        ("DELETE FROM vault_audit WHERE sequence = 9", "ends at record 8"),
        ("UPDATE vault_audit_heads SET sequence = 8", "seal"),
        ("DELETE FROM vault_audit_heads", "lost its head"),
    ],
)
async def test_a_touched_chain_does_not_verify(used: Vault, statement: str, problem: str) -> None:
    await touch(used, statement)

    report = await used.verify_audit()

    assert not report.is_intact
    assert problem in str(report.problem)


async def test_two_records_that_changed_places_are_noticed(used: Vault) -> None:
    await touch(
        used,
        "UPDATE vault_audit SET sequence = 100 WHERE sequence = 2",
        "UPDATE vault_audit SET sequence = 2 WHERE sequence = 3",
        "UPDATE vault_audit SET sequence = 3 WHERE sequence = 100",
    )

    assert (await used.verify_audit()).problem == "record 2 is out of its place"


async def test_a_chain_rewritten_with_right_hashes_lacks_the_seal(used: Vault) -> None:
    """Who can write to the database can compute hashes, but holds no key."""
    _, rows = await used.database.run(lambda c: used.chain.unrelayed(c, 100))
    last = json.loads(rows[-1][1]) | {"actor": "somebody-else"}
    last["hash"] = hash_of(last)
    forged = {"record": json.dumps(last), "hash": last["hash"]}
    await used.database.run(
        lambda c: c.execute(text("UPDATE vault_audit SET record = :record WHERE sequence = 9"), forged).rowcount
    )
    await used.database.run(lambda c: c.execute(text("UPDATE vault_audit_heads SET hash = :hash"), forged).rowcount)

    assert not (await used.verify_audit()).is_intact
    with pytest.raises(AuditBroken):
        await used.tokenize(TokenRequest(entity="policy_number", value="PN-9999999"), WRITER)


async def test_relayed_records_are_not_handed_out_again(used: Vault) -> None:
    chain, rows = await used.database.run(lambda c: used.chain.unrelayed(c, 4))
    await used.database.run(lambda c: used.chain.relayed(c, chain, rows[-1][0]))

    _, rest = await used.database.run(lambda c: used.chain.unrelayed(c, 100))

    assert [sequence for sequence, _ in rest] == list(range(4, 10))
