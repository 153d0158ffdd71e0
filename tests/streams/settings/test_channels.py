"""Any other channel: what is sent to it is signed."""

from streams.settings.channels import ChannelSettings
from tests.streams.settings.refusals import refusal


def test_without_an_address_nothing_is_sent() -> None:
    assert ChannelSettings.load().callback_url is None


def test_with_one_callbacks_have_to_be_signed() -> None:
    reason = "CORDON_CHANNEL_CALLBACK_SECRET has to be set: callbacks are signed"

    assert refusal(ChannelSettings, callback_url="https://channel.example/in") == reason
