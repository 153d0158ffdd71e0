import io

import pytest
from rich.console import Console

from cli.status import Rates, samples_of_stages, summed, view
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


AGES = {"dlp_consumer_lag_seconds": 1_234.4, "dlp_standstill_seconds": 99.9, "dlp_parked_messages": 10_000.0}


@pytest.mark.parametrize("width", [80, 120])
def test_nothing_is_cut_in_a_terminal_of_eighty_columns(width: int) -> None:
    late = Standing((GroupStanding("siem-opensearch", "Stable", 2, 48, 9, 1_234_567, {}, {}),), 0, 0)

    console = Console(file=io.StringIO(), width=width)
    console.print(view(late, {"siem-opensearch": AGES}, Rates()))
    text = console.file.getvalue()  # type: ignore[attr-defined]  # it is the one above

    assert "…" not in text
    assert "1,234 s" in text
    assert "99.9 s" in text
    assert "siem-opensearch" in text
    assert "1,234,567" in text


WORKER = """
# TYPE dlp_messages_received_total counter
dlp_messages_received_total{stage="critical",topic="messages.inbound"} 7.0
dlp_messages_received_total{stage="critical",topic="messages.outbound"} 2.0
# TYPE dlp_messages_received_created gauge
dlp_messages_received_created{stage="critical",topic="messages.inbound"} 1.79e+09
# TYPE dlp_stage_seconds histogram
dlp_stage_seconds_bucket{le="0.1",stage="critical"} 3.0
dlp_stage_seconds_bucket{le="+Inf",stage="critical"} 4.0
dlp_stage_seconds_count{stage="critical"} 4.0
# TYPE dlp_consumer_lag_seconds gauge
dlp_consumer_lag_seconds{stage="critical"} 12.0
# TYPE dlp_captures_total counter
dlp_captures_total{state="submitted"} 1.0
"""
"""What a worker's metrics say."""


def test_counts_of_workers_are_added_up_and_of_ages_the_longest_is_told() -> None:
    later = WORKER.replace("} 12.0", "} 5.0")

    assert summed([*samples_of_stages(WORKER), *samples_of_stages(later)]) == {
        "critical": {
            "dlp_messages_received_total": 18.0,
            "dlp_stage_seconds_count": 8.0,
            "dlp_consumer_lag_seconds": 12.0,
        }
    }
