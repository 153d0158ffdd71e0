"""One performance of the script: fed, watched, waited for, searched for leaks, summed up."""

import time

from rich.console import Console
from rich.live import Live

from sandbox.demo.journey import Journeys
from sandbox.demo.play import PAUSE_SECONDS, Feeder, watching
from sandbox.demo.screen import summary, table
from sandbox.demo.script import script
from sandbox.demo.search import search_everywhere
from sandbox.demo.world import World

ARRIVAL_SECONDS = 30.0
"""How long after the last line everything may take to arrive."""
REFRESH_SECONDS = 0.1


def perform(world: World, console: Console) -> bool:
    """Play the script. Returns whether everything arrived and no planted value stands where it must not."""
    lines = script()
    journeys = Journeys(lines)
    doubles = [running.double for running in world.doubles]
    feeder = Feeder(world, journeys)
    try:
        with watching(world, journeys), Live(table(journeys), console=console, auto_refresh=False) as screen:
            for line in lines:
                feeder.say(line)
                _watch(screen, journeys, PAUSE_SECONDS)
            deadline = time.monotonic() + ARRIVAL_SECONDS
            while not journeys.have_arrived(doubles) and time.monotonic() < deadline:
                _watch(screen, journeys, REFRESH_SECONDS)
            _watch(screen, journeys, REFRESH_SECONDS)
    finally:
        feeder.close()
    console.print()  # a table that is not on a terminal ends without a line break
    findings = search_everywhere(world, lines)
    console.print(summary(journeys, doubles, searched=findings.searched, leaks=findings.leaks))
    return journeys.have_arrived(doubles) and not findings.leaks


def _watch(screen: Live, journeys: Journeys, seconds: float) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        screen.update(table(journeys), refresh=True)
        time.sleep(min(left, REFRESH_SECONDS))
