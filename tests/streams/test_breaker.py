"""The circuit breaker, on a clock of the test's."""

from streams.breaker import FAILURES, LONGEST_SECONDS, Breaker, backoff


def opened() -> Breaker:
    breaker = Breaker()
    for _ in range(FAILURES):
        breaker.failed(0.0)
    return breaker


def test_opens_after_failures_in_a_row_and_a_success_between_them_begins_anew() -> None:
    breaker = Breaker()
    for _ in range(FAILURES - 1):
        breaker.failed(0.0)
    breaker.succeeded()
    breaker.failed(0.0)
    assert not breaker.is_open
    assert breaker.may_try(0.0)
    assert opened().is_open


def test_lets_one_probe_through_at_a_time_once_the_pause_is_over() -> None:
    breaker = opened()
    assert not breaker.may_try(0.0)
    assert breaker.may_try(LONGEST_SECONDS)
    assert not breaker.may_try(LONGEST_SECONDS)
    breaker.succeeded()
    assert breaker.may_try(LONGEST_SECONDS)


def test_calls_that_fail_beside_the_probe_do_not_prolong_the_pause() -> None:
    breaker = opened()
    breaker.failed(100.0)
    assert breaker.may_try(LONGEST_SECONDS)


def test_a_probe_that_fails_means_another_pause_of_at_most_five_seconds_unless_asked_for_more() -> None:
    breaker = opened()
    for number in range(1, 20):
        now = number * LONGEST_SECONDS
        assert breaker.may_try(now)
        breaker.failed(now)
    assert not breaker.may_try(now)
    breaker.may_try(now + LONGEST_SECONDS)
    breaker.failed(now + LONGEST_SECONDS, retry_after=30)
    assert not breaker.may_try(now + LONGEST_SECONDS + 29)
    assert breaker.may_try(now + LONGEST_SECONDS + 30)


def test_backoff_grows_and_has_a_ceiling() -> None:
    assert all(0.05 < backoff(0) <= 0.25 for _ in range(50))
    assert all(1.25 <= backoff(100) <= LONGEST_SECONDS for _ in range(50))
