from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from schemas import Direction, ForwardMessage, MessageEvent, MessagePart


def test_the_simplest_valid_event_has_three_fields() -> None:
    event = MessageEvent.model_validate_json(b'{"conversation_id":"c-1","direction":"INBOUND","text":"hello"}')

    assert (event.conversation_id, event.direction, event.text) == ("c-1", Direction.INBOUND, "hello")
    assert event.event_id is None


def test_null_stands_for_a_field_that_was_left_out() -> None:
    nulls = "".join(f',"{name}":null' for name in ("event_id", "channel", "parts", "metadata", "occurred_at"))

    event = MessageEvent.model_validate_json(f'{{"conversation_id":"c","direction":"INBOUND","text":"hi"{nulls}}}')

    assert event == MessageEvent(conversation_id="c", direction=Direction.INBOUND, text="hi")


@pytest.mark.parametrize("parts", ['"abc"', '{"0":"abc"}', "[5]", '[{"text":5}]'])
def test_parts_are_a_list_of_strings_and_parts(parts: str) -> None:
    with pytest.raises(ValidationError):
        MessageEvent.model_validate_json(f'{{"conversation_id":"c","direction":"INBOUND","text":"hi","parts":{parts}}}')


def test_unknown_fields_are_dropped_so_that_they_are_never_forwarded() -> None:
    event = MessageEvent.model_validate_json(
        b'{"conversation_id":"c-1","direction":"INBOUND","text":"hi","note":"unscanned"}'
    )

    assert "unscanned" not in event.model_dump_json()


@pytest.mark.parametrize(
    "value",
    [
        b'{"direction":"INBOUND","text":"hi"}',
        b'{"conversation_id":"c","text":"hi"}',
        b'{"conversation_id":"c","direction":"INBOUND"}',
        b'{"conversation_id":"c","direction":"SIDEWAYS","text":"hi"}',
        b'{"conversation_id":"c","direction":"INBOUND","text":5}',
        b'{"conversation_id":7,"direction":"INBOUND","text":"hi"}',
        b'{"conversation_id":"","direction":"INBOUND","text":"hi"}',
        b'{"conversation_id":"c","direction":"INBOUND","text":null}',
        b"null",
        b"[]",
    ],
)
def test_a_missing_field_or_a_wrong_type_is_refused(value: bytes) -> None:
    with pytest.raises(ValidationError):
        MessageEvent.model_validate_json(value)


def test_a_refusal_does_not_quote_what_it_refuses() -> None:
    with pytest.raises(ValidationError) as refusal:
        MessageEvent.model_validate_json(b'{"conversation_id":4111111111111111,"direction":"INBOUND","text":"x"}')

    assert "4111" not in str(refusal.value)


def test_parts_keep_the_shape_they_came_in() -> None:
    event = MessageEvent.model_validate_json(
        b'{"conversation_id":"c","direction":"OUTBOUND","text":"","parts":["plain",{"kind":"caption","text":"photo"}]}'
    )

    assert event.parts == ("plain", MessagePart(kind="caption", text="photo"))


def test_a_time_without_zone_is_taken_as_utc() -> None:
    event = MessageEvent.model_validate_json(
        b'{"conversation_id":"c","direction":"INBOUND","text":"","occurred_at":"2026-01-31T12:00:00"}'
    )

    assert event.occurred_at == datetime(2026, 1, 31, 12, tzinfo=UTC)


def test_neither_repr_nor_str_shows_the_text() -> None:
    event = MessageEvent(conversation_id="c", direction=Direction.INBOUND, text="4111 1111 1111 1111")

    assert "4111" not in f"{event!r} {event}"


def test_times_are_written_in_rfc_3339_with_milliseconds() -> None:
    message = ForwardMessage(
        event_id="e",
        conversation_id="c",
        direction=Direction.INBOUND,
        channel="open",
        text="",
        is_redacted=False,
        violation_count=0,
        occurred_at=datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC),
    )

    assert message.model_dump(mode="json")["occurred_at"] == "2026-01-31T12:00:00.123Z"
