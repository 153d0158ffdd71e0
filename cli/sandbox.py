"""``cordon sandbox``: single parts of the local world, to try Cordon or other programs against."""

from pathlib import Path

import click

from cli.lazy import LazyGroup
from cli.leaving import end_in_order_when_told, wait_until_told

PARTS = {
    "bureau": "sandbox.checking:serve_bureau",
    "genesys": "sandbox.genesys:serve",
    "kafka": "cli.sandbox:kafka",
    "psp": "sandbox.checking:serve_psp",
    "splunk": "sandbox.splunk:serve",
    "webmessaging": "sandbox.webmessaging:serve",
    "whatsapp": "sandbox.whatsapp:serve",
}


@click.command(cls=LazyGroup, commands_at=PARTS)
def sandbox() -> None:
    """Run a Kafka, or a double of an outside system, on this machine."""


@click.command()
@click.option("--partitions", default=12, show_default=True, type=click.IntRange(1), help="Of each of Cordon's topics.")
@click.option("--prefix", default="", envvar="CORDON_TOPIC_PREFIX", help="Stands before every topic's name.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the broker's files here. Without it they are removed at the end.",
)
def kafka(partitions: int, prefix: str, folder: Path | None) -> None:
    """Run a real Apache Kafka with Cordon's topics until Ctrl-C; without Java, one in memory."""
    end_in_order_when_told()
    from sandbox.broker import local_broker
    from streams.topics import Topic

    with local_broker(click.echo, folder=folder.resolve() if folder else None) as broker:
        broker.make_topics([f"{prefix}{topic}" for topic in Topic], partitions=partitions)
        click.echo(f"export CORDON_KAFKA_BOOTSTRAP_SERVERS={broker.bootstrap_servers}")
        wait_until_told()
