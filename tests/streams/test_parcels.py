"""Finding the bad record of a parcel, with few requests, and blaming nobody else."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.parcels import Parcel, RefusesEverythingError


def deliver(size: int, bad: set[int], *, numbered: bool, is_vouched: bool = False) -> tuple[list[int], list[int], int]:
    """What arrived, what was blamed, and how many requests it took."""
    parcel, arrived, blamed, requests = Parcel(list(range(size))), [], [], 0
    while sent := parcel.next():
        requests += 1
        if culprits := [place for place, record in enumerate(sent) if record in bad]:
            try:
                blamed += parcel.refused(sent, culprits[0] if numbered else None, is_vouched=is_vouched)
            except RefusesEverythingError:
                continue
        else:
            arrived += sent
            blamed += parcel.taken(sent)
    return arrived, blamed, requests


@pytest.mark.parametrize("is_vouched", [True, False])
@pytest.mark.parametrize("size", [2, 3, 64, 100, 500])
def test_one_bad_record_costs_at_most_log2_requests_and_one(*, size: int, is_vouched: bool) -> None:
    for place in range(size):
        arrived, blamed, requests = deliver(size, {place}, numbered=False, is_vouched=is_vouched)
        assert blamed == [place]
        assert sorted(arrived) == [number for number in range(size) if number != place]
        asked_again = 0 if is_vouched else 1  # and that in one place of a hundred only
        assert requests - 1 <= math.ceil(math.log2(size)) + 1 + asked_again


def test_a_bad_record_that_is_named_costs_one_request_more() -> None:
    assert deliver(500, {77}, numbered=True, is_vouched=True)[1:] == ([77], 2)


def test_a_record_named_by_a_receiver_that_took_nothing_yet_is_asked_about_again() -> None:
    assert deliver(500, {77}, numbered=True)[1:] == ([77], 3)


@pytest.mark.parametrize("numbered", [True, False])
def test_bad_records_at_both_ends_are_told_from_the_good_ones_between(*, numbered: bool) -> None:
    arrived, blamed, _ = deliver(9, {0, 1, 7, 8}, numbered=numbered)
    assert (sorted(arrived), sorted(blamed)) == ([2, 3, 4, 5, 6], [0, 1, 7, 8])


@pytest.mark.parametrize("index", [0, None])
def test_a_record_alone_is_not_blamed_by_a_receiver_that_took_nothing_yet(index: int | None) -> None:
    parcel = Parcel(["a"])
    with pytest.raises(RefusesEverythingError):
        parcel.refused(parcel.next(), index)
    assert parcel.next() == ["a"]
    assert parcel.refused(parcel.next(), index, is_vouched=True) == ["a"]


@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize("lies", range(12))
def test_a_receiver_that_refuses_everything_for_a_while_has_nobody_blamed(*, lies: int, numbered: bool) -> None:
    parcel, arrived = Parcel(list(range(500))), []
    while sent := parcel.next():
        if lies:
            lies -= 1
            with contextlib.suppress(RefusesEverythingError):
                assert parcel.refused(sent, 0 if numbered else None) == []
        else:
            arrived += sent
            assert parcel.taken(sent) == []
    assert sorted(arrived) == list(range(500))


@given(st.integers(1, 200), st.sets(st.integers(0, 199)), st.booleans(), st.integers(0, 199))
def test_each_record_arrives_once_or_is_blamed_once(size: int, bad: set[int], numbered: bool, good: int) -> None:  # noqa: FBT001  (drawn)
    bad = {number for number in bad if number < size} - {good % size}  # a receiver that takes nothing blames nobody
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
