"""``cordon demo``: the whole local world, by one command."""

import signal
import sys
import tempfile
import time
from pathlib import Path

import click
from rich.console import Console
from rich.live import Live
from rich.panel import Panel

from cli.failure import fail

ARRIVAL_SECONDS = 30
"""How long after the last line everything may take to arrive."""
GATEWAY_PORT = 8080


@click.command()
@click.option("--once", is_flag=True, help="End after the script: 0 when everything arrived and nothing leaked, else 1.")
def demo(*, once: bool) -> None:
    """Play a scripted conversation through a real Kafka, worker and gateway, and watch it arrive."""
    from sandbox.broker import local_broker  # noqa: PLC0415  (imported only by who runs it)
    from sandbox.demo.world import World, WorldUnavailableError  # noqa: PLC0415
    from sandbox.process import free_port, is_free  # noqa: PLC0415

    console = Console()
    with tempfile.TemporaryDirectory(prefix="cordon-demo-") as folder:
        try:
            with local_broker(console.print) as broker:
                ports = {"gateway": GATEWAY_PORT if is_free(GATEWAY_PORT) else free_port()}
                prefix = f"demo-{time.time_ns() // 1_000_000 % 10**8}."
                with World(broker, Path(folder), prefix=prefix, ports=ports, say=console.print) as world:
                    world.start()
                    passed = _play(world, console)
                    if not once:
                        _stay(world, console)
        except WorldUnavailableError as error:
            fail(str(error))
        except KeyboardInterrupt:
            passed = True
    sys.exit(0 if passed else 1)


def _play(world: "World", console: Console) -> bool:
    """Feed the script, wait until everything has arrived, search for leaks, and say what it came to."""
    from sandbox.demo.journey import Journeys  # noqa: PLC0415  (as above)
    from sandbox.demo.play import PAUSE_SECONDS, Feeder, watching  # noqa: PLC0415
    from sandbox.demo.screen import summary, table  # noqa: PLC0415
    from sandbox.demo.script import script  # noqa: PLC0415
    from sandbox.demo.search import search_everywhere  # noqa: PLC0415

    lines = script()
    journeys, feeder = Journeys(lines), Feeder(world, Journeys([]))
