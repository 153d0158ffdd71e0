from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.token import find_tokens, is_token
from vault.formats import TokenFormat, UnfitValue, canonical, is_cnpj, is_cpf, is_iban, lay_out, luhn, mint

OPAQUE, PRESERVING = TokenFormat.OPAQUE, TokenFormat.FORMAT_PRESERVING


@pytest.mark.parametrize(
    "number", ["4111111111111111", "378282246310005", "6011111111111117", "5555 5555 5555 4444", "4000000000000000006"]
)
def test_card_tokens_keep_length_and_last_four_and_are_no_card(number: str) -> None:
    for _ in range(200):
        token = mint("payment_card", number, PRESERVING)
        assert len(token) == len(number)
        assert token[-4:] == number[-4:]
        assert token.startswith("9")
        assert not luhn(canonical(token))


@pytest.mark.parametrize(
    ("entity", "value", "check"),
    [
        ("br_cpf", "529.982.247-25", is_cpf),
        ("br_cnpj", "11.222.333/0001-81", is_cnpj),
        ("br_cnpj", "12ABC34501DE35", is_cnpj),
        ("iban", "DE89 3704 0044 0532 0130 00", is_iban),
    ],
)
def test_a_token_keeps_the_layout_and_fails_the_check_that_its_value_passes(
    entity: str, value: str, check: Callable[[str], bool]
) -> None:
    assert check(canonical(value))
    for _ in range(200):
        token = mint(entity, value, PRESERVING)
        assert [c.isalnum() for c in token] == [c.isalnum() for c in value]
        assert token != value
        assert not check(canonical(token))


@pytest.mark.parametrize("value", ["529.982.247-24", "52998224725 ", "529982247", "1112223330001811"])
def test_the_checks_refuse_what_is_wrong(value: str) -> None:
    assert not is_cpf(value)
    assert not is_cnpj(value)


def test_a_social_security_token_is_never_an_ssn_or_an_itin() -> None:
    for _ in range(500):
        area, group, _serial = mint("us_ssn", "536-22-1234", PRESERVING).split("-")
        assert area.startswith("9")
        assert int(group) not in {*range(50, 66), *range(70, 89), 90, 91, 92, *range(94, 100)}


def test_an_email_token_can_never_receive_mail() -> None:
    assert mint("email_address", "ana@example.com", PRESERVING).endswith("@token.invalid")


def test_a_phone_token_belongs_to_no_country() -> None:
    assert mint("phone_number", "+55 11 91234-5678", PRESERVING).startswith("+99 9")


@pytest.mark.parametrize(
    ("entity", "value"), [("policy_number", "12 34"), ("payment_card", "12345678"), ("us_ssn", "1")]
)
def test_what_is_too_short_to_hide_is_refused(entity: str, value: str) -> None:
    with pytest.raises(UnfitValue) as caught:
        mint(entity, value, PRESERVING)
    assert value not in str(caught.value)


def test_an_opaque_token_is_found_in_running_text() -> None:
    token = mint("payment_card", "4111111111111111", OPAQUE)
    text = f"Charge é {token}, please. Not tok_payment_card_{'0' * 30}."

    assert [text[start:end] for start, end in find_tokens(text)] == [token]


def test_an_opaque_token_with_one_character_changed_is_no_token() -> None:
    token = mint("br_cpf", "52998224725", OPAQUE)

    assert is_token(token)
    for at in range(len("tok_br_cpf_"), len(token)):
        assert not is_token(token[:at] + ("0" if token[at] != "0" else "1") + token[at + 1 :])


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=60))
def test_no_text_is_a_token_by_chance_or_breaks_the_search(text: str) -> None:
    assert not is_token(text)
    lay_out(canonical(text), text)
