"""The vault as the critical stage sees it: opened when it is first wanted, and never in a message's way."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import streams.vault_tokens
import streams.vaults
from streams.metrics import Metrics
from streams.settings import ProcessSettings
from streams.settings.vault import VaultSettings
from streams.vault_tokens import VaultTokens
from vault.keyring import Keyring

CARD = ("payment_card", "4539148803436467")


class Vaults:
    """Opens the real vault, or does what it is told to instead."""

    def __init__(self) -> None:
        self.attempts = 0
        self.before: Callable[[], Any] = lambda: None
        self._open = streams.vaults.open_vault

    async def __call__(self, *given: Any) -> Any:
        self.attempts += 1
        answer = self.before()
        if asyncio.iscoroutine(answer):
            await answer
        return await self._open(*given)


@pytest.fixture
def vaults(monkeypatch: pytest.MonkeyPatch) -> Vaults:
    vaults = Vaults()
    monkeypatch.setattr(streams.vaults, "open_vault", vaults)
    monkeypatch.setattr(streams.vault_tokens, "REOPEN_SECONDS", 0.0)
    return vaults


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def tokens(tmp_path: Path, metrics: Metrics) -> VaultTokens:
    keyring = Keyring.create(tmp_path / "keyring.json")
    process = ProcessSettings.load(keyring_file=keyring.path, data_dir=tmp_path)
    return VaultTokens(process, VaultSettings.load(timeout_seconds=5), keyring, metrics)


async def asked(tokens: VaultTokens) -> str | None:
    (token,) = await tokens.tokens_for([CARD], conversation_id="c")
    return token


async def closed(tokens: VaultTokens) -> None:
    vault = await tokens.vault.opened()
    assert vault is not None
    await vault.close()


def fails_with(error: Exception) -> Callable[[], Any]:
    def fail() -> None:
        raise error

    return fail


async def test_it_is_opened_with_the_first_value_and_stays_open(vaults: Vaults, tokens: VaultTokens) -> None:
    assert vaults.attempts == 0

    first = await asked(tokens)
    assert first is not None
    assert first.startswith("tok_payment_card_")
    assert await asked(tokens) == first
    assert vaults.attempts == 1
    await closed(tokens)


@pytest.mark.parametrize("error", [ConnectionError("4539"), TimeoutError("4539"), ZeroDivisionError("4539")])
async def test_one_that_cannot_be_opened_gives_no_token_and_is_tried_again(
    vaults: Vaults, tokens: VaultTokens, metrics: Metrics, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    vaults.before = fails_with(error)
    with caplog.at_level(logging.WARNING):
        assert await asked(tokens) is None
    assert metrics.value("dlp_vault_fallbacks_total", reason="unavailable") == 1
    assert caplog.messages == [f"the vault cannot be opened, values are redacted: {type(error).__name__}"]

    vaults.before = lambda: None
    assert await asked(tokens) is not None
    await closed(tokens)


async def test_after_a_failure_it_is_left_alone_for_a_while(
    vaults: Vaults, tokens: VaultTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams.vault_tokens, "REOPEN_SECONDS", 60.0)
    vaults.before = fails_with(ConnectionError())
    assert [await asked(tokens), await asked(tokens)] == [None, None]

    assert vaults.attempts == 1


async def test_an_opening_that_takes_longer_than_a_message_may_wait_goes_on(
    vaults: Vaults, tmp_path: Path, metrics: Metrics
) -> None:
    keyring = Keyring.create(tmp_path / "keyring.json")
    process = ProcessSettings.load(keyring_file=keyring.path, data_dir=tmp_path)
    tokens = VaultTokens(process, VaultSettings.load(timeout_seconds=0.001), keyring, metrics)
    may_open = asyncio.Event()
    vaults.before = may_open.wait
    assert [await asked(tokens), await asked(tokens)] == [None, None]

    may_open.set()
    async with asyncio.timeout(10):
        while (vault := await tokens.vault.opened()) is None:  # noqa: ASYNC110  (what it waits for is no event)
            await asyncio.sleep(0.001)
    assert vaults.attempts == 1
    await vault.close()
