"""View 4: values cut over the messages of one sender, and bare answers to what the other side asked."""

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detection import ConversationMemory, Engine, Verdict, load_policy
from schemas import Direction

CARD = "4539148803436467"
OURS, THEIRS = Direction.OUTBOUND, Direction.INBOUND


@cache
def engine() -> Engine:
    return Engine(load_policy())


class Conversation:
    """Messages judged one after the other, each with what was said before it."""

    def __init__(self) -> None:
        self._memory = ConversationMemory()
        self._count = 0

    def say(self, text: str, direction: Direction = THEIRS) -> Verdict:
        self._count += 1
        at = self._count * 1_000
        history = self._memory.conversation("c").history(at)
        verdict = engine().scan(text, direction=direction, history=history)
        self._memory.conversation("c").remember(f"m{self._count}", direction, text, verdict, at)
        return verdict


def last(*texts: str) -> list[tuple[str, str]]:
    """What is found in the last message of one sender: entity and value."""
    conversation = Conversation()
    for text in texts[:-1]:
        conversation.say(text)
    return [(f.entity, texts[-1][f.start : f.end]) for f in conversation.say(texts[-1]).findings]


def answered(question: str, answer: str) -> list[tuple[str, str]]:
    conversation = Conversation()
    conversation.say(question, OURS)
    return [(f.entity, answer[f.start : f.end]) for f in conversation.say(answer).findings]


class TestAValueOverMessages:
    @pytest.mark.parametrize(
        ("texts", "end"),
        [
            (["4539 1488", "0343 6467"], "0343 6467"),
            (["4539", "1488", "0343", "6467"], "6467"),
            ([*CARD], "7"),
            (["my card is 4539 1488", "0343 6467"], "0343 6467"),
            (["4539 1488", "0343 6467, exp soon"], "0343 6467"),
            (["it begins with 4539 1488", "and goes on 0343 6467 thanks"], "0343 6467"),
            (["first 8 digits 45391488", "the last 8 digits: 03436467"], "03436467"),
            (["4539 1488", "wait a moment", "0343 6467"], "0343 6467"),
            (["die ersten acht: 45391488", "die letzten acht: 03436467"], "03436467"),
            (["4539.1488", "and the rest 0343.6467"], "0343.6467"),
            (["1st part: 4539 1488", "2nd part: 0343 6467"], "0343 6467"),
        ],
        ids=[
            "halves",
            "quarters",
            "digits",
            "the end of one",
            "the beginning of one",
            "both",
            "counted",
            "between",
            "counted in words",
            "dots",
            "numbered",
        ],
    )
    def test_is_found_where_it_ends(self, texts: list[str], end: str) -> None:
        assert ("payment_card", end) in last(*texts)

    def test_names_the_messages_that_hold_the_rest(self) -> None:
        conversation = Conversation()
        conversation.say("hello")
        conversation.say("4539")
        conversation.say("1488 0343")

        (finding,) = conversation.say("6467").findings

        assert finding.event_ids == ("m2", "m3")
        assert finding.reasons[:2] == ("split over messages", "checksum payment_card")

    def test_with_letters_is_found_too(self) -> None:
        assert ("iban", "0532 0130 00") in last("my iban DE89 3704 0044", "0532 0130 00")

    @pytest.mark.parametrize(
        ("texts", "end"),
        [
            (["my iban begins with DE89 3704 0044", "and then 0532 0130 00"], "0532 0130 00"),
            (["iban part one DE893704", "part two 00440532013000"], "00440532013000"),
            (["DE89 3704 0044", "wait a moment", "0532 0130 00"], "0532 0130 00"),
        ],
        ids=["led on", "counted", "between"],
    )
    def test_with_letters_may_stand_behind_a_few_words(self, texts: list[str], end: str) -> None:
        assert ("iban", end) in last(*texts)

    def test_without_a_checksum_needs_a_word_of_its_context(self) -> None:
        assert last("my ssn is 536 22", "8714") == [("us_ssn", "8714")]
        assert last("it is 536 22", "8714") == []

    @pytest.mark.parametrize(
        ("texts", "end"),
        [
            (["my phone is 415", "555", "2671"], "2671"),
            (["call me: +1 415", "555 2671"], "555 2671"),
            (["0151", "23456789 is my mobile"], "23456789"),
            (["meu celular é 11", "98456", "5666"], "5666"),
        ],
    )
    def test_may_be_a_telephone_number(self, texts: list[str], end: str) -> None:
        assert last(*texts) == [("phone_number", end)]

    @pytest.mark.parametrize(
        ("texts", "end"),
        [
            (["jane.doe", "@gmail.com"], "@gmail.com"),
            (["my mail is jane.doe@", "gmail.com, thanks"], "gmail.com"),
            (["jane.doe", "@", "gmail.com"], "gmail.com"),
            (["jane.doe@gm", "ail.com"], "ail.com"),
            (["write to jane@example.", "com"], "com"),
            (["email me at jane77", "at gmail dot com"], "at gmail dot com"),
            (["mail: jane.doe at", "gmail dot com"], "gmail dot com"),
            (["my email", "jane.doe", "gmail.com"], "gmail.com"),
        ],
        ids=[
            "at the sign",
            "after it",
            "around it",
            "within the domain",
            "at a dot",
            "in words",
            "in words again",
            "without the sign",
        ],
    )
    def test_may_be_an_address(self, texts: list[str], end: str) -> None:
        assert last(*texts) == [("email_address", end)]

    def test_of_letters_may_have_a_word_in_capitals_before_it(self) -> None:
        assert last("IBAN DE89370400", "440532013000") == [("iban", "440532013000")]

    # of five pieces each may be above the one before, as in a count
    @given(st.lists(st.integers(1, 15), min_size=1, max_size=3, unique=True).map(sorted))
    @settings(deadline=None, max_examples=40)
    def test_is_found_wherever_it_is_cut(self, cuts: list[int]) -> None:
        borders = [0, *cuts, len(CARD)]
        texts = [CARD[start:end] for start, end in pairwise(borders)]

        assert [entity for entity, _ in last(*texts)] == ["payment_card"]


class TestWhatIsNotJoined:
    @pytest.mark.parametrize(
        "texts",
        [
            ["4539 1488", "0343 6468"],
            ["0343 6467", "4539 1488"],
            ["4539 1488 0343 6467", "0343 6467"],
            ["4539 1488", "order 17 then", "0343 6467"],
            ["4539 1488", "x" * 61 + " 1 " + "x" * 61, "0343 6467"],
            ["4539 1488", "see 3f9a41c7", "0343 6467"],
        ],
        ids=["a wrong checksum", "the wrong order", "a value told", "a number between", "prose", "an id between"],
    )
    def test_for_what_stands_in_the_messages(self, texts: list[str]) -> None:
        assert last(*texts) == []

    @pytest.mark.parametrize(
        "texts",
        [
            ["call me about order 415", "555", "2671"],
            ["it is 415", "555", "2671"],
            ["my phone is 199", "155", "2671"],
            ["can I get their phone number?", "thanks", "a table for 4 at 19:30", "and a taxi by 21:45", "2 seats"],
            ["my phone is broken", "ok", "thanks", "it is 415", "555", "2671"],
            ["can you call me?", "415", "555267 Mill Road, Springfield"],
            ["can you call me?", "415", "W075VM is the booking"],
        ],
        ids=[
            "an order",
            "no word for it",
            "no number of any plan",
            "hours and counts",
            "a word long ago",
            "rooms",
            "codes",
        ],
    )
    def test_what_is_no_telephone_number(self, texts: list[str]) -> None:
        assert last(*texts) == []

    @pytest.mark.parametrize(
        "texts",
        [
            ["look", "at gmail.com"],
            ["see you", "gmail.com is down"],
            ["my email is gone", "hotmail.com"],
            ["jane", "example.com"],
            ["hello jane", "@bob look at this"],
            ["jane.doe@", "I will send it later"],
            ["jane.doe", "gmail.com"],
        ],
    )
    def test_what_is_no_address(self, texts: list[str]) -> None:
        assert last(*texts) == []

    def test_what_another_person_said(self) -> None:
        conversation = Conversation()
        conversation.say("4539 1488", OURS)

        assert conversation.say("0343 6467", THEIRS).is_clean

    @pytest.mark.parametrize(
        "texts",
        [
            ["4539 1488", "then I paid 0343 and they still want to have 6467"],
            ["4539 1488 0343", "between 6467 and 8000 dollars"],
        ],
    )
    def test_a_card_amid_prose_without_a_word_for_it(self, texts: list[str]) -> None:
        assert last(*texts) == []

    @pytest.mark.parametrize("label", ["order", "the tracking number:"])
    def test_what_is_named_as_something_else(self, label: str) -> None:
        assert last(label, "4539 1488", "0343 6467") == []
        assert last(f"{label} 4539 1488", "0343 6467") == []
        assert last("I have a card", f"{label} 4539 1488", "0343 6467") == []

    def test_what_was_asked_for_as_something_else(self) -> None:
        conversation = Conversation()
        conversation.say("What is your order number?", OURS)
        conversation.say("4539 1488")

        assert conversation.say("0343 6467").is_clean

    def test_numbers_that_count_messages(self) -> None:
        assert last("order 4539", "order 1488", "order 0343", "order 6467") == []
