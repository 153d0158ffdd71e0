"""Plain messages are read and written as the contracts' models read and write them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import ForwardMessage, MessageEvent
from schemas.plain import clean_forward, plain_message

MESSAGE = {"conversation_id": "c-1", "direction": "INBOUND", "text": "hello"}
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
odd = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.just([]) | st.just({}) | st.just("")
times = st.sampled_from(
    ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.123456+02:00", "2026-01-31T12:00:00", "2026-01-31", "noon"]
)
fields = st.fixed_dictionaries(
    {
        "conversation_id": texts | odd,
        "direction": st.sampled_from(["INBOUND", "OUTBOUND", "inbound"]) | odd,
        "text": texts | odd,
    },
    optional={
        "event_id": texts | odd,
        "channel": texts | odd,
        "sender": texts | odd,
        "recipient": texts | odd,
        "agent_id": texts | odd,
        "queue_id": texts | odd,
        "occurred_at": times | odd,
        "schema_version": st.integers(0, 3) | odd,
        "parts": st.just(["and more"]) | odd,
        "metadata": st.just({"form": "x"}) | odd,
        "unknown": odd,
    },
)
plain = fields.map(lambda event: {**MESSAGE, **{k: v for k, v in event.items() if k not in MESSAGE}})


@given(fields | plain)
def test_what_is_read_as_plain_is_read_alike_by_the_model(event: dict[str, Any]) -> None:
    value = json.dumps(event).encode()
    message = plain_message(value)
    if message is None:
        return
    model = MessageEvent.model_validate_json(value)

    shared = [name for name in MessageEvent.model_fields if name not in {"parts", "metadata", "occurred_at"}]
    assert [getattr(message, name) for name in shared] == [getattr(model, name) for name in shared]
    assert (message.parts, message.metadata) == (tuple(model.parts), model.metadata)


@pytest.mark.parametrize("nothing", [{"parts": []}, {"parts": None}, {"metadata": {}}, {"metadata": None}])
def test_a_message_without_more_words_is_plain_however_that_is_written(nothing: dict[str, Any]) -> None:
    assert plain_message(json.dumps(MESSAGE | nothing).encode()) is not None


@given(texts)
def test_most_of_chat_is_plain(text: str) -> None:
    assert plain_message(json.dumps(MESSAGE | {"text": text}).encode()) is not None


@pytest.mark.parametrize("more", [{"metadata": []}, {"parts": {}}, {"metadata": "x"}])
def test_what_the_model_refuses_is_not_plain(more: dict[str, Any]) -> None:
    value = json.dumps(MESSAGE | more).encode()

    assert plain_message(value) is None
    with pytest.raises(ValidationError):
        MessageEvent.model_validate_json(value)


@pytest.mark.parametrize("more", [{"parts": ["and my card"]}, {"metadata": {"form": {"note": "x"}}}])
def test_a_message_with_other_words_than_its_text_is_not_plain(more: dict[str, Any]) -> None:
    assert plain_message(json.dumps(MESSAGE | more).encode()) is None


@given(plain)
def test_a_clean_message_is_forwarded_as_the_model_writes_it(event: dict[str, Any]) -> None:
    message = plain_message(json.dumps(event).encode())
    if message is None or message.occurred_at is None:
        return
    written = clean_forward(message, event_id="e-1", occurred_at=message.occurred_at)

    model = ForwardMessage(
        event_id="e-1",
        conversation_id=message.conversation_id,
        direction=message.direction,
        channel=message.channel,
        text=message.text,
        is_redacted=False,
        violation_count=0,
        occurred_at=message.occurred_at,
        sender=message.sender,
        recipient=message.recipient,
        agent_id=message.agent_id,
        queue_id=message.queue_id,
    )
    assert written == model.model_dump_json().encode()


def test_nothing_of_a_message_shows_in_its_repr() -> None:
    assert "hello" not in repr(plain_message(json.dumps(MESSAGE).encode()))
