"""The files that a message names, found and replaced among its parts; nothing else of it changes."""

from typing import Any

import pytest

from agents.message_files import File, FileVerdict, files_of, with_verdicts
from connectors.media_reference import KIND, reference_to
from schemas import Direction, ForwardMessage, MessagePart
from tests.connectors.connector_parts import forwarded

PASSED = FileVerdict("https://cordon.test/v1/media/x", "image/png")
WITHHELD = FileVerdict(None, notice="[Image held by policy]")
REF = reference_to("4539148803436467")


def by_customer(*parts: MessagePart | str) -> ForwardMessage:
    return forwarded("see", *parts, direction=Direction.INBOUND)


def attachment(number: int, media_type: str, url: str, **more: str) -> list[MessagePart]:
    fields = {"mediaType": media_type, "url": url, **more}
    return [MessagePart(kind=key, text=text, ref=f"content.{number}.attachment.{key}") for key, text in fields.items()]


def test_a_customers_file_is_named_by_its_channels_id() -> None:
    message = by_customer(
        "words", MessagePart(kind="filename", text="a.png", ref=REF), MessagePart(kind=KIND, text="image", ref=REF)
    )

    assert list(files_of(message)) == [File(2, "image", "whatsapp", "4539148803436467", "a.png")]


def test_an_agents_file_is_named_by_its_address_and_a_link_is_none() -> None:
    picture = attachment(0, "Image", "https://files.test/1", filename="b.png")
    link = attachment(1, "Link", "https://shop.test/")

    assert list(files_of(forwarded("see", *picture, *link))) == [
        File(1, "image", "url", "https://files.test/1", "b.png")
    ]


@pytest.mark.parametrize(
    "part",
    [
        "content.0.attachment.url",
        MessagePart(kind=KIND, text="image"),
        MessagePart(kind=KIND, text="image", ref="media.none-of-ours"),
        MessagePart(kind="url", text="https://files.test/1", ref="content.0.card.url"),
    ],
)
@pytest.mark.parametrize("direction", list(Direction))
def test_what_only_looks_like_a_file_is_none(part: Any, direction: Direction) -> None:
    assert list(files_of(forwarded("see", part, direction=direction))) == []


def test_a_file_that_passes_leaves_its_address_and_type() -> None:
    message = by_customer("words", MessagePart(kind=KIND, text="image", ref=REF))
    kept = with_verdicts(message.parts, list(files_of(message)), [PASSED])

    assert kept == (
        "words",
        MessagePart(kind="media_url", text="https://cordon.test/v1/media/x", ref=REF),
        MessagePart(kind="mime", text="image/png", ref=REF),
    )


def test_one_that_is_withheld_leaves_a_notice_in_its_place() -> None:
    message = by_customer(MessagePart(kind=KIND, text="image", ref=REF), "words")

    assert with_verdicts(message.parts, list(files_of(message)), [WITHHELD]) == (
        MessagePart(text="[Image held by policy]"),
        "words",
    )


def test_of_an_agents_files_each_keeps_or_loses_all_that_belongs_to_it() -> None:
    kept = attachment(1, "Image", "https://files.test/1", filename="kept.png")
    gone = attachment(10, "Image", "https://files.test/10", filename="gone.png")
    message = forwarded("see", *kept, *gone)
    parts = with_verdicts(message.parts, list(files_of(message)), [PASSED, WITHHELD])

    texts = [part.text for part in parts if isinstance(part, MessagePart)]
    assert texts == ["Image", "https://cordon.test/v1/media/x", "kept.png", "[Image held by policy]"]
    assert not any("files.test" in text for text in texts)


def test_without_files_nothing_changes() -> None:
    message = by_customer("words", MessagePart(kind="button", text="Yes", ref="x"))

    assert with_verdicts(message.parts, [], []) == message.parts
