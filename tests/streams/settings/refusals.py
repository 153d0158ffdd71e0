"""How a group of settings says that one is wrong."""

from typing import Any

import pytest

from streams.settings import SettingsGroup, WrongSettingError


def refusal(group: type[SettingsGroup], **given: Any) -> str:
    """The one line with which it stops the start."""
    with pytest.raises(WrongSettingError) as caught:
        group.load(**given)
    line = str(caught.value)
    assert "\n" not in line
    return line
