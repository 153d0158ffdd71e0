from streams.watchdog import HOPELESS_SECONDS, STALLED_SECONDS, Watchdog


def test_a_stage_without_work_never_stands_still() -> None:
    watchdog = Watchdog(0)
    watchdog.look(1_000, progress=1, has_work=False)

    assert watchdog.standstill == 0


def test_a_stage_that_moves_is_left_alone() -> None:
    watchdog = Watchdog(0)
    for second in range(0, 1_000, 10):
        watchdog.look(second, progress=second, has_work=True)

    assert not watchdog.is_stalled


def test_work_without_progress_is_first_a_reason_and_then_the_end() -> None:
    watchdog = Watchdog(0)
    watchdog.look(0, progress=1, has_work=True)
    watchdog.look(STALLED_SECONDS, progress=1, has_work=True)

    assert watchdog.is_stalled
    assert not watchdog.is_hopeless

    watchdog.look(HOPELESS_SECONDS, progress=1, has_work=True)
    assert watchdog.is_hopeless


def test_one_step_clears_it() -> None:
    watchdog = Watchdog(0)
    watchdog.look(STALLED_SECONDS, progress=None, has_work=True)
    watchdog.look(STALLED_SECONDS + 1, progress=2, has_work=True)

    assert watchdog.standstill == 0
