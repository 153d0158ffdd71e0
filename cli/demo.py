"""``cordon demo``: the whole local world, by one command."""

import sys
import tempfile
from pathlib import Path

import click

from cli.failure import fail
from cli.leaving import end_in_order_when_told, wait_until_told

GATEWAY_PORT = 8080


@click.command()
@click.option("--once", is_flag=True, help="End after the script: 0 when all arrived and nothing leaked, else 1.")
def demo(*, once: bool) -> None:
    """Play a scripted conversation through Kafka, a worker and a gateway, and watch it arrive.

    Kafka is the one that CORDON_KAFKA_BOOTSTRAP_SERVERS names, else one of its own where Java and Maven are, else one
    in memory; the first line says which.
    """
    end_in_order_when_told()
    from rich.console import Console

    from sandbox.broker import local_broker
    from sandbox.demo.performance import perform
    from sandbox.demo.screen import addresses
    from sandbox.demo.world import World, WorldUnavailableError, fresh_prefix
    from sandbox.process import free_port, is_free

    console = Console()
    passed = True
    with tempfile.TemporaryDirectory(prefix="cordon-demo-") as folder:
        try:
            with local_broker(console.print) as broker:
                ports = {"gateway": GATEWAY_PORT if is_free(GATEWAY_PORT) else free_port()}
                with World(broker, Path(folder), prefix=fresh_prefix(), ports=ports, say=console.print) as world:
                    world.start()
                    passed = perform(world, console)
                    if not once:
                        console.print(addresses(world), soft_wrap=True)
                        wait_until_told()
        except WorldUnavailableError as error:
            fail(str(error))
        except KeyboardInterrupt:
            console.print("ended before the script was over")
            passed = False
    sys.exit(0 if passed else 1)
