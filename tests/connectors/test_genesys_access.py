"""The pace of Genesys's clients: as fast as may be until it says so, then a rest, and slowly back."""

import pytest

from connectors.genesys_access import FIRST_RATE, FREE_RATE, OAuthClient, Pace


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_nobody_waits_until_genesys_says_so(clock: Clock) -> None:
    pace = Pace(clock=clock)

    assert [pace.wait() for _ in range(1000)] == [0.0] * 1000


def test_a_fixed_pace_spaces_requests_that_come_together(clock: Clock) -> None:
    pace = Pace(4.0, clock)

    assert [pace.wait() for _ in range(4)] == [0.0, 0.25, 0.5, 0.75]
    clock.now += 10
    assert pace.wait() == 0.0  # what was not used is not saved up
    assert pace.wait() == 0.25


def test_after_a_rest_it_begins_slowly_doubles_by_the_second_and_is_free_again(clock: Clock) -> None:
    pace = Pace(clock=clock)
    pace.rest(7.0)
    assert pace.wait() == pytest.approx(7.0)
    assert pace.wait() == pytest.approx(7.0 + 1 / FIRST_RATE)

    clock.now += 9.0  # two seconds after the rest: four times the first rate
    first, second = pace.wait(), pace.wait()
    assert second - first == pytest.approx(1 / (4 * FIRST_RATE))

    clock.now += 10.0
    assert [pace.wait() for _ in range(100)] == [0.0] * 100
    assert FIRST_RATE * 2**6 >= FREE_RATE


def test_a_shorter_rest_does_not_end_a_longer_one(clock: Clock) -> None:
    pace = Pace(clock=clock)
    pace.rest(10.0)
    pace.rest(2.0)

    assert pace.rests_until == 110.0


def test_a_fixed_pace_is_never_exceeded_on_the_way_back(clock: Clock) -> None:
    pace = Pace(2.0, clock)
    pace.rest(1.0)
    clock.now += 4.0  # the way back would allow forty a second by now
    first, second = pace.wait(), pace.wait()

    assert second - first == pytest.approx(0.5)


def test_no_text_form_of_a_client_shows_its_secret_or_token() -> None:
    client = OAuthClient("id", "s3cret-s3cret", token="t0ken-t0ken")

    assert "s3cret" not in repr(client)
    assert "t0ken" not in repr(client)
