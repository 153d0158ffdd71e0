"""``cordon deadletters``: look at what was put aside, open it, send it on its way again, or give it up."""

import getpass
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import click

from cli.asking import ask
from cli.failure import fail
from cli.plain import plain
from gateway.vault_desk import relay_once
from schemas import DeadLetterReason, Stage
from schemas.deadletter import Resolution
from streams.metrics import Metrics
from streams.producer import BrokerUnavailable, EventProducer
from streams.sealing import SealingCodec, Unsealable
from streams.settings import KafkaSettings, ProcessSettings, WrongSettingError
from streams.settings.vault import VaultSettings
from streams.shelf import Letter, NoSuchLetterError, Shelf, subject_of
from streams.vaults import open_vault
from vault.audit import AuditEntry
from vault.database import WrongDatabase
from vault.envelope import Sealer
from vault.errors import VaultError
from vault.keyring import Keyring, WrongKeyring

Result = TypeVar("Result")
Filter = Callable[[Letter], bool]
COLUMNS = ("partition", "offset", "put aside (UTC)", "stage", "reason", "came from", "size sealed", "resolution")
"""Of ``list``."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every command works with."""

    shelf: Shelf
    producer: EventProducer
    process: ProcessSettings
    keyring: Keyring

    async def record(self, action: str, subject: str, reason: str | None) -> None:
        """Leave an audit record, and pass it on to ``dlp.audit``."""
        vault = await open_vault(self.process, VaultSettings.load(), self.keyring)
        try:
            actor = f"os:{getpass.getuser()}"
            await vault.record(AuditEntry(actor=actor, action=action, subject=subject, reason=reason))
            await relay_once(vault, self.producer.publish, Metrics())
        finally:
            await vault.close()


@click.group()
def deadletters() -> None:
    """Look after records that could not be processed. They are sealed: only ``open`` shows one."""


def _filters(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(
        (
            click.option("--stage", type=click.Choice([stage.value for stage in Stage]), help="Of which stage."),
            click.option(
                "--reason",
                "why",
                type=click.Choice([reason.value for reason in DeadLetterReason]),
                help="Put aside for this.",
            ),
            click.option("--topic", help="That came from this topic, named without the prefix."),
            click.option("--since", type=click.DateTime(), help="Put aside since then, UTC."),
            click.option("--until", type=click.DateTime(), help="Put aside before then, UTC."),
            click.option("--at", type=(int, int), metavar="PARTITION OFFSET", help="This one."),
        )
    ):
        command = option(command)
    return command


@deadletters.command(name="list")
@_filters
@click.option("--all", "everything", is_flag=True, help="Also those that were replayed or dropped.")
@click.option("--jsonl", is_flag=True, help="A JSON object a line.")
def list_letters(*, everything: bool, jsonl: bool, **filters: Any) -> None:
    """Show where each came from and why it is here; nothing sensitive."""
    chosen = _filter(everything=everything, **filters)
    letters = _run(lambda desk: desk.shelf.letters(chosen))
    if letters and not jsonl:
        click.echo("\t".join(COLUMNS), err=True)  # for eyes: standard output has letters only
    for letter in letters:
        click.echo(json.dumps(letter.as_json()) if jsonl else _line(letter))
    if not jsonl:
        click.echo(_counted(letters), err=True)


@deadletters.command(name="open")
@click.argument("partition", type=click.IntRange(0))
@click.argument("offset", type=click.IntRange(0))
@click.option("--reason", help="Stands in the audit record.")
def open_letter(partition: int, offset: int, reason: str | None) -> None:
    """Write the original record's value on standard output, byte for byte. Leaves an audit record."""

    async def opened(desk: Desk) -> bytes:
        value = await desk.shelf.open(partition, offset)
        await desk.record("deadletter.open", f"{partition}@{offset}", reason)  # no record, no sight of it
        return value

    sys.stdout.buffer.write(_run(opened))
    sys.stdout.buffer.flush()


@deadletters.command()
@_filters
@click.option("--because", required=True, help="Why; stands in the audit record.")
@click.option("--yes", is_flag=True, help="Do it. Without this it only says what it would do.")
def replay(*, because: str, yes: bool, **filters: Any) -> None:
    """Send records on their way again, at the end of the topic they came from."""
    _resolve(Resolution.REPLAYED, filters, because, yes=yes)


@deadletters.command()
@_filters
@click.option("--because", required=True, help="Why; stands in the audit record.")
@click.option("--yes", is_flag=True, help="Do it. Without this it only says what it would do.")
def drop(*, because: str, yes: bool, **filters: Any) -> None:
    """Give records up. They stay sealed on the topic until it forgets them."""
    _resolve(Resolution.DROPPED, filters, because, yes=yes)


def _resolve(resolution: Resolution, filters: dict[str, Any], because: str, *, yes: bool) -> None:
    async def work(desk: Desk) -> tuple[list[Letter], int]:
        letters = await desk.shelf.letters(_filter(**filters))
        if not letters and (at := filters["at"]) is not None:
            raise NoSuchLetterError(f"there is no dead letter at {at[0]} {at[1]} that is still to be resolved")
        if not (yes and letters):
            return letters, 0
        await desk.record(f"deadletter.{resolution}", subject_of(letters, _told(filters)), because)
        return letters, await desk.shelf.resolve(letters, resolution, desk.producer)

    letters, number = _run(work)
    click.echo(_counted(letters))
    done = resolution.value
    click.echo(f"{number} {done}" if yes else f"dry run: {len(letters)} would be {done}; add --yes to do it")


def _filter(
    *,
    stage: str | None = None,
    why: str | None = None,
    topic: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    at: tuple[int, int] | None = None,
    everything: bool = False,
) -> Filter:
    def wanted(letter: Letter) -> bool:
        put_aside = letter.put_aside.replace(tzinfo=None)
        return (
            (everything or letter.resolution is None)
            and (stage is None or letter.origin.stage == stage)
            and (why is None or letter.origin.reason == why)
            and (topic is None or letter.origin.topic == topic)
            and (since is None or put_aside >= since)
            and (until is None or put_aside < until)
            and (at is None or (letter.partition, letter.offset) == at)
        )

    return wanted


def _told(filters: dict[str, Any]) -> str:
    """The filters as they were given on the command line, for the audit record."""
    given = {"reason" if name == "why" else name: value for name, value in filters.items() if value is not None}
    return " ".join(f"--{name} {value}" for name, value in given.items()) or "no filter"


def _line(letter: Letter) -> str:
    origin = letter.origin
    shown = (
        str(letter.partition),
        str(letter.offset),
        f"{letter.put_aside:%Y-%m-%d %H:%M:%S}",
        origin.stage,
        origin.reason + (f" ({origin.detail})" if origin.detail else ""),
        f"{origin.topic}[{origin.partition}]@{origin.offset}",
        f"{letter.bytes} bytes",
        letter.resolution or "",
    )
    return "\t".join(map(plain, shown)).rstrip()


def _counted(letters: list[Letter]) -> str:
    reasons = Counter(f"{letter.origin.stage} {letter.origin.reason}" for letter in letters)
    return "\n".join((f"dead letters: {len(letters)}", *(f"  {count}\t{why}" for why, count in reasons.most_common())))


def _run(work: Callable[[Desk], Awaitable[Result]]) -> Result:
    try:
        kafka, process = KafkaSettings.load(), ProcessSettings.load()
        done = _with_desk(kafka, process, Keyring.load(process.keyring_file), work)
        return ask(kafka, done, "the dead letters cannot be read")
    except NoSuchLetterError as error:
        fail(str(error))
    except Unsealable:
        fail("a dead letter does not open: the keyring lacks its key, or it was tampered with")
    except (WrongSettingError, WrongKeyring, WrongDatabase, VaultError, BrokerUnavailable) as error:
        fail(str(error))


async def _with_desk(
    kafka: KafkaSettings, process: ProcessSettings, keyring: Keyring, work: Callable[[Desk], Awaitable[Result]]
) -> Result:
    producer = EventProducer(kafka, process.topic_prefix)
    await producer.start()
    try:
        shelf = Shelf(kafka, process.topic_prefix, SealingCodec(Sealer(keyring)))
        return await work(Desk(shelf, producer, process, keyring))
    finally:
        await producer.stop()
