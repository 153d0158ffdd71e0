"""What speaks for a value and what against it, weighed: words count within what they speak of."""

import pytest

from detection import ConversationMemory, Engine, load_policy
from schemas import Direction

ENGINE = Engine(load_policy(None))
CARD = "4111111111111111"


@pytest.mark.parametrize(
    "text",
    [
        f"my card is {CARD}, loyalty number 4111111111111112",
        f"my card is {CARD} and my order is 4111111111111112",
        f"Order number is 12345. {CARD}",
        f"tracking: 9400111899223197428490; card {CARD}",
    ],
)
def test_a_word_that_speaks_of_the_next_thing_does_not_spare_a_card(text: str) -> None:
    assert ENGINE.scan(text).redacted_text == text.replace(CARD, "[CREDIT CARD REDACTED]")


@pytest.mark.parametrize(
    "text", [f"order {CARD}", f"Here is my order number. {CARD}", f"{CARD} is my order number", f"tracking: {CARD}"]
)
def test_a_word_that_speaks_of_the_number_spares_it(text: str) -> None:
    assert ENGINE.scan(text).is_clean


@pytest.mark.parametrize("text", ["invoice FA-2024-00123, my driving licence", "my ssn and RE-536228714"])
def test_a_part_of_an_identifier_is_no_value_that_words_could_speak_for(text: str) -> None:
    assert ENGINE.scan(text).is_clean


@pytest.mark.parametrize("text", ["SSN-536228714", "my ssn, no-536228714", "ID-536228714 is my ssn"])
def test_a_label_with_a_dash_is_no_part_of_an_identifier(text: str) -> None:
    assert [finding.rule for finding in ENGINE.scan(text).findings] == ["SSN"]


@pytest.mark.parametrize(
    ("said", "answer", "is_spared"),
    [
        ("what is your order number?", f"sure, {CARD}", True),
        ("my SSN is lost, just in case you need it for the order", f"I charge {CARD} for the visit then", False),
    ],
)
def test_only_a_bare_answer_is_what_the_other_side_asked_for(said: str, answer: str, is_spared: bool) -> None:  # noqa: FBT001  (a case)
    memory = ConversationMemory()
    memory.conversation("c").remember("1", Direction.OUTBOUND, said, ENGINE.scan(said), at=0)

    assert ENGINE.scan(answer, history=memory.conversation("c").history(0)).is_clean is is_spared
