"""WhatsApp Cloud API: sending needs to be whole; receiving is closed without a secret."""

import pytest

from streams.settings.whatsapp import WhatsAppSettings
from tests.streams.settings.refusals import refusal

WHOLE = {"api_url": "https://graph.facebook.com/v23.0", "phone_number_id": "1", "access_token": "t"}


def test_without_an_address_nothing_is_sent_and_without_a_secret_nothing_taken() -> None:
    settings = WhatsAppSettings.load()

    assert settings.api_url is None
    assert settings.app_secret is None
    assert settings.client_options() is None


def test_a_client_is_made_from_what_is_set() -> None:
    assert WhatsAppSettings.load(**WHOLE).client_options() == {**WHOLE, "timeout_seconds": 10.0}


def test_the_address_keeps_the_graphs_version() -> None:
    assert WhatsAppSettings.load(**WHOLE).api_url == "https://graph.facebook.com/v23.0"


@pytest.mark.parametrize("missing", ["phone_number_id", "access_token"])
def test_what_has_to_stand_beside_the_address_is_named(missing: str) -> None:
    given = {name: value for name, value in WHOLE.items() if name != missing}

    assert refusal(WhatsAppSettings, **given) == (
        f"CORDON_WHATSAPP_{missing.upper()} has to be set beside CORDON_WHATSAPP_API_URL"
    )
