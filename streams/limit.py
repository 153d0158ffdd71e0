"""The limit on dead letters of our own making: a broken rule or a wrong keyring must not empty a topic into them."""

import asyncio
import logging
from typing import NoReturn

from schemas import DeadLetterReason
from streams.metrics import Metrics

OWN_FAULTS = frozenset({DeadLetterReason.SCAN_FAILED, DeadLetterReason.UNSEALABLE})
"""Reasons that speak of this deployment and not of a producer. Garbage from outside never pauses a stage."""
IN_A_ROW = 100
"""Own faults without a good record between them, after which the stage holds."""

log = logging.getLogger(__name__)


class DeadLetterLimit:
    """Pauses instead of dropping: nothing more is put aside, nothing is acknowledged, a person is told.

    The stage goes on when it is restarted, with a policy or a keyring that works.
    """

    def __init__(self, in_a_row: int = IN_A_ROW) -> None:
        self._in_a_row = in_a_row
        self._run = 0

    @property
    def is_reached(self) -> bool:
        """Whether the stage has to hold."""
        return self._run >= self._in_a_row

    def note(self, reason: DeadLetterReason) -> None:
        """Count a dead letter."""
        if reason in OWN_FAULTS:
            self._run += 1

    def clear(self) -> None:
        """A record went well."""
        self._run = 0

    async def hold(self, stage: str, metrics: Metrics) -> NoReturn:
        """Say that the limit is reached, and wait for the end of the process."""
        metrics.set("dlp_stage_paused", 1, stage=stage)
        log.critical("%s holds: %d records in a row could not be judged; restart it once mended", stage, self._run)
        while True:
            await asyncio.Event().wait()
