"""A whole message judged: every string of it that a person may read, wherever it stands."""

import json
from functools import cache
from pathlib import Path

import pytest
from pydantic import JsonValue

from detection import ConversationMemory, Engine, load_policy
from detection.finding import Verdict
from detection.inspection import Inspection, Piece, inspect
from schemas import Direction, MessageEvent, MessagePart, Tier

CARD = "4539 1488 0343 6467"
TAKEN_OUT = "[CREDIT CARD REDACTED]"


@cache
def engine() -> Engine:
    return Engine(load_policy())


def by_policy(folder: Path, content: str) -> Engine:
    file = folder / "policy.yaml"
    file.write_text(content)
    return Engine(load_policy(file))


def event(text: str = "hello", **fields: object) -> MessageEvent:
    return MessageEvent.model_validate_json(
        json.dumps({"conversation_id": "c", "direction": "INBOUND", "text": text, **fields})
    )


def inspected(message: MessageEvent, judge: Engine | None = None) -> Inspection:
    return inspect(judge or engine(), message, tier=Tier.ALL)


def places(inspection: Inspection) -> list[str]:
    return [piece.part for piece in inspection.pieces]


def test_a_clean_message_stays_as_it_is() -> None:
    message = event(parts=["a caption", {"kind": "image", "text": "another"}], metadata={"page": {"number": 7}})

    inspection = inspected(message)

    assert inspection.is_clean
    assert inspection.text == message.text
    assert list(inspection.parts) == list(message.parts)
    assert inspection.metadata == message.metadata
    assert inspection.findings == ()
    assert inspection.removed == 0


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"text": f"card {CARD}"}, "text"),
        ({"parts": ["ok", f"card {CARD}"]}, "parts.1"),
        ({"parts": [{"kind": "image", "text": f"card {CARD}"}]}, "parts.0"),
        ({"parts": [{"kind": f"card {CARD}", "text": "ok"}]}, "parts.0"),
        ({"parts": [{"kind": "file", "text": "ok", "ref": f"card {CARD}"}]}, "parts.0"),
        ({"metadata": {"note": f"card {CARD}"}}, "metadata.note"),
        ({"metadata": {"form": {"lines": ["ok", f"card {CARD}"]}}}, "metadata.form.lines.1"),
        ({"metadata": {f"card {CARD}": "ok"}}, "metadata"),
        ({"metadata": {"form": {f"card {CARD}": 1}}}, "metadata.form"),
        ({"metadata": {"card": 4539148803436467}}, "metadata.card"),
        ({"metadata": {"cards": [4539148803436467]}}, "metadata.cards.0"),
        ({"metadata": {"card": 4539148803436467.0}}, "metadata.card"),
    ],
)
def test_a_value_is_taken_out_wherever_it_stands(fields: dict[str, object], place: str) -> None:
    inspection = inspected(event(**fields))  # type: ignore[arg-type]  # the text is one of the fields

    assert places(inspection) == [place]
    assert inspection.removed == 1
    assert "4539" not in f"{inspection.text} {inspection.parts} {inspection.metadata}".replace(" ", "")


def test_only_the_value_is_taken_out_of_a_part() -> None:
    part = {"kind": "image", "text": f"card {CARD}, ok?", "ref": "https://media.example/1"}

    (cleaned,) = inspected(event(parts=[part])).parts

    assert cleaned == MessagePart(kind="image", text=f"card {TAKEN_OUT}, ok?", ref="https://media.example/1")


@pytest.mark.parametrize("value", [True, False, None, 7, 3.5, 7.0, 1e300, -12, [1, 2], {}, ""])
def test_what_is_no_value_keeps_its_kind(value: JsonValue) -> None:
    metadata = inspected(event(metadata={"x": value})).metadata

    assert metadata == {"x": value}
    assert type(metadata["x"]) is type(value)


def test_a_number_that_is_a_value_becomes_the_text_that_takes_its_place() -> None:
    assert inspected(event(metadata={"card": 4539148803436467})).metadata == {"card": TAKEN_OUT}


def test_findings_come_in_the_order_of_their_pieces() -> None:
    message = event(f"card {CARD}", parts=["ssn 536-22-8714"], metadata={"to": "jane@example.com"})

    assert [finding.entity for finding in inspected(message).findings] == ["payment_card", "us_ssn", "email_address"]


def test_policy_may_withhold_the_whole_message(tmp_path: Path) -> None:
    judge = by_policy(tmp_path, "overrides: [{entities: [payment_card], set: {action: block}}]")

    assert inspected(event(parts=[f"card {CARD}"]), judge).is_blocked
    assert not inspected(event(parts=["ssn 536-22-8714"]), judge).is_blocked


def test_policy_may_leave_a_value_which_is_counted_all_the_same(tmp_path: Path) -> None:
    inspection = inspected(event(f"card {CARD}"), by_policy(tmp_path, "overrides: [{set: {action: allow}}]"))

    assert (inspection.text, inspection.removed, inspection.is_clean) == (f"card {CARD}", 0, False)


def test_the_scope_of_the_message_counts(tmp_path: Path) -> None:
    judge = by_policy(
        tmp_path, "overrides: [{when: {direction: OUTBOUND, channel: sms, queue: q}, set: {action: mask}}]"
    )
    there = event(f"card {CARD}", direction="OUTBOUND", channel="sms", queue_id="q")

    assert inspected(there, judge).text == "card ************6467"
    assert inspected(event(f"card {CARD}"), judge).text == f"card {TAKEN_OUT}"


def test_only_the_text_goes_on_with_what_was_said_before() -> None:
    memory = ConversationMemory()
    memory.conversation("c").remember("1", Direction.INBOUND, "4539 1488", Verdict((), "4539 1488"), 0)
    history = memory.conversation("c").history(0)

    assert not inspect(engine(), event("0343 6467"), tier=Tier.ALL, history=history).is_clean
    assert inspect(engine(), event(parts=["0343 6467"]), tier=Tier.ALL, history=history).is_clean


class TestTokens:
    POLICY = "overrides: [{entities: [payment_card], set: {action: tokenize}}]"

    def test_take_the_place_of_the_values_they_stand_for(self, tmp_path: Path) -> None:
        judge = by_policy(tmp_path, self.POLICY)
        message = event(f"card {CARD}", parts=[f"again {CARD}", "ssn 536-22-8714"])
        wanted = inspected(message, judge).tokenizable

        inspection = inspect(judge, message, tier=Tier.ALL, tokens={("payment_card", CARD): "tok_1"})

        assert wanted == [("payment_card", CARD), ("payment_card", CARD)]
        assert inspection.text == "card tok_1"
        assert inspection.parts == ("again tok_1", "ssn [SSN REDACTED]")

    def test_a_value_without_one_is_redacted(self, tmp_path: Path) -> None:
        judge = by_policy(tmp_path, self.POLICY)

        inspection = inspect(judge, event(f"card {CARD}"), tier=Tier.ALL, tokens={("payment_card", "4111"): "tok_1"})

        assert inspection.text == f"card {TAKEN_OUT}"

    def test_the_rest_of_a_value_split_over_messages_gets_none(self, tmp_path: Path) -> None:
        judge = by_policy(tmp_path, self.POLICY)
        memory = ConversationMemory()
        memory.conversation("c").remember("1", Direction.INBOUND, "4539 1488", Verdict((), "4539 1488"), 0)

        inspection = inspect(judge, event("0343 6467"), tier=Tier.ALL, history=memory.conversation("c").history(0))

        assert inspection.text == TAKEN_OUT
        assert inspection.tokenizable == []


def test_no_trace_shows_a_value() -> None:
    inspection = inspected(event(f"card {CARD}"))

    assert repr(inspection) == "<Inspection of 1 pieces with findings>"
    assert repr(inspection.pieces[0]) == "<Piece text: 1 findings>"
    assert isinstance(inspection.pieces[0], Piece)
