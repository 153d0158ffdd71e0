"""What becomes of files: in doubt they are held."""

import pytest

from streams.settings.media import MediaPolicy, MediaSettings
from tests.streams.settings.refusals import refusal


@pytest.mark.parametrize("kind", ["image", "sticker", "video", "audio", "hologram", "max_bytes", "base_url"])
def test_a_file_is_held_where_nothing_else_is_said(kind: str) -> None:
    assert MediaSettings.load().policy_of(kind) is MediaPolicy.HOLD


def test_documents_pass_for_their_words_are_scanned() -> None:
    assert MediaSettings.load().policy_of("document") is MediaPolicy.PASS


def test_each_kind_has_a_policy_of_its_own() -> None:
    settings = MediaSettings.load(video=MediaPolicy.DENY)

    assert (settings.policy_of("video"), settings.policy_of("audio")) == (MediaPolicy.DENY, MediaPolicy.HOLD)


def test_a_policy_that_there_is_not_stops_the_start() -> None:
    assert refusal(MediaSettings, image="drop") == "CORDON_MEDIA_IMAGE: input should be 'pass', 'hold' or 'deny'"
