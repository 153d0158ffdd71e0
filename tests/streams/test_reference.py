"""What the page of settings says of each: a system's heading, a meaning, and the words that a closed list allows."""

import re
from typing import Literal

import pytest

from schemas import Severity
from streams.reference import allowed_words, settings_page

PAGE = settings_page()


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (Literal["on", "off"], ["on", "off"]),
        (Literal["presidio"] | None, ["presidio"]),
        (Severity, ["CRITICAL", "HIGH", "MEDIUM", "LOW"]),
        (str | None, []),
        (bool, []),
        (dict[str, str], []),
    ],
)
def test_the_words_of_a_closed_list_are_known(annotation: object, words: list[str]) -> None:
    assert allowed_words(annotation) == words


def row(variable: str) -> str:
    (found,) = re.findall(rf"^\| `{variable}` .*$", PAGE, re.MULTILINE)
    return str(found)


def test_they_stand_before_the_meaning() -> None:
    assert "| `PLAINTEXT`, `SSL`, `SASL_PLAINTEXT` or `SASL_SSL`. `SSL` encrypts" in row(
        "CORDON_KAFKA_SECURITY_PROTOCOL"
    )


def test_a_meaning_that_names_them_all_is_left_as_it_is() -> None:
    assert "| `slack` for Slack, Mattermost and the like; `teams`" in row("CORDON_ALERTS_WEBHOOK_STYLE")


def test_every_setting_has_a_meaning() -> None:
    assert re.findall(r"^\| `(\w+)` \|.*\|  \|$", PAGE, re.MULTILINE) == []


def test_no_heading_leaves_the_system_to_be_guessed() -> None:
    headings = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)

    assert len(headings) > 20
    assert [heading for heading in headings if heading.startswith(("Without", "`"))] == []
