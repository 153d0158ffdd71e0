from dataclasses import dataclass

from streams.transport.hand import Hand


@dataclass(eq=False)
class Event:
    acked: bool = False


def test_what_is_taken_is_in_hand_until_it_is_put_down() -> None:
    hand, event = Hand(), Event()
    hand.take(event, 7)

    assert hand.records == 7
    assert hand.put_down(event)
    assert hand.records == 0


def test_what_was_abandoned_is_counted_once() -> None:
    hand, event, done, told = Hand(), Event(), Event(acked=True), list[int]()
    hand.on_abandoned = told.append
    hand.take(event, 7)
    hand.take(done, 3)

    assert hand.unfinished() == 1
    assert hand.abandon() == 1
    assert told == [7]
    assert not hand.put_down(event)  # its stage comes too late, and must not count it again
