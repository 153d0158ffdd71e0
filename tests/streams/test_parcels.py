"""Finding the bad record of a parcel, with few requests, and blaming nobody else."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.parcels import Parcel, RefusesEverythingError


def deliver(size: int, bad: set[int], *, numbered: bool) -> tuple[list[int], list[int], int]:
    """What arrived, what was blamed, and how many requests it took."""
    parcel, arrived, blamed, requests = Parcel(list(range(size))), [], [], 0
    while sent := parcel.next():
        requests += 1
        if culprits := [place for place, record in enumerate(sent) if record in bad]:
            blamed += parcel.refused(sent, culprits[0] if numbered else None)
        else:
            arrived += sent
            blamed += parcel.taken(sent)
    return arrived, blamed, requests


@pytest.mark.parametrize("place", [0, 1, 249, 250, 498, 499])
def test_one_bad_record_among_500_costs_at_most_log2_requests_more(place: int) -> None:
    arrived, blamed, requests = deliver(500, {place}, numbered=False)
    assert blamed == [place]
    assert sorted(arrived) == [number for number in range(500) if number != place]
    assert requests - 1 <= math.ceil(math.log2(500)) + 1


def test_a_bad_record_that_is_named_costs_one_request_more() -> None:
    assert deliver(500, {77}, numbered=True)[1:] == ([77], 2)


@given(st.integers(1, 200), st.sets(st.integers(0, 199)), st.booleans())
def test_each_record_arrives_once_or_is_blamed_once(size: int, bad: set[int], numbered: bool) -> None:  # noqa: FBT001  (drawn)
    bad = {number for number in bad if number < size} - {size - 1}
    arrived, blamed, _ = deliver(size, bad, numbered=numbered)
    assert sorted(blamed) == sorted(bad)
    assert sorted(arrived) == [number for number in range(size) if number not in bad]


def test_a_receiver_that_refuses_everything_blames_no_record() -> None:
    parcel = Parcel(list(range(500)))

    def refuse_all() -> None:
        while sent := parcel.next():
            assert parcel.refused(sent, None) == []

    with pytest.raises(RefusesEverythingError):
        refuse_all()
    assert sorted(parcel.left()) == list(range(500))


def test_a_parcel_too_big_is_cut_until_it_fits() -> None:
    parcel, arrived = Parcel(list(range(100))), []
    while sent := parcel.next():
        if len(sent) > 30:
            assert parcel.too_big(sent)
        else:
            arrived += sent
            parcel.taken(sent)
    assert arrived == list(range(100))


def test_a_single_record_cannot_be_cut() -> None:
    parcel = Parcel(["a"])
    assert not parcel.too_big(parcel.next())
    parcel.give_up("a")
    assert parcel.left() == []


def test_what_is_taken_in_part_is_sent_again_in_part() -> None:
    parcel = Parcel(["a", "b", "c"])
    sent = parcel.next()
    parcel.taken(sent, again=["b"])
    assert parcel.next() == ["b"]


def test_records_of_a_partition_that_went_are_dropped() -> None:
    parcel = Parcel([1, 2, 3, 4])
    parcel.refused(parcel.next(), None)
    assert parcel.drop(lambda record: record % 2 == 0) == [2, 4]
    assert parcel.next() == [1, 3]
