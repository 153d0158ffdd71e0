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
        history = self._memory.history("c", at)
        verdict = engine().scan(text, direction=direction, history=history)
        self._memory.remember("c", f"m{self._count}", direction, text, verdict, at)
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
        ],
        ids=["an order", "no word for it", "no number of any plan"],
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

    @pytest.mark.parametrize("label", ["order", "the tracking number:"])
    def test_what_is_named_as_something_else(self, label: str) -> None:
        assert last(label, "4539 1488", "0343 6467") == []
        assert last(f"{label} 4539 1488", "0343 6467") == []

    def test_what_was_asked_for_as_something_else(self) -> None:
        conversation = Conversation()
        conversation.say("What is your order number?", OURS)
        conversation.say("4539 1488")

        assert conversation.say("0343 6467").is_clean

    def test_numbers_that_count_messages(self) -> None:
        assert last("order 4539", "order 1488", "order 0343", "order 6467") == []


class TestAnAnswer:
    @pytest.mark.parametrize(
        ("question", "answer", "found"),
        [
            ("What is the security code of your card?", "123", ("card_security_code", "123")),
            ("What is the security code of your card?", "it's 123.", ("card_security_code", "123")),
            ("What is your date of birth?", "01/02/1980", ("date_of_birth", "01/02/1980")),
            ("And the security code?", "here you go: 123, thanks", ("card_security_code", "123")),
            ("When does your card expire?", "it is 09/28 please", ("card_expiry", "09/28")),
            ("And your social security number?", "536228714", ("us_ssn", "536228714")),
            ("Which password did you use?", "hunter2", ("password", "hunter2")),
            ("Which password did you set?", "I think it was sunnyside7", ("password", "sunnyside7")),
            ("Quel est votre mot de passe ?", "euh Chaton!2019", ("password", "Chaton!2019")),
            ("¿Cuál es su contraseña?", "creo que es Verano*2023", ("password", "Verano*2023")),
            ("And the security code?", "hmm 093 I believe", ("card_security_code", "093")),
            ("And the security code?", "it should be 093", ("card_security_code", "093")),
            ("We texted you a code, could you read it back?", "482913", ("one_time_code", "482913")),
            ("Please give me the six digits that we sent to your phone", "771 204", ("one_time_code", "771 204")),
            ("Me diga o código que chegou no seu celular", "350917", ("one_time_code", "350917")),
            ("And the three digits by your signature?", "412", ("card_security_code", "412")),
            ("Quelle est votre date de naissance ?", "le 22 juin 1991", ("date_of_birth", "22 juin 1991")),
            ("Your driver's license number?", "D447-9028-5513", ("driver_licence", "D447-9028-5513")),
        ],
    )
    def test_is_the_value_that_was_asked_for(self, question: str, answer: str, found: tuple[str, str]) -> None:
        assert found in answered(question, answer)

    @pytest.mark.parametrize(
        ("question", "answer"),
        [
            ("What is your order number?", "123"),
            ("How many would you like?", "123"),
            ("What is the security code of your card?", "I do not have it here"),
            ("What is the security code of your card?", "thanks, it is on the back"),
            ("What is the security code of your card?", "I paid 123 for this and I want it back now, for it is broken"),
            ("What is the [SECURITY CODE REDACTED]?", "123"),
            ("Which promo code did we text you?", "482913"),
            ("We sent you a code, did it arrive?", "not yet, after 20 minutes"),
            ("What are the last three digits of your order?", "123"),
        ],
    )
    def test_is_nothing_else(self, question: str, answer: str) -> None:
        assert answered(question, answer) == []

    def test_goes_with_the_other_sides_question_alone(self) -> None:
        conversation = Conversation()
        conversation.say("What is the security code of your card?", THEIRS)

        assert conversation.say("123", THEIRS).is_clean

    def test_of_a_security_code_may_follow_the_card_it_belongs_to(self) -> None:
        conversation = Conversation()
        conversation.say(CARD)

        (finding,) = conversation.say("123").findings

        assert (finding.entity, finding.reasons) == ("card_security_code", ("right after what it belongs to",))

    def test_follows_no_card_where_something_else_was_asked(self) -> None:
        conversation = Conversation()
        conversation.say(CARD)
        conversation.say("What is your date of birth?", OURS)

        assert conversation.say("123").is_clean

    def test_follows_no_card_two_messages_later(self) -> None:
        conversation = Conversation()
        conversation.say(CARD)
        conversation.say("there you are")

        assert conversation.say("123").is_clean
