"""Plays scenarios one after the other, each on a deployment of its own."""

import itertools
import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sandbox.prove.account import Account
from sandbox.prove.deployment import Deployment, TextbookDeployment
from sandbox.prove.ground import Ground, Needs, ground_for
from sandbox.prove.scenario import Scenario
from sandbox.prove.scenarios import CONTROL


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scenario came to."""

    scenario: Scenario
    account: Account
    seconds: float
    seed: int
    problem: str | None = None
    """What the scenario itself found wrong: an exit code, a memory, a readiness."""

    @property
    def is_control(self) -> bool:
        """Whether this is the agent that has to fail."""
        return self.scenario is CONTROL

    @property
    def passed(self) -> bool:
        """Every promise held; for the control: the harness saw that it did not."""
        if self.is_control:
            return not self.account.is_whole
        if self.problem is not None:
            return False
        account = replace(self.account, order_breaks=0) if self.scenario.may_reorder else self.account
        return account.is_whole and (self.scenario.may_repeat or account.repeated == 0)

    def as_json(self) -> dict[str, Any]:
        """One line of evidence."""
        return {
            "scenario": self.scenario.name,
            "fault": self.scenario.fault,
            "passed": self.passed,
            "seed": self.seed,
            "problem": self.problem,
            "seconds": round(self.seconds, 1),
            **asdict(self.account),
        }


def run(scenarios: Iterable[Scenario], *, named: str | None, folder: Path, seed: int) -> Iterator[Outcome]:
    """Play each scenario; those with the same needs share a ground. ``named`` is a broker that is not ours to hurt."""
    for needs, group in itertools.groupby(sorted(scenarios, key=_order), key=lambda scenario: scenario.needs):
        with ground_for(needs, folder, named) as ground:
            for scenario in group:
                yield _play(scenario, ground, folder, seed)


def _order(scenario: Scenario) -> tuple[int, bool]:
    """By needs, and the control last among its like."""
    return list(Needs).index(scenario.needs), scenario is CONTROL


def _play(scenario: Scenario, ground: Ground, folder: Path, seed: int) -> Outcome:
    began = time.monotonic()
    kind = TextbookDeployment if scenario is CONTROL else Deployment
    deployment = kind(ground, folder, seed=seed)
    problem = None
    try:
        scenario.play(deployment, random.Random(seed), ground)  # noqa: S311  (repeatable, not secret)
    except RuntimeError as error:
        problem = str(error)
    finally:
        deployment.close()
    return Outcome(scenario, deployment.account(), time.monotonic() - began, seed, problem)
