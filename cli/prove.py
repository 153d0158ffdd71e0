"""``cordon prove``: anyone can run the proof on their own machine or broker and read the table."""

import json
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from sandbox.prove.ground import Needs
from sandbox.prove.runner import Outcome, run
from sandbox.prove.scenario import Scenario
from sandbox.prove.scenarios import CONTROL, SCENARIOS

EXIT_TERMINATED = 128 + signal.SIGTERM
NAMES = [scenario.name for scenario in (*SCENARIOS, CONTROL)]


@click.command()
@click.option("--scenario", "names", multiple=True, type=click.Choice(NAMES), help="Only this one; may be repeated.")
@click.option("--seed", default=1, show_default=True, help="Of the feed and the moments of the faults.")
@click.option(
    "--bootstrap-servers",
    envvar="CORDON_KAFKA_BOOTSTRAP_SERVERS",
    help="A broker that runs already. Without it a real Apache Kafka is started; faults of the broker need that.",
)
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Append a JSON line a scenario.")
def prove(names: tuple[str, ...], seed: int, bootstrap_servers: str | None, report: Path | None) -> None:
    """Hurt a running Cordon in every way we know and account for each message.

    Exits 1 when a message was lost, reordered or leaked, or when the negative control was not caught.
    """
    console = Console()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(EXIT_TERMINATED))  # so that what was started is ended
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cordon-prove-")))
        outcomes: list[Outcome] = []
        plays = run(_chosen(names, bootstrap_servers, console), named=bootstrap_servers, folder=folder, seed=seed)
        with console.status("starting"):
            for outcome in plays:
                outcomes.append(outcome)
                console.print(_line(outcome))
                if report:
                    with report.open("a", encoding="utf-8") as lines:
                        lines.write(json.dumps(outcome.as_json()) + "\n")
    console.print(_table(outcomes))
    sys.exit(0 if all(outcome.passed for outcome in outcomes) else 1)


def _chosen(names: tuple[str, ...], named: str | None, console: Console) -> list[Scenario]:
    chosen = [scenario for scenario in (*SCENARIOS, CONTROL) if not names or scenario.name in names]
    left_out = [scenario.name for scenario in chosen if scenario.needs is not Needs.ANY and named]
    if left_out:
        console.print(f"left out, because they hurt the broker: {', '.join(left_out)}")
    return [scenario for scenario in chosen if scenario.name not in left_out]


def _line(outcome: Outcome) -> str:
    what = f"{outcome.scenario.name}: {outcome.scenario.fault} ({outcome.seconds:.0f} s)"
    return f"{_mark(outcome)} {what}{f': {outcome.problem}' if outcome.problem else ''}"


def _mark(outcome: Outcome) -> str:
    return "[green]✓[/]" if outcome.passed else "[red]✗[/]"


def _table(outcomes: list[Outcome]) -> Table:
    table = Table(title="The proof", caption="The control is the agent of every tutorial: it has to lose.")
    for heading in (
        "",
        "scenario",
        "fed",
        "forwarded",
        "dead letters",
        "lost",
        "order",
        "unaccounted",
        "leaks",
        "repeated",
    ):
        table.add_column(heading, justify="left" if heading in {"", "scenario"} else "right")
    for outcome in outcomes:
        account = outcome.account
        figures = (
            account.fed,
            account.forwarded,
            account.dead_letters,
            account.lost,
            account.order_breaks,
            account.unaccounted,
            account.leaks,
            account.repeated,
        )
        table.add_row(_mark(outcome), outcome.scenario.name, *(f"{figure:,}" for figure in figures))
    return table
