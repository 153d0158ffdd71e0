"""What goes on to the review tier, and what it knows of the conversation there."""

import pytest

from detection import ConversationMemory, Engine, History, load_policy
from detection.inspection import inspect
from detection.reviewing import history_of, needs_review, said_before
from schemas import Direction, EarlierMessage, MessageEvent, ReviewRequest, Tier

ENGINE = Engine(load_policy())


def told(*questions: str) -> History:
    """A conversation in which the agent has said these."""
    memory = ConversationMemory()
    for number, question in enumerate(questions):
        verdict = ENGINE.scan(question, tier=Tier.BLOCKING, direction=Direction.OUTBOUND)
        memory.conversation("c").remember(f"m{number}", Direction.OUTBOUND, question, verdict, 0)
    return memory.conversation("c").history(0)


def asked_for_review(text: str, history: History, parts: tuple[str, ...] = ()) -> bool:
    event = MessageEvent(conversation_id="c", direction=Direction.INBOUND, text=text, parts=parts)
    inspection = inspect(ENGINE, event, tier=Tier.BLOCKING, history=history)
    return needs_review(ENGINE, inspection, history, direction=Direction.INBOUND, channel="open")


def found_there(text: str, history: History) -> list[str]:
    """Rules of the review tier that find something, with the conversation as it travels."""
    travelled = [EarlierMessage.model_validate_json(one.model_dump_json()) for one in said_before(history)]
    event = MessageEvent(conversation_id="c", direction=Direction.INBOUND, text=text)
    inspection = inspect(ENGINE, event, tier=Tier.REVIEW, history=history_of(travelled))
    return [one.rule for one in inspection.findings]


@pytest.mark.parametrize(
    ("question", "answer", "rule"),
    [
        ("What is your date of birth?", "12 April 1985", "DateOfBirth"),
        ("And when does the card expire?", "04/27", "CardExpiry"),
        ("Could you give me your phone number?", "2025550119", "PhoneNumber"),
    ],
)
def test_a_bare_answer_is_reviewed_and_understood_by_its_question(question: str, answer: str, rule: str) -> None:
    assert asked_for_review(answer, told(question))
    assert found_there(answer, told(question)) == [rule]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When shall we deliver it?", "12 April 1985"),
        ("Which order is it?", "2025550119"),
    ],
)
def test_the_answer_to_another_question_is_none(question: str, answer: str) -> None:
    assert found_there(answer, told(question)) == []


@pytest.mark.parametrize("answer", ["04/27", "12 April 1985", "yes please"])
def test_what_nobody_asked_for_is_not_sent_to_review(answer: str) -> None:
    assert not asked_for_review(answer, told("Good morning, how can I help?"))
    assert found_there(answer, told("Good morning, how can I help?")) == []


def test_every_part_of_a_message_is_looked_at() -> None:
    assert not asked_for_review("see the picture", History(), parts=("a caption",))
    assert asked_for_review("see the picture", History(), parts=("a caption", "write to jane.doe@example.com"))


def test_what_was_taken_out_of_earlier_messages_does_not_travel() -> None:
    history = told("you wrote 4539 1488 0343 6467, is that right?")

    assert all("4539" not in one.text for one in said_before(history))
    assert said_before(history)[0].entities == ("payment_card",)


def test_a_request_without_earlier_messages_is_one_of_a_new_conversation() -> None:
    assert ReviewRequest.model_fields["said_before"].default == ()
    assert history_of(()).messages == ()
