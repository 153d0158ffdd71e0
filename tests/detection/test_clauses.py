"""Words against a value count within what they speak of."""

import pytest

from detection import Engine, load_policy

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
