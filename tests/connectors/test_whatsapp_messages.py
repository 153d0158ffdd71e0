"""How a cleaned message looks on WhatsApp: every body is checked by the double's strict reading of the Cloud API."""

import json
from typing import Any

import pytest

from connectors.whatsapp_messages import Reference, bodies_of
from sandbox.whatsapp_bodies import Message
from schemas import ForwardMessage, MessagePart
from tests.connectors.connector_parts import forwarded


def parts(**leaves: str) -> tuple[MessagePart, ...]:
    """Parts of a structured message: dots of the place are written as two underscores."""
    return tuple(
        MessagePart(kind=place.rpartition("__")[2], text=text, ref="content." + place[1:].replace("__", "."))
        for place, text in leaves.items()
    )


def rendered(message: ForwardMessage) -> list[dict[str, Any]]:
    bodies = bodies_of(message)
    for body in bodies:
        Message.model_validate_json(json.dumps(body))
    return bodies


def replies(*titles: str) -> tuple[MessagePart, ...]:
    return tuple(
        part
        for number, title in enumerate(titles)
        for part in parts(
            **{f"_{number}__quickReply__text": title, f"_{number}__quickReply__payload": f"chose {title}"}
        )
    )


def test_a_text_carries_what_tells_its_states_apart() -> None:
    (body,) = rendered(forwarded("Hello"))

    assert (body["to"], body["text"]["body"]) == ("16505551234", "Hello")
    assert Reference.read(body["biz_opaque_callback_data"]) == Reference("c327", "conversation", "16505551234")


def test_a_customer_known_by_a_user_id_is_addressed_by_it() -> None:
    (body,) = rendered(forwarded("Hello", recipient="US.13491208655302741918"))

    assert "to" not in body
    assert body["recipient"] == "US.13491208655302741918"


def test_up_to_three_short_replies_are_buttons() -> None:
    (body,) = rendered(forwarded("Shall I?", *replies("Yes", "No")))

    buttons = body["interactive"]["action"]["buttons"]
    assert [button["reply"]["title"] for button in buttons] == ["Yes", "No"]
    assert buttons[0]["reply"]["id"] == "chose Yes"


@pytest.mark.parametrize("titles", [("a", "b", "c", "d"), ("x" * 21, "b")])
def test_more_or_longer_replies_are_a_list(titles: tuple[str, ...]) -> None:
    (body,) = rendered(forwarded("Which?", *replies(*titles)))

    assert body["interactive"]["type"] == "list"
    assert len(body["interactive"]["action"]["sections"][0]["rows"]) == len(titles)


def test_more_replies_than_a_list_holds_are_words() -> None:
    (body,) = rendered(forwarded("Which?", *replies(*(str(number) for number in range(11)))))

    assert body["text"]["body"].splitlines() == ["Which?", *map(str, range(11))]


def test_equal_payloads_get_ids_that_differ() -> None:
    same = parts(_0__quickReply__text="A", _0__quickReply__payload="p") + parts(
        _1__quickReply__text="B", _1__quickReply__payload="p"
    )

    (body,) = rendered(forwarded("Which?", *same))

    assert [button["reply"]["id"] for button in body["interactive"]["action"]["buttons"]] == ["p", "p#1"]


def test_a_card_keeps_its_words_links_and_answers() -> None:
    card = parts(
        _0__card__title="Hotel",
        _0__card__description="By the sea",
        _0__card__actions__0__text="Website",
        _0__card__actions__0__url="https://hotel.test",
        _0__card__actions__1__text="Book",
        _0__card__actions__1__payload="book",
    )

    (body,) = rendered(forwarded("", *card))

    assert body["interactive"]["body"]["text"] == "Hotel\nBy the sea\nWebsite: https://hotel.test"
    assert body["interactive"]["action"]["buttons"][0]["reply"]["id"] == "book"


def test_each_card_of_a_carousel_is_a_message() -> None:
    carousel = parts(_0__carousel__cards__0__title="One", _0__carousel__cards__1__title="Two")

    assert [body["text"]["body"] for body in rendered(forwarded("Look", *carousel))] == ["Look", "One", "Two"]


def test_an_attachment_has_the_text_for_its_caption() -> None:
    file = parts(
        _0__attachment__mediaType="File",
        _0__attachment__url="https://files.test/1",
        _0__attachment__filename="offer.pdf",
    )

    (body,) = rendered(forwarded("Your offer", *file))

    assert body["document"] == {"link": "https://files.test/1", "caption": "Your offer", "filename": "offer.pdf"}


def test_a_notification_is_filled_in() -> None:
    template = parts(
        _0__template__header__text="Reminder",
        _0__template__body__text="See you at {{time}}",
        _0__template__body__parameters__0__name="time",
        _0__template__body__parameters__0__text="10:30",
    )

    (body,) = rendered(forwarded("", *template))

    assert body["text"]["body"] == "Reminder\nSee you at 10:30"


def test_a_long_text_is_parted_between_words_and_nothing_is_lost() -> None:
    text = " ".join(f"word{number}" for number in range(1_500))

    bodies = rendered(forwarded(text))

    assert len(bodies) > 1
    assert " ".join(body["text"]["body"] for body in bodies) == text


def test_what_is_said_beside_the_text_is_said() -> None:
    (body,) = rendered(forwarded("", MessagePart(text="[Content of an unknown kind withheld]"), "loose"))

    assert body["text"]["body"] == "[Content of an unknown kind withheld]\nloose"


def test_nothing_to_say_is_no_message() -> None:
    assert bodies_of(forwarded("")) == []


@pytest.mark.parametrize(
    "text", ["", "x", "[]", '["a"]', '["", "c", null]', "[1, 2, 3]", "[" * 100_000, '{"a":1,"b":2,"c":3}']
)
def test_what_other_programs_leave_is_no_reference(text: str) -> None:
    assert Reference.read(text) in {None, Reference("a", "b", "c")}


def test_a_reference_that_whatsapp_would_not_keep_is_left_out() -> None:
    (body,) = rendered(forwarded("Hello", event_id="e" * 512))

    assert "biz_opaque_callback_data" not in body
