import os

import pytest

from streams.transport import BatchConsumer, DurableProducer, StreamApp, UnfitVersionsError, assert_versions, versions
from streams.transport import app as module


async def test_both_ends_are_the_hardened_ones(app: StreamApp) -> None:
    assert app.transport.Consumer is BatchConsumer
    assert app.transport.Producer is DurableProducer


async def test_a_fail_stop_names_kind_and_place_and_never_the_text(
    app: StreamApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "end_within", lambda _: None)
    with pytest.raises(ValueError, match="4111") as raised:
        int("card 4111 1111 1111 1111")

    await app.fail_stop(raised.value)

    assert app.crashed
    assert "4111" not in str(app._crash_reason)
    assert "ValueError at test_app.py" in str(app._crash_reason)


async def test_a_process_that_hangs_is_ended(app: StreamApp, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(module.os, "_exit", ended.append)

    app.end_within(0.01)
    app._deadline.join()  # type: ignore[union-attr]  # it was just set

    assert ended == [module.OVERDUE]
    assert os.EX_SOFTWARE == module.OVERDUE


def test_the_installed_versions_are_the_pinned_ones() -> None:
    assert_versions()


def test_an_upgrade_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(versions.PINNED, "aiokafka", "0.13.0")

    with pytest.raises(UnfitVersionsError, match="aiokafka"):
        assert_versions()


def test_faust_without_its_compiled_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions.faust.streams, "_CStreamIterator", None)

    with pytest.raises(UnfitVersionsError, match="compiled"):
        assert_versions()
