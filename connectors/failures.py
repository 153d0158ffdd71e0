"""How a call to an outside system fails: for now, or for good.

DestinationAway      the world is wrong: try again
  DestinationBusy    it asks for a pause
RefusedForGood       the message is wrong: trying again changes nothing

None of them quotes what was sent or answered.
"""


class DestinationAway(Exception):
    """Nothing was taken; it may be tried again. ``reason`` is an error's kind or an HTTP status."""

    def __init__(self, reason: str, *, retry_after: float | None = None, concerns_all: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        """Seconds to wait, where the outside system said so."""
        self.concerns_all = concerns_all
        """Whether other messages would fail as well; False when only this recipient has to wait."""


class DestinationBusy(DestinationAway):
    """Too many requests."""


class RefusedForGood(Exception):
    """The outside system does not take this message. ``code`` is its own error code."""

    def __init__(self, code: str, *, status: int) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
