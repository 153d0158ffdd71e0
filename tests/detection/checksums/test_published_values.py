"""Every checksum accepts the values that its owner publishes, and none of them with another check character."""

import pytest

from detection.checksums import checksum
from tests.detection.checksums.published import PUBLISHED

UNCHECKED_TAIL = {"au_medicare": 1}
"""Characters after the check character."""
CASES = [(name, value) for name, values in PUBLISHED.items() for value in values]


@pytest.mark.parametrize(("name", "value"), CASES)
def test_a_published_value_passes(name: str, value: str) -> None:
    assert checksum(name).is_valid(value)


@pytest.mark.parametrize(("name", "value"), CASES)
def test_another_check_character_fails(name: str, value: str) -> None:
    place = len(value) - 1 - UNCHECKED_TAIL.get(name, 0)
    characters = "0123456789" if value[place].isdigit() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    passing = [c for c in characters if checksum(name).is_valid(value[:place] + c + value[place + 1 :])]
    assert passing == [value[place]]


@pytest.mark.parametrize("name", sorted(PUBLISHED))
@pytest.mark.parametrize("value", ["", "-", "0", "A", "1" * 41, "abc" * 20, "\ud800", "٣" * 11])
def test_nothing_else_passes_and_nothing_raises(name: str, value: str) -> None:
    assert not checksum(name).is_valid(value)
