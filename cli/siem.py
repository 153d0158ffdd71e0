"""``cordon siem``: see that a SIEM takes records, and send a range of them once more."""

import asyncio
import ssl
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import uuid4

import click
import httpx

from agents.backfill import Backfill, GivenUpError, Report
from agents.siem_targets import TARGETS, trust_of
from cli.asking import ask
from cli.failure import fail
from connectors.answers import answer_to
from connectors.calls import make_client
from connectors.diagnosis import advice_for, look_at
from connectors.failures import DestinationAway
from connectors.siem import Answer, BatchRefused, BatchTooBig, SiemTarget
from schemas import Action, Direction, Severity, Violation
from streams.settings import KafkaSettings, WrongSettingError
from streams.settings.worker import TopicSettings

CLOCK_SECONDS = 60.0
"""More than that between two clocks is worth a word."""
CLOCK_TIMEOUT_SECONDS = 5.0
TARGET = click.Choice(list(TARGETS))


class Moment(click.ParamType):
    """A time as people write it: ``2026-01-31T12:00`` (UTC unless it says otherwise), or a date."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it."""
        if isinstance(value, datetime):
            return value
        try:
            read = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail("has to be a time such as 2026-01-31T12:00 or 2026-01-31T12:00+01:00", param, ctx)
        return read if read.tzinfo else read.replace(tzinfo=UTC)


@click.group()
def siem() -> None:
    """See that a SIEM takes records, and send a range of them once more."""


@siem.command()
@click.argument("name", metavar="TARGET", type=TARGET)
@click.option("--wait", default=60.0, show_default=True, help="Seconds for an answer.")
def test(name: str, wait: float) -> None:
    """Send one marked event to TARGET, and say whether it arrived or what to do."""
    target = _target(name)
    marked = _marked()
    began = time.monotonic()
    trouble = asyncio.run(_tried(name, target, marked, wait))
    if trouble is not None:
        fail(f"{name} at {target.address}: did not arrive: {trouble}")
    how = "sent, and UDP tells nobody whether it arrived," if target.address.startswith("udp:") else "arrived"
    click.echo(f"{name} at {target.address}: {how} in {time.monotonic() - began:.2f} s as {marked.violation_id}")


@siem.command()
@click.option("--target", "name", required=True, type=TARGET)
@click.option("--from", "begin", required=True, type=Moment(), help="First moment, by the broker's clock.")
@click.option("--to", "end", type=Moment(), help="The moment after the last; without it, now.")
def backfill(name: str, begin: datetime, end: datetime | None) -> None:
    """Send what was written in a time range to a target once more. Ids stay the same."""
    until = end or datetime.now(UTC)
    if begin >= until:
        fail("--from has to be before --to")
    target = _target(name)
    try:
        kafka, prefix = KafkaSettings.load(), TopicSettings.load().topic_prefix
        report = ask(kafka, _backfilled(Backfill(target, kafka, prefix), target, begin, until), "Kafka")
    except WrongSettingError as error:
        fail(str(error))
    except GivenUpError as error:
        fail(f"{name} at {target.address}: given up: {advice_for(error.reason) or error.reason}")
    for place in report.refused:
        click.echo(f"refused: {place}", err=True)
    click.echo(f"{report.sent} sent, {len(report.refused)} refused, {report.unreadable} unreadable")
    raise SystemExit(1 if report.refused else 0)


def _target(name: str) -> SiemTarget:
    try:
        target = TARGETS[name]()
    except WrongSettingError as error:
        fail(str(error))
    if target is None:
        fail(f"{name} is not set: see docs/connectors/siem.md for its settings")
    return target


async def _backfilled(work: Backfill, target: SiemTarget, begin: datetime, end: datetime) -> Report:
    def told(report: Report) -> None:
        click.echo(f"\r{report.sent} sent", nl=False, err=True)

    try:
        return await work.run(begin, end, told)
    finally:
        click.echo(err=True)
        await target.close()


async def _tried(name: str, target: SiemTarget, marked: Violation, wait: float) -> str | None:
    """Send; what is wrong, or None."""
    try:
        async with asyncio.timeout(wait):
            answer = await target.send([target.encode(marked)])
            if answer.confirmation is not None:
                await answer.confirmation()
    except DestinationAway as away:
        return await _explained(name, target, away.reason)
    except BatchRefused as refused:
        return advice_for(refused.code) or f"the event was refused ({refused.code})"
    except BatchTooBig:
        return advice_for("too_big")
    except TimeoutError:
        return await _explained(name, target, f"no answer within {wait:.0f} s")
    finally:
        await target.close()
    await _compare_clocks(target.address, trust_of(name))
    return _verdict(answer)


def _verdict(answer: Answer) -> str | None:
    if answer.refused:
        return f"the event was refused ({answer.refused[0]})"
    return "it took the request, but not the event: it is overloaded" if answer.again else None


async def _explained(name: str, target: SiemTarget, reason: str) -> str:
    on_the_way = await look_at(target.address, trust_of(name))
    advice = on_the_way or advice_for(reason)
    return f"{advice} ({reason})" if advice else reason


async def _compare_clocks(address: str, trust: ssl.SSLContext | None) -> None:
    """A clock that is wrong puts events where nobody looks for them. Says nothing for want of an answer."""
    if not address.startswith("http"):
        return
    try:
        async with make_client(CLOCK_TIMEOUT_SECONDS, trust=trust) as client:
            given = (await answer_to(client, "GET", address.split(" ", 1)[0])).headers.get("date", "")
        away = time.time() - parsedate_to_datetime(given).timestamp()
    except (httpx.HTTPError, OSError, ValueError):
        return
    if abs(away) > CLOCK_SECONDS:
        click.echo(f"note: this host's clock differs from the receiver's by {away:+.0f} s: check it", err=True)


def _marked() -> Violation:
    """An event that nobody takes for a finding."""
    now = datetime.now(UTC)
    return Violation(
        violation_id=f"cordon-siem-test-{uuid4().hex[:12]}",
        event_id="cordon-siem-test",
        rule="CordonSiemTest",
        severity=Severity.LOW,
        match_count=1,
        conversation_id="cordon-siem-test",
        direction=Direction.INBOUND,
        stage="test",
        action=Action.ALLOW,
        entity="test_event",
        channel="test",
        policy_version="test",
        masked_preview="*",
        fingerprint="0" * 32,
        occurred_at=now,
        detected_at=now,
    )
