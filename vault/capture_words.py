"""The words of captures, by language: the page, the Flow and the messages that carry links say the same things."""

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

FLOW_LABEL: Final = 20
"""Characters of a text input's label in a WhatsApp Flow."""


@cache
def all_words() -> dict[str, dict[str, Any]]:
    """Language to words."""
    words: dict[str, dict[str, Any]] = json.loads(
        files("vault").joinpath("capture_words.json").read_text(encoding="utf-8")
    )
    return words


def words_of(language: str) -> dict[str, Any]:
    """The words of a language, whatever its region; English for one that is not spoken here."""
    return all_words().get(language[:2].lower(), all_words()["en"])


@cache
def words_script() -> bytes:
    """The words as the page loads them."""
    return f"window.CaptureWords = {json.dumps(all_words(), ensure_ascii=False)};\n".encode()


def flow_label(language: str, entity: str) -> str:
    """What an input of a Flow is called: short enough for WhatsApp."""
    words = words_of(language)
    name = words["short"].get(entity) or words["fields"].get(entity) or entity.capitalize().replace("_", " ")
    return str(name)[:FLOW_LABEL]
