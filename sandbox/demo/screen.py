"""What the person at the terminal sees: a table that fills while the messages travel."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sandbox.demo.doubles import Double
from sandbox.demo.journey import Journey, Journeys
from sandbox.demo.script import Fate
from sandbox.demo.world import World

PAGES = (("console", "admin", "/console"), ("playground", "admin", "/playground"))
"""Of people, each with the role in which the demo shows it."""
COLOURS = {Fate.CLEAN: "green", Fate.REDACTED: "yellow", Fate.REPORTED: "cyan", Fate.DEAD_LETTER: "magenta"}


def table(journeys: Journeys) -> Table:
    """Every line, what has become of it and how many milliseconds each leg took."""
    grid = Table(title="messages on their way", title_justify="left", expand=True, header_style="bold")
    for heading in ("from", "by"):
        grid.add_column(heading, no_wrap=True)
    grid.add_column("as it arrives", ratio=1, no_wrap=True, overflow="ellipsis")
    for heading in ("forwarded", "delivered", "SIEM"):
        grid.add_column(heading, justify="right", no_wrap=True)
    grid.add_column("", no_wrap=True)
    for journey in journeys.all():
        grid.add_row(
            journey.line.speaker,
            str(journey.line.road),
            _text(journey),
            _milliseconds(journey, journey.seen.forwarded),
            _milliseconds(journey, journey.seen.delivered),
            _milliseconds(journey, journey.seen.reported),
            _fate(journey),
        )
    return grid


def summary(journeys: Journeys, doubles: Sequence[Double], *, searched: list[str], leaks: list[str]) -> RenderableType:
    """What the run came to: counts, latencies, what is missing, and where values were looked for and found."""
    all_ = journeys.all()
    lines = [Text(f"{len(all_)} fed, {_counts(all_)}")]
    legs = [("forwarded", "forwarded"), ("delivered to Genesys or WhatsApp", "delivered"), ("at the SIEM", "reported")]
    for words, leg in legs:
        waits = sorted(wait for j in all_ if (wait := j.seconds_to(getattr(j.seen, leg))) is not None)
        if waits:
            lines.append(
                Text(f"{words}: median {waits[len(waits) // 2] * 1000:.0f} ms, slowest {waits[-1] * 1000:.0f} ms")
            )
    lines += [
        Text(f"✗ {journey.line.speaker}'s line {number} {what}", style="red")
        for number, journey in enumerate(all_, 1)
        for what in journey.missing(doubles)
    ]
    lines.append(Text(f"planted values looked for in: {', '.join(searched)}"))
    if leaks:
        lines += [Text(f"✗ a planted value stands in {leak}", style="red") for leak in leaks]
    else:
        lines.append(
            Text("✓ found nowhere but where the foreign producer wrote it or policy lets it pass", style="green")
        )
    return Group(*lines)


def addresses(world: World) -> Text:
    """Where to look while the world stays up. To be printed without wrapping: who copies a link wants all of it."""
    rows = [
        ("web chat", f"{world.gateway_url}/chat"),
        *((name, f"{world.link(role, path)} (once)") for name, role, path in PAGES),
        ("gateway", f"{world.gateway_url}/docs"),
        ("API key", world.api_key),
        ("worker", f"{world.worker_url}/metrics"),
        *((running.double.title, running.url) for running in world.doubles),
        ("Kafka", f"{world.broker.bootstrap_servers}, topics {world.prefix}*"),
        ("", "Ctrl-C ends it all"),
    ]
    return Text("\n".join(f"{name:<12}{where}" for name, where in rows))


def _counts(journeys: list[Journey]) -> str:
    forwarded = sum(journey.seen.forwarded is not None for journey in journeys)
    redacted = sum(j.line.fate is Fate.REDACTED and j.seen.forwarded is not None for j in journeys)
    aside = sum(journey.seen.put_aside is not None for journey in journeys)
    violations = sum(len(journey.seen.rules) for journey in journeys)
    return f"{forwarded} forwarded ({redacted} redacted), {aside} dead letter, {violations} violations reported"


def _text(journey: Journey) -> Text:
    if journey.line.fate is Fate.DEAD_LETTER:
        return Text("(sealed and put aside)" if journey.seen.put_aside else "", style="magenta")
    shown = Text(journey.seen.text or "")
    shown.highlight_regex(r"\[[A-Z ]+ REDACTED\]", "bold yellow")
    return shown


def _milliseconds(journey: Journey, moment: float | None) -> str:
    wait = journey.seconds_to(moment)
    return "" if wait is None else f"{wait * 1000:.0f} ms"


def _fate(journey: Journey) -> Text:
    arrived = journey.seen.put_aside if journey.line.fate is Fate.DEAD_LETTER else journey.seen.forwarded
    if arrived is None:
        return Text("on its way" if journey.fed else "", style="dim")
    return Text(journey.line.fate.value, style=COLOURS[journey.line.fate])
