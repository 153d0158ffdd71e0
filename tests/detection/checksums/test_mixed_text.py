"""Words of three kinds of characters pass; words of fewer, versions, names of files and mailboxes do not."""

import pytest

from detection.checksums import mixed_text


@pytest.mark.parametrize("value", ["Blue75Sky", "blue_75!", "BLUE#75SKY", "Spring2024$", "P@ssword", "xK9-mmT2"])
def test_three_kinds_of_characters_pass(value: str) -> None:
    assert mixed_text.is_valid(value)


@pytest.mark.parametrize(
    "value",
    [
        "bluesky75",
        "BlueSkies",
        "12345678",
        "Blue75",
        "v2.10.1-RC1",
        "Report7.pdf",
        "Bob7@corp.test",
        "2024-03-11T10:00",
        "$Blue75Sky",
        "EMAIL-REDACTED/a1",
        "AES256-GCM",
    ],
)
def test_other_words_do_not(value: str) -> None:
    assert not mixed_text.is_valid(value)
