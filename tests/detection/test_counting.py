"""A conversation whose messages are numbered is no card cut over them; a card cut over as many messages is one."""

from collections.abc import Callable, Sequence

import pytest

from detection import Engine, load_policy
from detection.conversation import ConversationMemory
from detection.counting import is_counted
from schemas import Direction

ENGINE = Engine(load_policy())
VISA = "4539148803436467"
FOUR_BLOCKS = ("4539", "1488", "0343", "6467")


def rules_found(texts: Sequence[str]) -> list[str]:
    """What is found in the messages of one sender, said a second apart."""
    memory, found = ConversationMemory(), []
    for number, text in enumerate(texts):
        at = number * 1000
        verdict = ENGINE.scan(text, history=memory.conversation("c").history(at))
        memory.conversation("c").remember(str(number), Direction.INBOUND, text, verdict, at)
        found += [finding.rule for finding in verdict.findings]
    return found


@pytest.mark.parametrize(
    "said",
    [
        "{}".format,
        "#{}".format,
        "seq={}".format,
        "msg {}".format,
        "This is clean line {}, nothing to see".format,
        lambda n: f"message number {n} of conversation 19",
        lambda n: f"ledger 4/{n}: the weather is nice",
        lambda n: ("hi {}", "note {}", "ok {} then")[n % 3].format(n),
        lambda n: f"message {3 + 50 * n}",
        lambda n: f"I paid {14 + n * 37 % 90}.{n * 13 % 90 + 10} on day {n}",
        lambda n: f"id {n * 0x9E3779B97F4A7C15 % 2**64:016x}",
    ],
)
def test_numbered_messages_hold_nothing(said: Callable[[int], str]) -> None:
    assert rules_found([said(n) for n in range(120)]) == []


def test_numbered_messages_some_of_which_hold_a_card_hold_nothing_else() -> None:
    texts = [f"message {n} of conv-89 {f'my card is {VISA}' if n % 5 == 3 else 'all is well'}" for n in range(120)]

    assert rules_found(texts) == ["CreditCard"] * 24


@pytest.mark.parametrize(
    "texts",
    [
        FOUR_BLOCKS,
        tuple(VISA),
        tuple(f"next {block}" for block in FOUR_BLOCKS),
        ("1234", "it begins with 4539", "then 1488", "0343", "and 6467"),
        ("4242", "4242", "4242", "4242"),
        ("4", "5", "39", "148", "803436467"),
        ("4111", "1111", "1111", "1111"),
    ],
)
def test_a_card_cut_over_messages_is_found(texts: Sequence[str]) -> None:
    assert rules_found(texts) == ["CreditCard"]


def test_two_numbers_count_nothing() -> None:
    assert not is_counted(["card 41111111", "card 41111112"])
    assert is_counted(["card 41111111", "card 41111112", "card 41111113"])


def test_rising_blocks_in_other_words_are_no_count() -> None:
    assert not is_counted(["it is 3782", "then 8224", "and 9310"])
