"""The memory of conversations: what is kept, for how long, and how much at most."""

import tracemalloc

import pytest

from detection import ConversationMemory, Engine, Verdict, load_policy
from detection.conversation import MAX_AGE, MAX_FRAGMENTS, MAX_FRAGMENTS_LENGTH, MAX_MESSAGES
from detection.pieces import MAX_LENGTH, REMOVED
from schemas import Direction, Tier

ENGINE = Engine(load_policy())
LONG = "a message of ordinary length about an order that has not arrived yet"


def say(
    memory: ConversationMemory,
    text: str,
    *,
    event_id: str,
    conversation: str = "c",
    direction: Direction = Direction.INBOUND,
    at: int = 0,
) -> Verdict:
    verdict = ENGINE.scan(text, direction=direction, history=memory.conversation(conversation).history(at))
    memory.conversation(conversation).remember(event_id, direction, text, verdict, at)
    return verdict


def ids(memory: ConversationMemory, conversation: str = "c", now: int = 0) -> list[str]:
    return [message.event_id for message in memory.conversation(conversation).history(now).messages]


def test_the_last_messages_of_a_conversation_are_remembered_oldest_first() -> None:
    memory = ConversationMemory()
    for number in range(MAX_MESSAGES + 3):
        say(memory, LONG, event_id=str(number))

    assert ids(memory) == [str(number) for number in range(3, MAX_MESSAGES + 3)]


def test_more_are_remembered_where_all_are_short_for_a_value_may_be_typed_digit_by_digit() -> None:
    memory = ConversationMemory()
    for number in range(MAX_FRAGMENTS + 5):
        say(memory, "4", event_id=str(number))

    assert len(ids(memory)) == MAX_FRAGMENTS


def test_short_messages_together_have_a_bound_too() -> None:
    memory = ConversationMemory()
    text = "4" * (MAX_FRAGMENTS_LENGTH // (MAX_MESSAGES + 2))
    for number in range(MAX_FRAGMENTS):
        memory.conversation("c").remember(str(number), Direction.INBOUND, text, Verdict((), text), 0)

    assert len(ids(memory)) == MAX_MESSAGES + 2


def test_a_message_that_comes_twice_is_remembered_once() -> None:
    memory = ConversationMemory()
    say(memory, "4539 1488", event_id="1")
    say(memory, "4539 1488", event_id="1")

    assert ids(memory) == ["1"]


def test_a_message_that_was_forgotten_may_come_again() -> None:
    memory = ConversationMemory()
    others = [f"other-{number}" for number in range(MAX_MESSAGES)]
    for event_id in ("1", *others, "1"):
        say(memory, LONG * 4, event_id=event_id)

    assert ids(memory) == [*others[1:], "1"]


def test_what_is_too_old_is_no_longer_known() -> None:
    memory = ConversationMemory()
    say(memory, "4539 1488", event_id="1", at=0)
    say(memory, "and then", event_id="2", at=1000)

    assert ids(memory, now=MAX_AGE) == ["1", "2"]
    assert ids(memory, now=MAX_AGE + 1) == ["2"]


def test_conversations_that_were_silent_the_longest_are_forgotten_first() -> None:
    memory = ConversationMemory(max_conversations=4)
    for number in range(20):
        say(memory, LONG, event_id="1", conversation="talks on and on", at=number)
        say(memory, LONG, event_id="1", conversation=f"c{number}", at=number)

        assert len(memory) <= 4
    assert ids(memory, "talks on and on") == ["1"]
    assert ids(memory, "c19") == ["1"]
    assert ids(memory, "c0") == []


def test_conversations_know_nothing_of_each_other() -> None:
    memory = ConversationMemory()
    say(memory, "4539 1488", event_id="1", conversation="one")

    assert say(memory, "0343 6467", event_id="2", conversation="another").is_clean
    assert not say(memory, "0343 6467", event_id="2", conversation="one").is_clean


def test_a_history_that_was_handed_out_does_not_change() -> None:
    memory = ConversationMemory()
    say(memory, "4539 1488", event_id="1")
    before = memory.conversation("c").history(0)
    say(memory, "0343 6467", event_id="2")

    assert [message.event_id for message in before.messages] == ["1"]


def test_of_a_value_that_was_taken_out_only_its_place_is_remembered() -> None:
    memory = ConversationMemory()
    say(memory, "my card is 4539 1488 0343 6467, thanks", event_id="1")
    (message,) = memory.conversation("c").history(0).messages

    assert "4539" not in message.text
    assert REMOVED in message.text
    assert message.entities == {"payment_card"}


def test_only_the_end_of_a_long_message_is_remembered() -> None:
    memory = ConversationMemory()
    say(memory, LONG * 100, event_id="1")
    (message,) = memory.conversation("c").history(0).messages

    assert len(message.text) == MAX_LENGTH


def test_of_long_clean_messages_nothing_more_is_held() -> None:
    memory = ConversationMemory()
    tracemalloc.start()
    for number in range(100):
        reading = ENGINE.clean_reading(f"{LONG} {number} " * 100, tier=Tier.ALL)
        assert reading is not None
        memory.conversation(f"c{number}").remember_clean("1", Direction.INBOUND, reading, 0)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert held < 100 * 4 * MAX_LENGTH


@pytest.mark.parametrize(
    "text", [LONG, "it took two weeks", "it is 4539 148", "1488 and no more", "", "a room for 2 and a car for 3" * 4]
)
def test_a_clean_message_is_remembered_alike_by_its_reading_and_by_its_verdict(text: str) -> None:
    by_verdict, by_reading = ConversationMemory(), ConversationMemory()
    reading = ENGINE.clean_reading(text, tier=Tier.ALL)
    assert reading is not None
    by_verdict.conversation("c").remember("1", Direction.INBOUND, text, ENGINE.scan(text), 5)
    by_reading.conversation("c").remember_clean("1", Direction.INBOUND, reading, 5)

    (one,), (other,) = (
        by_verdict.conversation("c").history(5).messages,
        by_reading.conversation("c").history(5).messages,
    )
    assert (one.text, one.begun_digits, one.is_crossed) == (other.text, other.begun_digits, other.is_crossed)
    assert set(one.matching(reading.expressions)) == set(other.matching(reading.expressions))


def test_the_other_sides_last_word_is_the_question() -> None:
    memory = ConversationMemory()
    say(memory, "what is your card number?", event_id="1", direction=Direction.OUTBOUND)
    say(memory, "one moment", event_id="2")
    history = memory.conversation("c").history(0)

    assert history.question_for(Direction.INBOUND) == "what is your card number?"
    assert history.question_for(Direction.OUTBOUND) == "one moment"


def test_nothing_of_a_message_shows_in_a_repr() -> None:
    memory = ConversationMemory()
    say(memory, "it begins with 4539 1488", event_id="1")
    reading = ENGINE.clean_reading("it begins with 4539 1488", tier=Tier.ALL)

    assert "4539" not in repr(memory.conversation("c").history(0).messages[0]) + repr(reading)


def test_a_history_knows_whether_any_message_may_begin_a_value() -> None:
    memory = ConversationMemory()
    memory.conversation("c").remember("1", Direction.INBOUND, "it is 4539 148", Verdict((), "it is 4539 148"), 0)
    assert memory.conversation("c").history(0).may_have_begun

    prose = "hello there " * (MAX_FRAGMENTS_LENGTH // 10)
    for number in range(MAX_MESSAGES):
        memory.conversation("c").remember(f"m{number}", Direction.INBOUND, prose, Verdict((), prose), 0)
    assert ids(memory) == [f"m{number}" for number in range(MAX_MESSAGES)]
    assert not memory.conversation("c").history(0).may_have_begun
