from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from streams.transport.watermark import Watermarks


@dataclass(eq=False)
class Event:
    offset: int
    acked: bool = False


def handed(*offsets: int) -> tuple[Watermarks[int], list[Event]]:
    watermarks: Watermarks[int] = Watermarks()
    events = [Event(offset) for offset in offsets]
    for event in events:
        watermarks.hand_out(0, event)
    return watermarks, events


def test_nothing_may_be_committed_before_the_first_event_is_settled() -> None:
    watermarks, events = handed(9, 19)
    events[1].acked = True

    assert watermarks.advance(0) is None


def test_the_watermark_is_the_end_of_the_settled_prefix() -> None:
    watermarks, events = handed(9, 19, 29)
    events[0].acked = events[2].acked = True

    assert watermarks.advance(0) == 10

    events[1].acked = True
    assert watermarks.advance(0) == 30


def test_a_hole_in_the_offsets_is_not_passed_while_what_lies_before_it_is_unfinished() -> None:
    watermarks, events = handed(3, 700)
    events[1].acked = True

    assert watermarks.advance(0) is None


def test_what_is_no_record_behind_the_last_one_is_passed_once_that_is_settled() -> None:
    watermarks, events = handed(3)
    watermarks.pass_over(0, 700)
    assert watermarks.advance(0) is None

    events[0].acked = True
    watermarks.pass_over(0, 700)
    assert watermarks.advance(0) == 700


def test_nothing_is_passed_backwards() -> None:
    watermarks, events = handed(9)
    events[0].acked = True
    watermarks.pass_over(0, 4)

    assert watermarks.advance(0) == 10


def test_a_late_acknowledgement_of_an_earlier_ownership_moves_nothing() -> None:
    watermarks, events = handed(9)
    watermarks.forget()
    events[0].acked = True

    assert watermarks.advance(0) is None


@given(st.permutations(range(12)))
def test_whatever_the_order_of_acknowledgements_no_unfinished_event_is_passed(order: list[int]) -> None:
    watermarks, events = handed(*range(0, 120, 10))
    for number in order:
        events[number].acked = True
        unfinished = [event.offset for event in events if not event.acked]
        committed = watermarks.advance(0)
        assert committed is None or not unfinished or committed <= min(unfinished)
    assert watermarks.advance(0) == 111
