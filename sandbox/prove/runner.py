"""Plays scenarios one after the other, each on a deployment of its own."""

import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sandbox.prove.account import Account
from sandbox.prove.deployment import Deployment, TextbookDeployment
from sandbox.prove.scenarios import CONTROL, HurtableBroker, Scenario


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scenario came to."""

    scenario: Scenario
    account: Account
    seconds: float
    seed: int

    @property
    def is_control(self) -> bool:
        """Whether this is the agent that has to fail."""
        return self.scenario is CONTROL

    @property
    def passed(self) -> bool:
        """Every promise held; for the control: the harness saw that it did not."""
        if self.is_control:
            return not self.account.is_whole
        return self.account.is_whole and (self.scenario.may_repeat or self.account.repeated == 0)

    def as_json(self) -> dict[str, Any]:
        """One line of evidence."""
        return {
            "scenario": self.scenario.name,
            "fault": self.scenario.fault,
            "passed": self.passed,
            "seed": self.seed,
            "seconds": round(self.seconds, 1),
            **asdict(self.account),
        }


def run(
    scenarios: Iterable[Scenario],
    *,
    bootstrap_servers: str,
    broker: HurtableBroker | None,
    folder: Path,
    seed: int,
) -> Iterator[Outcome]:
    """Play each scenario. ``broker`` is None where the broker is not ours to hurt; those scenarios must be left out."""
    for scenario in scenarios:
        began = time.monotonic()
        kind = TextbookDeployment if scenario is CONTROL else Deployment
        deployment = kind(bootstrap_servers, folder, seed=seed)
        try:
            scenario.play(deployment, random.Random(seed), broker)  # noqa: S311  (repeatable, not secret)
            yield Outcome(scenario, deployment.account(), time.monotonic() - began, seed)
        finally:
            deployment.close()
