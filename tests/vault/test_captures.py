import asyncio
import base64
import hashlib
import json
from typing import Any

import pytest

from schemas.token import is_token
from tests.vault.vault_parts import READER, WRITER, Clock
from vault.capture_cipher import SealedForm, seal_form
from vault.capture_states import CaptureClosed, CaptureLink, CaptureState, NewCapture
from vault.captures import Captures
from vault.errors import RefusedValue, VaultUnavailable
from vault.keyring import Keyring
from vault.requests import View
from vault.vault import Vault

CARD, CPF = "4111 1111 1111 1111", "529.982.247-25"
FORM = {"payment_card": CARD, "br_cpf": CPF}


@pytest.fixture
def captures(vault: Vault, keyring: Keyring, clock: Clock) -> Captures:
    return Captures(vault, keyring, lambda entity, value: value != "000.000.000-00", clock=clock)


@pytest.fixture
async def link(captures: Captures) -> CaptureLink:
    return await captures.create(
        NewCapture(conversation_id="c-1", fields=("payment_card", "br_cpf"), ttl_seconds=600, language="pt"), WRITER
    )


async def filled(captures: Captures, link: CaptureLink, fields: dict[str, str]) -> SealedForm:
    form = await captures.open(link.capture_id, link.secret)
    return seal_form(form.public_key, fields, link.capture_id, hashlib.sha256(link.secret.encode()).digest())


async def state_of(captures: Captures, link: CaptureLink) -> CaptureState:
    status = await captures.status(link.capture_id, WRITER)
    assert status is not None
    return status.state


async def test_a_filled_form_comes_back_as_tokens(captures: Captures, link: CaptureLink, vault: Vault) -> None:
    await captures.submit(link.capture_id, link.secret, await filled(captures, link, FORM))

    status = await captures.status(link.capture_id, WRITER)
    assert status is not None
    assert status.state is CaptureState.SUBMITTED
    assert status.results["payment_card"]["last4"] == "1111"
    assert status.results["br_cpf"]["is_valid"] is True
    token = status.results["br_cpf"]["token"]
    assert is_token(token)
    assert (await vault.reveal(token, View.PLAIN, READER)).value == CPF
    assert CPF not in json.dumps({name: dict(result) for name, result in status.results.items()})


async def test_a_second_use_is_refused(captures: Captures, link: CaptureLink) -> None:
    form = await filled(captures, link, FORM)
    await captures.submit(link.capture_id, link.secret, form)

    with pytest.raises(CaptureClosed):
        await captures.submit(link.capture_id, link.secret, form)
    with pytest.raises(CaptureClosed):
        await captures.open(link.capture_id, link.secret)


async def test_of_two_submissions_at_once_one_is_taken(captures: Captures, link: CaptureLink) -> None:
    form = await filled(captures, link, FORM)

    taken = await asyncio.gather(
        *(captures.submit(link.capture_id, link.secret, form) for _ in range(4)), return_exceptions=True
    )

    assert sum(not isinstance(one, BaseException) for one in taken) == 1


async def test_wrong_secrets_lock_a_capture(captures: Captures, link: CaptureLink) -> None:
    for _ in range(5):
        with pytest.raises(CaptureClosed):
            await captures.open(link.capture_id, "guess")

    assert await state_of(captures, link) is CaptureState.LOCKED
    with pytest.raises(CaptureClosed):
        await captures.open(link.capture_id, link.secret)


async def test_an_expired_and_a_cancelled_capture_are_closed(
    captures: Captures, link: CaptureLink, clock: Clock
) -> None:
    other = await captures.create(NewCapture(conversation_id="c", fields=("iban",), ttl_seconds=60), WRITER)
    assert await captures.cancel(other.capture_id, WRITER)
    clock.now += 601

    for closed in (link, other):
        with pytest.raises(CaptureClosed):
            await captures.open(closed.capture_id, closed.secret)
    assert await state_of(captures, link) is CaptureState.EXPIRED
    assert await state_of(captures, other) is CaptureState.CANCELLED


async def test_a_broken_form_is_refused_and_the_customer_may_try_again(captures: Captures, link: CaptureLink) -> None:
    good = await filled(captures, link, FORM)
    incomplete = await filled(captures, link, {"br_cpf": CPF})
    moved = await filled(captures, link, FORM)
    for form in (SealedForm(good.public_key, good.nonce, moved.ciphertext), incomplete, SealedForm("", "?", "=")):
        with pytest.raises(CaptureClosed):
            await captures.submit(link.capture_id, link.secret, form)

    assert (await captures.submit(link.capture_id, link.secret, good)).state is CaptureState.SUBMITTED


async def test_a_vault_that_is_away_keeps_the_capture_open(
    captures: Captures, link: CaptureLink, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await filled(captures, link, FORM)

    async def away(*_: Any) -> Any:
        raise VaultUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(vault, "tokenize", away)
        with pytest.raises(VaultUnavailable):
            await captures.submit(link.capture_id, link.secret, form)

    assert (await captures.submit(link.capture_id, link.secret, form)).state is CaptureState.SUBMITTED


async def test_the_agent_sees_progress_by_field_and_no_character(captures: Captures, link: CaptureLink) -> None:
    await captures.progress(link.capture_id, link.secret, "br_cpf", "typing")
    await captures.progress(link.capture_id, link.secret, "br_cpf", "valid")

    status = await captures.status(link.capture_id, WRITER)
    assert status is not None
    assert (status.state, status.progress) == (CaptureState.OPENED, {"br_cpf": "valid"})
    for name, state in (("br_cpf", CPF), ("us_ssn", "valid")):
        with pytest.raises(CaptureClosed):
            await captures.progress(link.capture_id, link.secret, name, state)


@pytest.mark.parametrize(
    "fields",
    [
        (),
        ("card_security_code",),
        ("card_security_code ",),
        ("Card_Security_Code",),
        ("iban", "iban"),
        ("name",) * 9,
        tuple(f"field_{number}" for number in range(9)),
    ],
)
async def test_wrong_fields_are_refused(captures: Captures, fields: tuple[str, ...]) -> None:
    with pytest.raises(RefusedValue):
        await captures.create(NewCapture(conversation_id="c", fields=fields, ttl_seconds=60), WRITER)


async def test_a_flow_fills_a_capture_by_its_own_token(captures: Captures, link: CaptureLink) -> None:
    form = await captures.flow_form(link.flow_token)
    assert (form.fields, form.language) == (("payment_card", "br_cpf"), "pt")
    assert form.step is not None
    assert (await captures.flow_form(link.flow_token)).step is None  # opened before
    with pytest.raises(RefusedValue):
        await captures.submit_flow(link.flow_token, {"br_cpf": CPF})

    status = await captures.submit_flow(link.flow_token, {**FORM, "br_cpf": "000.000.000-00", "unasked": "x"})

    assert set(status.results) == set(FORM)
    assert status.results["br_cpf"]["is_valid"] is False
    with pytest.raises(CaptureClosed):
        await captures.submit_flow(link.flow_token, FORM)


async def test_no_secret_stands_in_the_database(captures: Captures, link: CaptureLink, vault: Vault) -> None:
    rows = await vault.database.run(lambda c: c.exec_driver_sql("SELECT * FROM vault_captures").all())

    stored = repr(rows)
    assert link.capture_id in stored
    assert link.secret not in stored
    assert link.flow_token not in stored
    assert base64.b64encode(hashlib.sha256(link.secret.encode()).digest()).decode() not in stored


async def test_every_step_is_told_once_and_never_a_character(captures: Captures, link: CaptureLink) -> None:
    form = await captures.open(link.capture_id, link.secret)
    again = await captures.open(link.capture_id, link.secret)
    steps = [
        await captures.progress(link.capture_id, link.secret, "br_cpf", state)
        for state in ("typing", "typing", "valid", "typing")
    ]

    assert form.step is not None
    assert (form.step.state, form.step.conversation_id, again.step) == ("opened", "c-1", None)
    assert [step.state if step else None for step in steps] == ["typing", None, "valid", None]


async def test_an_end_is_news_until_it_was_told(captures: Captures, link: CaptureLink, clock: Clock) -> None:
    assert await captures.news() == []
    await captures.submit(link.capture_id, link.secret, await filled(captures, link, FORM))

    first = await captures.news()
    assert [(status.capture_id, status.state) for status in first] == [(link.capture_id, CaptureState.SUBMITTED)]
    assert await captures.news() == []  # somebody is telling it
    clock.now += 16
    assert await captures.news() == first
    clock.now += 16
    assert await captures.news() == []  # each pause is twice the one before
    clock.now += 15
    assert await captures.news() == first
    await captures.told(link.capture_id)
    clock.now += 86_400
    assert await captures.news() == []


async def test_expiry_is_an_end_too_and_destroys_the_captures_key(
    captures: Captures, link: CaptureLink, vault: Vault, clock: Clock
) -> None:
    clock.now += 601

    assert (await captures.tidy(), await captures.tidy()) == (1, 0)

    assert [status.state for status in await captures.news()] == [CaptureState.EXPIRED]
    keys = await vault.database.run(
        lambda c: c.exec_driver_sql("SELECT private_key FROM vault_captures").scalars().all()
    )
    assert keys == [None]
    clock.now += 91 * 86_400
    await captures.tidy()
    assert await captures.status(link.capture_id, WRITER) is None


async def test_a_submission_that_was_cut_off_can_be_repeated(
    captures: Captures, link: CaptureLink, vault: Vault, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await filled(captures, link, FORM)

    async def killed(*_: Any) -> Any:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(vault, "tokenize", killed)
        with pytest.raises(asyncio.CancelledError):
            await captures.submit(link.capture_id, link.secret, form)
    assert await state_of(captures, link) is CaptureState.SUBMITTING
    await captures.tidy()
    with pytest.raises(CaptureClosed):
        await captures.submit(link.capture_id, link.secret, form)
    clock.now += 61
    await captures.tidy()

    assert (await captures.submit(link.capture_id, link.secret, form)).state is CaptureState.SUBMITTED


async def test_a_conversation_with_a_live_link_is_waiting(captures: Captures, link: CaptureLink, clock: Clock) -> None:
    assert await captures.is_waiting("c-1", WRITER)
    assert not await captures.is_waiting("c-2", WRITER)
    clock.now += 601
    assert not await captures.is_waiting("c-1", WRITER)
