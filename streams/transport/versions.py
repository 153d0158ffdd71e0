"""The overrides in this package lean on private names, so they run with the versions they were written for only."""

from importlib.metadata import version

import faust.streams

PINNED = {"faust-streaming": "0.15.3", "mode-streaming": "0.7.1", "aiokafka": "0.14.0"}


class UnfitVersionsError(RuntimeError):
    """An installed library is not the version that the hardened transport was written and tested for."""


def assert_versions() -> None:
    """Raise UnfitVersionsError unless every pinned library is installed as pinned, with its compiled parts.

    Faust without its compiled stream acknowledges events of an older generation unprocessed after a rebalance.
    """
    for name, wanted in PINNED.items():
        if (found := version(name)) != wanted:
            raise UnfitVersionsError(f"{name} {found} is installed, but the transport was written for {wanted}")
    if faust.streams._CStreamIterator is None:  # noqa: SLF001  (Faust has no public flag for it)
        raise UnfitVersionsError("faust-streaming is installed without its compiled parts")
