"""The vault's behaviour, held by SQLite and PostgreSQL alike."""

import asyncio
import dataclasses
import json
from pathlib import Path

import pytest

from tests.vault.vault_parts import READER, WRITER, Clock
from vault import tables
from vault.audit import AuditEntry
from vault.errors import AuditBroken, Refusal, RefusedValue, TokenRefused, VaultUnavailable
from vault.formats import TokenFormat, luhn
from vault.keyring import Keyring
from vault.policy import RevealPolicy
from vault.requests import Access, Scope, TokenRequest, View
from vault.vault import Vault

CARD = TokenRequest(entity="payment_card", value="4111 1111 1111 1111", format=TokenFormat.FORMAT_PRESERVING)
CPF = TokenRequest(entity="br_cpf", value="529.982.247-25")


async def refusal_of(vault: Vault, token: str, access: Access = READER) -> Refusal:
    with pytest.raises(TokenRefused) as caught:
        await vault.reveal(token, View.PLAIN, access)
    return caught.value.refusal


async def actions(vault: Vault) -> list[tuple[str, str]]:
    _, rows = await vault.database.run(lambda c: vault.chain.unrelayed(c, 10_000))
    return [(json.loads(text)["action"], json.loads(text)["outcome"]) for _, text in rows]


async def test_a_token_comes_back_as_the_value_it_stands_for(vault: Vault) -> None:
    issued = await vault.tokenize(CARD, WRITER)

    assert (await vault.reveal(issued.token, View.PLAIN, READER)).value == CARD.value
    assert (await vault.reveal(issued.token, View.MASKED, READER)).value == "**** **** **** 1111"
    assert (await vault.reveal(issued.token, View.REDACTED, READER)).value == "[REDACTED]"


async def test_a_card_token_keeps_layout_and_last_four_and_passes_no_luhn(vault: Vault) -> None:
    issued = await vault.tokenize(CARD, WRITER)

    assert len(issued.token) == len(CARD.value)
    assert issued.token.endswith(" 1111")
    assert issued.last4 == "1111"
    assert not luhn(issued.token.replace(" ", ""))


async def test_equal_values_get_equal_tokens_whatever_their_layout(vault: Vault) -> None:
    first = await vault.tokenize(CPF, WRITER)
    again = await vault.tokenize(dataclasses.replace(CPF, value="52998224725"), WRITER)

    assert again.token == first.token
    assert (first.is_duplicate, again.is_duplicate) == (False, True)
    assert first.fingerprint == again.fingerprint


async def test_equal_values_that_come_together_get_equal_tokens(vault: Vault) -> None:
    issued = await asyncio.gather(*(vault.tokenize(CPF, WRITER) for _ in range(20)))

    assert len({one.token for one in issued}) == 1
    assert sum(not one.is_duplicate for one in issued) == 1


@pytest.mark.parametrize("scope", [Scope.CONVERSATION, Scope.NONE])
async def test_scopes_keep_tokens_apart(vault: Vault, scope: Scope) -> None:
    first = await vault.tokenize(dataclasses.replace(CPF, scope=scope, conversation_id="c-1"), WRITER)
    other = await vault.tokenize(dataclasses.replace(CPF, scope=scope, conversation_id="c-2"), WRITER)

    assert first.token != other.token


async def test_a_value_finds_its_token_and_nobody_elses(vault: Vault) -> None:
    kept = await vault.tokenize(TokenRequest(entity="us_ssn", value="536-22-8817"), WRITER)
    await vault.tokenize(TokenRequest(entity="us_ssn", value="219-09-9999", scope=Scope.NONE), WRITER)

    assert (await vault.lookup(TokenRequest(entity="us_ssn", value="536228817"), WRITER)).token == kept.token
    for asked in (
        TokenRequest(entity="us_ssn", value="078-05-1120"),
        TokenRequest(entity="us_ssn", value="219-09-9999"),
        TokenRequest(entity="us_ssn", value="219-09-9999", scope=Scope.NONE),
    ):
        with pytest.raises(TokenRefused):
            await vault.lookup(asked, WRITER)


async def test_another_tenant_sees_an_unknown_token(vault: Vault) -> None:
    issued = await vault.tokenize(CPF, WRITER)
    stranger = dataclasses.replace(READER, tenant="other")

    assert await refusal_of(vault, issued.token, stranger) is Refusal.UNKNOWN
    assert (await vault.tokenize(CPF, dataclasses.replace(WRITER, tenant="other"))).token != issued.token


@pytest.mark.parametrize("entity", ["card_security_code", "card_pin"])
async def test_what_may_never_be_kept_is_refused(vault: Vault, entity: str) -> None:
    with pytest.raises(RefusedValue, match=entity):
        await vault.tokenize(TokenRequest(entity=entity, value="123"), WRITER)

    assert (await vault.stats()).tokens == {}


async def test_a_value_too_short_for_its_format_is_refused_and_stops_no_other(vault: Vault) -> None:
    short = TokenRequest(entity="policy_number", value="12", format=TokenFormat.FORMAT_PRESERVING)

    refused, issued = await asyncio.gather(
        vault.tokenize(short, WRITER), vault.tokenize(CPF, WRITER), return_exceptions=True
    )

    assert isinstance(refused, RefusedValue)
    assert not isinstance(issued, BaseException)


async def test_a_plain_view_needs_a_reason(vault: Vault) -> None:
    issued = await vault.tokenize(CPF, WRITER)

    assert await refusal_of(vault, issued.token, dataclasses.replace(READER, reason=" ")) is Refusal.DENIED


async def test_an_expired_token_is_gone_and_its_value_is_purged(vault: Vault, clock: Clock) -> None:
    issued = await vault.tokenize(dataclasses.replace(CPF, ttl_seconds=60), WRITER)
    clock.now += 61

    assert await refusal_of(vault, issued.token) is Refusal.GONE
    assert await vault.purge() == 1
    assert await refusal_of(vault, issued.token) is Refusal.GONE
    assert ("token.expire", "allowed") in await actions(vault)


async def test_after_expiry_an_equal_value_gets_a_new_token(vault: Vault, clock: Clock) -> None:
    first = await vault.tokenize(dataclasses.replace(CPF, ttl_seconds=60), WRITER)
    clock.now += 61

    second = await vault.tokenize(CPF, WRITER)

    assert second.token != first.token
    assert not second.is_duplicate


async def test_retention_caps_what_a_caller_asks_for(vault: Vault) -> None:
    code = TokenRequest(entity="one_time_code", value="12345678", ttl_seconds=10**9)

    issued = await vault.tokenize(code, WRITER)

    assert issued.expires_at - issued.created_at == 600


async def test_a_disabled_token_works_again_when_enabled(vault: Vault) -> None:
    issued = await vault.tokenize(CPF, WRITER)

    await vault.disable(issued.token, WRITER)
    assert await refusal_of(vault, issued.token) is Refusal.DISABLED
    await vault.enable(issued.token, WRITER)

    assert (await vault.reveal(issued.token, View.PLAIN, READER)).value == CPF.value


async def test_erasure_by_token_conversation_and_subject(vault: Vault) -> None:
    one = await vault.tokenize(CPF, WRITER)
    two = await vault.tokenize(dataclasses.replace(CARD, conversation_id="c-7"), WRITER)
    three = await vault.tokenize(TokenRequest(entity="us_ssn", value="536-22-1234", subject="customer-9"), WRITER)

    await vault.erase(one.token, WRITER)
    assert await vault.erase_conversation("c-7", WRITER) == 1
    assert await vault.erase_subject("customer-9", WRITER) == 1

    for issued in (one, two, three):
        assert await refusal_of(vault, issued.token) is Refusal.GONE
        assert (await vault.describe(issued.token, WRITER)).mask is None
    assert (await vault.tokenize(CPF, WRITER)).token != one.token
    assert (await vault.verify_audit()).is_intact


async def test_destroying_a_months_key_erases_what_it_sealed_and_the_vault_goes_on(vault: Vault, clock: Clock) -> None:
    kept = await vault.tokenize(CPF, WRITER)
    clock.now -= 25 * 86_400
    shredded = await vault.tokenize(CARD, WRITER)

    assert await vault.destroy_period("2026-08", WRITER) == 1

    assert await refusal_of(vault, shredded.token) is Refusal.GONE
    assert (await vault.tokenize(CARD, WRITER)).token != shredded.token
    assert (await vault.reveal(kept.token, View.PLAIN, READER)).value == CPF.value


async def test_a_running_vault_never_seals_under_a_key_that_another_process_destroyed(
    database_url: str, keyring: Keyring, clock: Clock
) -> None:
    running, other = [await Vault.open(database_url, keyring, clock=clock) for _ in range(2)]
    first = await running.tokenize(CPF, WRITER)
    period = "2026-09"
    assert await other.destroy_period(period, WRITER) == 1

    second = await running.tokenize(CPF, WRITER)

    assert second.token != first.token
    assert (await other.reveal(second.token, View.PLAIN, READER)).value == CPF.value
    await running.close()
    await other.close()


async def test_rotation_under_load_loses_nothing(vault: Vault, keyring: Keyring) -> None:
    before = [await vault.tokenize(_nth(number), WRITER) for number in range(20)]

    async def load() -> list[tuple[str, str]]:
        return [((await vault.tokenize(_nth(number), WRITER)).token, _nth(number).value) for number in range(100, 200)]

    loading = asyncio.create_task(load())
    for _ in range(3):
        Keyring.rotate(keyring.path)
        await vault.rotate(WRITER)
    during = await loading

    for number, issued in enumerate(before):
        assert (await vault.reveal(issued.token, View.PLAIN, READER)).value == _nth(number).value
    for token, value in during:
        assert (await vault.reveal(token, View.PLAIN, READER)).value == value
    assert (await vault.stats()).data_keys == {"retired": 3, "active": 1}


def _nth(number: int) -> TokenRequest:
    return TokenRequest(entity="policy_number", value=f"PN-{number:08}")


async def test_four_eyes_let_a_reveal_pass_once_after_another_approved(
    database_url: str, keyring: Keyring, clock: Clock
) -> None:
    policy = RevealPolicy(four_eyes=frozenset({"payment_card"}))
    vault = await Vault.open(database_url, keyring, clock=clock, policy=policy)
    issued = await vault.tokenize(CARD, WRITER)
    with pytest.raises(TokenRefused) as caught:
        await vault.reveal(issued.token, View.PLAIN, READER)
    assert caught.value.refusal is Refusal.APPROVAL_REQUIRED
    approval = str(caught.value.approval_id)

    assert not await vault.approve(approval, READER)  # not one's own
    assert await vault.approve(approval, Access(actor="key-second", reason="checked"))
    assert (await vault.reveal(issued.token, View.PLAIN, READER)).value == CARD.value
    assert await refusal_of(vault, issued.token) is Refusal.APPROVAL_REQUIRED
    assert (await vault.reveal(issued.token, View.MASKED, READER)).value.endswith("1111")
    await vault.close()


async def test_of_two_processes_one_uses_an_approval(database_url: str, keyring: Keyring) -> None:
    policy = RevealPolicy(four_eyes=frozenset({"payment_card"}))
    vaults = [await Vault.open(database_url, keyring, policy=policy) for _ in range(2)]
    first = vaults[0]
    for number in range(5):
        issued = await first.tokenize(dataclasses.replace(CARD, scope=Scope.NONE), WRITER)
        with pytest.raises(TokenRefused) as caught:
            await first.reveal(issued.token, View.PLAIN, READER)
        assert await first.approve(str(caught.value.approval_id), Access(actor="key-second", reason="checked"))
        both = [vault.reveal(issued.token, View.PLAIN, READER) for vault in vaults]
        given = await asyncio.gather(*both, return_exceptions=True)
        assert sorted(isinstance(one, TokenRefused) for one in given) == [False, True], number
    for vault in vaults:
        await vault.close()


async def test_a_caller_reveals_only_so_many_an_hour(sqlite_url: str, keyring: Keyring) -> None:
    vault = await Vault.open(sqlite_url, keyring, policy=RevealPolicy(plain_per_hour=2))
    issued = await vault.tokenize(CPF, WRITER)
    for _ in range(2):
        await vault.reveal(issued.token, View.PLAIN, READER)

    assert await refusal_of(vault, issued.token) is Refusal.RATE_LIMITED
    assert (await vault.reveal(issued.token, View.PLAIN, dataclasses.replace(READER, actor="other"))).value
    await vault.close()


async def test_every_access_is_recorded_allowed_or_denied(vault: Vault) -> None:
    issued = await vault.tokenize(CPF, WRITER)
    await vault.reveal(issued.token, View.PLAIN, READER)
    await refusal_of(vault, issued.token, WRITER)
    await refusal_of(vault, "tok_nobody")
    await vault.describe(issued.token, WRITER)
    await vault.lookup(CPF, WRITER)
    await vault.record(AuditEntry(actor="root", action="deadletter.open", subject="dlp.deadletters/0/17"))

    assert await actions(vault) == [
        ("token.create", "allowed"),
        ("token.reveal.plain", "allowed"),
        ("token.reveal.plain", "denied"),
        ("token.reveal.plain", "denied"),
        ("token.describe", "allowed"),
        ("token.lookup", "allowed"),
        ("deadletter.open", "allowed"),
    ]


async def test_a_value_pasted_in_place_of_a_token_does_not_enter_the_audit(vault: Vault) -> None:
    await refusal_of(vault, "4111 1111 1111 1111")

    _, rows = await vault.database.run(lambda c: vault.chain.unrelayed(c, 10))
    assert "4111" not in rows[-1][1]


async def test_a_cell_moved_to_another_row_does_not_open(vault: Vault) -> None:
    mine = await vault.tokenize(_nth(1), WRITER)
    theirs = await vault.tokenize(_nth(2), WRITER)
    rows = tables.tokens.c
    cell = await vault.database.run(
        lambda c: c.execute(tables.tokens.select().where(rows.token == theirs.token)).one().sealed
    )
    await vault.database.run(
        lambda c: c.execute(tables.tokens.update().where(rows.token == mine.token).values(sealed=cell)).rowcount
    )

    with pytest.raises(VaultUnavailable, match="belong"):
        await vault.reveal(mine.token, View.PLAIN, READER)


async def test_a_canary_looks_unknown_to_whoever_tries_it_and_is_reported(vault: Vault) -> None:
    bait = dataclasses.replace(CARD, scope=Scope.NONE, is_canary=True)
    issued = await vault.tokenize(bait, WRITER)

    assert await refusal_of(vault, issued.token) is Refusal.UNKNOWN
    assert (await actions(vault))[-1] == ("token.canary", "denied")
    with pytest.raises(TokenRefused, match="unknown"):
        await vault.describe(issued.token, READER)
    assert (await actions(vault))[-1] == ("token.canary", "denied")


async def test_a_vault_does_not_open_under_another_keyring(database_url: str, keyring: Keyring, tmp_path: Path) -> None:
    vault = await Vault.open(database_url, keyring)
    await vault.tokenize(CPF, WRITER)
    await vault.close()
    other = Keyring.create(tmp_path / "other.json")

    with pytest.raises(AuditBroken, match="keyring"):
        await Vault.open(database_url, other)
