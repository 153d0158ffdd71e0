"""``cordon status``: where the stream stands, live in the terminal or once for a script."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import click
import httpx
from prometheus_client.parser import text_string_to_metric_families
from rich.box import SIMPLE
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from cli.asking import ask
from cli.failure import fail
from streams.settings import KafkaSettings, WrongSettingError
from streams.settings.worker import MetricsSettings, TopicSettings
from streams.standing import Standing, Surveyor

WINDOW_SECONDS = 10.0
"""Over which throughput is measured."""
SHOWN_PARTITIONS = 5
LONG_SECONDS = 100
"""From there on tenths are not shown."""
Gauges = dict[str, dict[str, float]]
"""Stage to metric to value, over all workers."""
StageSample = tuple[str, str, float]
"""Stage, metric and value."""
AGES = "_seconds"
"""How the names of gauges end that are ages."""
UNSUMMABLE = ("_created", "_bucket")
"""How the names of samples end whose sum means nothing: moments, and counts that hold each other."""


@click.command()
@click.option("--once", is_flag=True, help="Print one table and leave.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and leave.")
@click.option("--every", default=2.0, show_default=True, type=click.FloatRange(0.5), help="Seconds between looks.")
@click.option(
    "--worker",
    "workers",
    multiple=True,
    metavar="URL",
    help="Address of a worker's metrics, to show what is parked; may be repeated. Default: this host's.",
)
def status(*, once: bool, as_json: bool, every: float, workers: tuple[str, ...]) -> None:
    """Show partitions, lag, parked conversations, dead letters and throughput. Reads only."""
    try:
        kafka, topics = KafkaSettings.load(), TopicSettings.load()
        workers = workers or (f"http://127.0.0.1:{MetricsSettings.load().metrics_port}",)
        show = _show(kafka, topics.topic_prefix, workers, every, once=once, as_json=as_json)
        ask(kafka, show, "Kafka cannot be asked")
    except WrongSettingError as error:
        fail(str(error))
    except KeyboardInterrupt:
        return


async def _show(
    kafka: KafkaSettings, prefix: str, workers: Sequence[str], every: float, *, once: bool, as_json: bool
) -> None:
    async with Surveyor.open(kafka, prefix) as surveyor, httpx.AsyncClient(timeout=2) as http:
        rates = Rates()
        if once or as_json:
            standing, gauges = await surveyor.look(), await _gauges(http, workers)
            if as_json:
                click.echo(json.dumps({**asdict(standing), "workers": gauges}))
            else:
                Console().print(view(standing, gauges, rates))
            return
        with Live(Text("asking"), refresh_per_second=4) as live:
            while True:
                standing, gauges = await surveyor.look(), await _gauges(http, workers)
                rates.note(standing, time.monotonic())
                live.update(view(standing, gauges, rates))
                await asyncio.sleep(every)


class Rates:
    """Records a second of each group, over the last seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, dict[str, int]]] = deque()

    def note(self, standing: Standing, now: float) -> None:
        """Add a look."""
        self._seen.append((now, {group.name: group.settled for group in standing.groups}))
        while now - self._seen[0][0] > WINDOW_SECONDS:
            self._seen.popleft()

    def of(self, name: str) -> float | None:
        """Of a group; None while too little is known."""
        if len(self._seen) < 2:  # noqa: PLR2004  (a difference needs two)
            return None
        (began, first), (ended, last) = self._seen[0], self._seen[-1]
        return (last.get(name, 0) - first.get(name, 0)) / (ended - began) if name in first else None


def view(standing: Standing, gauges: Gauges, rates: Rates) -> RenderableType:
    """The table and the lines below it."""
    grid = Table(box=SIMPLE, header_style="bold", padding=(0, 0, 0, 1))  # fits 80 columns
    grid.add_column("stage", no_wrap=True)
    for heading in ("workers", "parts", "lag", "rec/s", "oldest", "parked", "still"):
        grid.add_column(heading, justify="right", no_wrap=True)
    for group in standing.groups:
        rate, gauge = rates.of(group.name), gauges.get(group.name, {})
        grid.add_row(
            group.name,
            Text(str(group.workers), style="" if group.workers else "red"),
            str(group.partitions),
            Text(f"{group.lag:,}", style="yellow" if group.lag else "green"),
            "" if rate is None else f"{rate:,.0f}",
            _seconds(gauge.get("dlp_consumer_lag_seconds")),
            f"{gauge['dlp_parked_messages']:,.0f}" if "dlp_parked_messages" in gauge else "",
            _seconds(gauge.get("dlp_standstill_seconds")),
        )
    letters = Text(
        f"dead letters: {standing.dead_letters:,} not resolved, {standing.resolved:,} resolved",
        style="yellow" if standing.dead_letters else "",
    )
    if not standing.groups:
        return Group(Text("no stage has ever run here"), letters)
    return Group(grid, *_farthest_behind(standing), letters)


def _farthest_behind(standing: Standing) -> Iterator[Text]:
    """A line for each stage that lags, below the table: names of partitions are long, and terminals may be narrow."""
    for group in standing.groups:
        worst = sorted(group.behind.items(), key=lambda item: -item[1])[:SHOWN_PARTITIONS]
        if worst:
            places = " ".join(f"{place}:{lag:,}" for place, lag in worst)
            yield Text(f"{group.name} is farthest behind in {places}")


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:,.{0 if value >= LONG_SECONDS else 1}f} s"


async def _gauges(http: httpx.AsyncClient, workers: Sequence[str]) -> Gauges:
    samples: list[StageSample] = []
    for address in workers:
        try:
            answer = await http.get(f"{address.rstrip('/').removesuffix('/metrics')}/metrics")
        except httpx.HTTPError:
            continue  # what it would say is missing from the table, which is right
        samples += samples_of_stages(answer.text)
    return summed(samples)


def samples_of_stages(text: str) -> list[StageSample]:
    """Stage, name and value of every sample that has a stage and whose sum means something."""
    samples: list[Any] = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return [
        (sample.labels["stage"], sample.name, sample.value)
        for sample in samples
        if "stage" in sample.labels and not sample.name.endswith(UNSUMMABLE)
    ]


def summed(samples: Iterable[StageSample]) -> Gauges:
    """What the workers say together: sums, and of ages the longest."""
    found: Gauges = {}
    for stage, name, value in samples:
        of_stage = found.setdefault(stage, {})
        before = of_stage.get(name, 0.0)
        of_stage[name] = max(before, value) if name.endswith(AGES) else before + value
    return found
