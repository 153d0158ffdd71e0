"""How the vault keeps values, for how long, and who may see them again."""

from typing import Any

import pytest

from streams.settings.vault import VaultSettings
from tests.streams.settings.refusals import refusal


def test_entities_may_have_shorter_lives() -> None:
    lives = VaultSettings.load(retention="payment_card=86400, br_cpf = 3600,").retention_by_entity

    assert lives == {"payment_card": 86400.0, "br_cpf": 3600.0}


@pytest.mark.parametrize("retention", ["payment_card", "payment_card=", "payment_card=a day", "br_cpf=0", "br_cpf=-1"])
def test_a_life_that_is_none_stops_the_start(retention: str) -> None:
    assert refusal(VaultSettings, retention=retention) == (
        "CORDON_VAULT_RETENTION: has to read entity=seconds, separated by commas"
    )


def test_entities_that_need_a_second_person_are_listed() -> None:
    assert VaultSettings.load(four_eyes="iban, us_ssn,").four_eyes_entities == {"iban", "us_ssn"}
    assert VaultSettings.load().four_eyes_entities == frozenset()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (
            {"capture_offer": "payment_card"},
            "CORDON_VAULT_CAPTURE_BASE_URL has to be set beside CORDON_VAULT_CAPTURE_OFFER",
        ),
        (
            {"capture_offer": "card_pin", "capture_base_url": "https://c.example"},
            "CORDON_VAULT_CAPTURE_OFFER: card_pin is never kept",
        ),
    ],
)
def test_a_form_is_offered_only_where_it_leads_somewhere(given: dict[str, Any], reason: str) -> None:
    assert refusal(VaultSettings, **given) == reason


def test_what_is_offered_is_listed() -> None:
    settings = VaultSettings.load(capture_offer="payment_card, iban", capture_base_url="https://c.example")

    assert settings.offered_entities == {"payment_card", "iban"}


@pytest.mark.parametrize("tenant", ["", "a b", "x" * 200, "a/b"])
def test_a_tenant_has_a_name_that_fits_everywhere(tenant: str) -> None:
    assert refusal(VaultSettings, tenant=tenant).startswith("CORDON_VAULT_TENANT: string should match pattern")
