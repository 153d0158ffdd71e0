import io

from rich.console import Console

from cli.status import Rates, view
from streams.standing import GroupStanding, Standing


def standing(settled: int, lag: int = 0) -> Standing:
    behind = {"messages.inbound[3]": lag} if lag else {}
    return Standing((GroupStanding("critical", "Stable", 2, 24, settled, lag, behind, {}),), dead_letters=4, resolved=1)


def shown(what: Standing, rates: Rates) -> str:
    console = Console(file=io.StringIO(), width=120)
    console.print(view(what, {"critical": {"dlp_parked_messages": 12.0}}, rates))
    return console.file.getvalue()  # type: ignore[attr-defined]  # it is the one above


def test_throughput_is_what_was_settled_between_looks() -> None:
    rates = Rates()
    rates.note(standing(1_000), now=0.0)
    assert rates.of("critical") is None

    rates.note(standing(1_500), now=5.0)
    assert rates.of("critical") == 100


def test_the_table_says_what_lags_what_is_parked_and_what_was_put_aside() -> None:
    text = shown(standing(10, lag=1_234), Rates())

    assert "1,234" in text
    assert "messages.inbound[3]" in text
    assert "12" in text
    assert "dead letters: 4 not resolved, 1 resolved" in text
