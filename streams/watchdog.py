"""The watchdog: a stage that has work and does not move is first not ready, and in the end not running.

Stock Faust only logs it. What cannot be seen from inside (a client that hangs, a commit that never comes back) is cured
by a restart, which is safe at any moment.
"""

from typing import Final

STALLED_SECONDS: Final = 60.0
"""Without any progress, though there is work: not ready."""
HOPELESS_SECONDS: Final = 300.0
"""After this long the process ends, for its supervisor to start it again."""


class StandstillError(Exception):
    """A stage had work and did not move for too long."""


class Watchdog:
    """Watches one stage. Time is passed in, in seconds of any monotonic clock."""

    def __init__(self, now: float) -> None:
        self._moved = now
        self._progress: object = None
        self.standstill = 0.0
        """Seconds for which there has been work and no progress."""

    def look(self, now: float, *, progress: object, has_work: bool) -> None:
        """Note how far the stage has come. ``progress`` is anything that differs whenever it has moved."""
        if progress != self._progress or not has_work:
            self._progress = progress
            self._moved = now
        self.standstill = now - self._moved

    @property
    def is_stalled(self) -> bool:
        """Whether the stage is not ready."""
        return self.standstill >= STALLED_SECONDS

    @property
    def is_hopeless(self) -> bool:
        """Whether only a restart can help."""
        return self.standstill >= HOPELESS_SECONDS
