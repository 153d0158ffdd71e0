"""The tokens keep what their names promise: every text is readable on every ground, in light and in dark."""

import re
from importlib.resources import files

import pytest

TOKENS = files("gateway.design").joinpath("tokens.css").read_text(encoding="utf-8")
BLOCKS = [dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", block)) for block in re.findall(r"\{([^{}]*)\}", TOKENS)]
LIGHT, BY_SYSTEM, BY_CHOICE = BLOCKS
GROUNDS = ("ground", "surface", "raised", "sunken")
SIGNS = ("critical", "high", "medium", "low", "good")


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_dark_is_the_same_by_choice_as_by_system() -> None:
    assert BY_SYSTEM == BY_CHOICE
    assert BY_SYSTEM.keys() == LIGHT.keys()


@pytest.mark.parametrize("tokens", [LIGHT, BY_SYSTEM], ids=["light", "dark"])
class TestContrast:
    @pytest.mark.parametrize("ground", GROUNDS)
    @pytest.mark.parametrize("ink", ["ink", "ink-soft", "ink-faint", "accent", "accent-strong", *SIGNS])
    def test_text_on_every_ground(self, tokens: dict[str, str], ink: str, ground: str) -> None:
        assert contrast(tokens[ink], tokens[ground]) >= 4.5

    @pytest.mark.parametrize("sign", SIGNS)
    def test_signs_on_their_own_grounds(self, tokens: dict[str, str], sign: str) -> None:
        assert contrast(tokens[sign], tokens[f"{sign}-soft"]) >= 4.5
        assert contrast(tokens["ink"], tokens[f"{sign}-soft"]) >= 4.5

    def test_text_on_the_accent(self, tokens: dict[str, str]) -> None:
        assert contrast(tokens["on-accent"], tokens["accent"]) >= 4.5
        assert contrast(tokens["on-accent"], tokens["accent-strong"]) >= 4.5
        assert contrast(tokens["accent-strong"], tokens["accent-soft"]) >= 4.5
        assert contrast(tokens["accent"], tokens["accent-soft"]) >= 4.5

    @pytest.mark.parametrize("ground", GROUNDS)
    @pytest.mark.parametrize("line", ["line-strong", "series-1", "series-2", "series-3", "series-4", "series-5"])
    def test_borders_and_series_can_be_told_from_the_ground(
        self, tokens: dict[str, str], line: str, ground: str
    ) -> None:
        assert contrast(tokens[line], tokens[ground]) >= 3
