"""No producer makes series of metrics, or shows a value in one, by what it calls its channel."""

import pytest

from streams.channel_labels import MOST, OTHER, ChannelLabels


@pytest.mark.parametrize("channel", ["whatsapp", "open", "webmessaging", "sms", "web-chat", "in_app.chat", "voice2"])
def test_a_channel_is_called_by_its_name(channel: str) -> None:
    assert ChannelLabels().of(channel) == channel


@pytest.mark.parametrize("channel", ["4539148803436467", "c4539148803436467", "a b", "", "é", "x" * 100, 'sms"} 1'])
def test_what_is_no_name_is_not_shown(channel: str) -> None:
    assert ChannelLabels().of(channel) == OTHER


def test_the_list_is_closed_after_some() -> None:
    labels = ChannelLabels(most=2)
    given = [labels.of(channel) for channel in ("sms", "open", "whatsapp", "sms", "rcs")]
    assert given == ["sms", "open", OTHER, "sms", OTHER]
    assert MOST < 100
