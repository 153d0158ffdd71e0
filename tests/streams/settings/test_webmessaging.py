"""What web chat may be set to; a wrong setting is one line that names it."""

import pytest

from streams.settings import WrongSettingError
from streams.settings.webmessaging import WebMessagingSettings

WHOLE = {"url": "wss://webmessaging.example", "deployment_id": "d"}


def test_without_an_address_there_is_no_web_chat() -> None:
    assert WebMessagingSettings.load().url is None


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"url": "wss://webmessaging.example"}, "CORDON_WEBMESSAGING_DEPLOYMENT_ID"),
        ({**WHOLE, "url": "https://webmessaging.example"}, "CORDON_WEBMESSAGING_URL"),
        ({**WHOLE, "url": "ws://webmessaging.example"}, "CORDON_WEBMESSAGING_URL"),
        ({**WHOLE, "allowed_origins": "www.bank.example"}, "CORDON_WEBMESSAGING_ALLOWED_ORIGINS"),
        ({**WHOLE, "attachments": "some"}, "CORDON_WEBMESSAGING_ATTACHMENTS"),
        ({**WHOLE, "max_sockets": 0}, "CORDON_WEBMESSAGING_MAX_SOCKETS"),
    ],
)
def test_wrong(given: dict[str, object], named: str) -> None:
    with pytest.raises(WrongSettingError, match=named):
        WebMessagingSettings.load(**given)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("wss://webmessaging.example", "wss://webmessaging.example/v1"),
        ("wss://webmessaging.example/", "wss://webmessaging.example/v1"),
        ("wss://webmessaging.example/v1", "wss://webmessaging.example/v1"),
    ],
)
def test_the_path_may_be_left_out(url: str, expected: str) -> None:
    assert WebMessagingSettings.load(**{**WHOLE, "url": url}).socket_url == expected
