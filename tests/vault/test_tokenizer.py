import asyncio
import dataclasses
from typing import Any

import pytest

from schemas.token import is_token
from tests.vault.vault_parts import READER
from vault.errors import TokenRefused, VaultUnavailable
from vault.requests import View
from vault.tokenizer import Tokenizer
from vault.vault import Vault

CARD = ("payment_card", "4111 1111 1111 1111")


async def test_values_of_a_message_become_tokens_and_a_replay_gives_the_same(vault: Vault) -> None:
    tokenizer = Tokenizer(vault)

    first = await tokenizer.tokens_for([CARD, ("br_cpf", "529.982.247-25"), CARD], conversation_id="c-1")
    replay = await tokenizer.tokens_for([CARD], conversation_id="c-1")
    elsewhere = await tokenizer.tokens_for([CARD], conversation_id="c-2")

    assert all(token and is_token(token) for token in first)
    assert first[0] == first[2] == replay[0] != elsewhere[0]


async def test_what_is_never_kept_gets_no_token_and_the_others_do(vault: Vault) -> None:
    tokens = await Tokenizer(vault).tokens_for([("card_security_code", "123"), CARD], conversation_id="c-1")

    assert tokens[0] is None
    assert tokens[1] is not None


@pytest.mark.parametrize("error", [VaultUnavailable("away"), RuntimeError("a defect")])
async def test_a_vault_that_fails_gives_no_token_instead_of_an_error(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def fail(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(vault.database, "run", fail)

    assert await Tokenizer(vault).tokens_for([CARD], conversation_id="c-1") == [None]


async def test_a_vault_that_hangs_gives_no_token_within_the_timeout(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_: Any) -> Any:
        await asyncio.sleep(60)

    monkeypatch.setattr(vault, "tokenize", hang)

    tokens = await asyncio.wait_for(
        Tokenizer(vault, timeout_seconds=0.05).tokens_for([CARD, CARD], conversation_id="c-1"), 2
    )

    assert tokens == [None, None]


async def test_no_values_ask_for_nothing(vault: Vault) -> None:
    assert await Tokenizer(vault).tokens_for([], conversation_id="c-1") == []


async def test_tokens_belong_to_the_tenant_that_is_set(vault: Vault) -> None:
    (token,) = await Tokenizer(vault, tenant="acme").tokens_for([CARD], conversation_id="c-1")
    assert token is not None

    assert (await vault.reveal(token, View.PLAIN, dataclasses.replace(READER, tenant="acme"))).value == CARD[1]
    with pytest.raises(TokenRefused):
        await vault.reveal(token, View.PLAIN, READER)
