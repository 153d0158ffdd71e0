"""People talk about orders, parcels, amounts and passwords all day long: none of that is a finding.

The lines are in English, Portuguese, Spanish, French, German, Italian, Dutch, Polish and Romanian: numbers of orders,
parcels, invoices, bookings, tickets, flights, meters, devices, loyalty cards; amounts, dates, times, versions, links;
questions about cards, PINs, codes and identity numbers that hold none.
"""

from pathlib import Path

import pytest

from detection import Engine, load_policy

ENGINE = Engine(load_policy())
LINES = Path(__file__).with_name("ordinary_talk.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("line", LINES)
def test_nothing_is_found_in_it(line: str) -> None:
    assert [finding.rule for finding in ENGINE.scan(line).findings] == []


def test_a_value_in_the_same_talk_is_found() -> None:
    unseen = [line for line in LINES if not ENGINE.scan(f"{line}\nmy card is 4111 1111 1111 1111").findings]
    assert unseen == []
