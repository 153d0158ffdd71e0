"""``cordon topics``: make the topics, or see whether they are as Cordon needs them."""

import click

from cli.asking import ask
from cli.counting import count
from cli.failure import fail
from streams.settings import KafkaSettings, WrongSettingError
from streams.settings.worker import TopicSettings
from streams.topics import DEFAULT_PARTITIONS, TopicsUnfitError, create_topics, describe_topics, problems


@click.group()
def topics() -> None:
    """Make and check the Kafka topics."""


@topics.command()
@click.option("--partitions", default=DEFAULT_PARTITIONS, show_default=True, type=click.IntRange(1))
@click.option("--replicas", type=click.IntRange(1), help="Default: three, or as many as there are brokers.")
def create(partitions: int, replicas: int | None) -> None:
    """Make the topics that are missing. Those that exist stay as they are."""
    kafka, settings = _settings()
    try:
        making = create_topics(kafka, settings.topic_prefix, partitions=partitions, replicas=replicas)
        made = ask(kafka, making, "the topics could not be made")
    except TopicsUnfitError as error:
        fail(f"the topics could not be made: {error}")
    for topic in made:
        click.echo(f"made {settings.topic(topic)}")
    click.echo(f"{len(made)} made")


@topics.command()
def check() -> None:
    """Exit 1 and say why when the topics are not as Cordon needs them."""
    kafka, settings = _settings()
    states = ask(kafka, describe_topics(kafka, settings.topic_prefix), "the topics could not be read")
    for state in states:
        size = f"{count(state.partitions, 'partition')}\t{count(state.replicas, 'replica')}"
        click.echo(f"{settings.topic(state.topic)}\t{size}")
    if wrong := problems(states):
        fail("\n".join(wrong))


def _settings() -> tuple[KafkaSettings, TopicSettings]:
    try:
        return KafkaSettings.load(), TopicSettings.load()
    except WrongSettingError as error:
        fail(str(error))
