"""The metrics of a process: counted, set and observed by names and labels of the catalogue alone."""

from typing import get_args

import pytest

from streams.metrics import BUCKETS, CATALOGUE, CounterName, GaugeName, HistogramName, MetricName, Metrics


def test_every_name_has_a_meaning_and_no_label_that_a_message_fills() -> None:
    names = {*get_args(CounterName), *get_args(GaugeName), *get_args(HistogramName)}

    assert set(CATALOGUE) == names
    labels = {label for metric in CATALOGUE.values() for label in metric.labels}
    assert labels.isdisjoint({"conversation_id", "event_id", "agent_id", "text", "key"})


def test_a_counter_adds_up_by_its_labels() -> None:
    metrics = Metrics()
    metrics.count("dlp_dead_letters_total", stage="critical", reason="too_large")
    metrics.count("dlp_dead_letters_total", 2, stage="critical", reason="too_large")
    metrics.count("dlp_dead_letters_total", stage="medium", reason="too_large")

    assert metrics.value("dlp_dead_letters_total", stage="critical", reason="too_large") == 3
    assert metrics.value("dlp_dead_letters_total", stage="medium", reason="too_large") == 1
    assert metrics.value("dlp_dead_letters_total", stage="siem", reason="too_large") == 0


def test_a_gauge_is_what_it_was_last_set_to_until_it_is_forgotten() -> None:
    metrics = Metrics()
    metrics.set("dlp_consumer_lag_messages", 5, stage="critical", topic="t", partition="0")
    metrics.set("dlp_consumer_lag_messages", 3, stage="critical", topic="t", partition="0")
    assert metrics.value("dlp_consumer_lag_messages", stage="critical", topic="t", partition="0") == 3

    metrics.forget("dlp_consumer_lag_messages")
    assert b"dlp_consumer_lag_messages{" not in metrics.exposition()

    metrics.set("dlp_consumer_lag_messages", 1, stage="critical", topic="t", partition="1")
    assert metrics.value("dlp_consumer_lag_messages", stage="critical", topic="t", partition="1") == 1


def test_one_that_never_was_is_forgotten_without_a_word() -> None:
    Metrics().forget("dlp_parked_keys")


def test_a_histogram_counts_by_seconds() -> None:
    metrics = Metrics()
    metrics.observe("dlp_stage_seconds", 0.004, stage="critical")
    written = metrics.exposition().decode()

    assert 'dlp_stage_seconds_bucket{le="0.0025",stage="critical"} 0.0' in written
    assert 'dlp_stage_seconds_bucket{le="0.005",stage="critical"} 1.0' in written
    assert f'le="{float(BUCKETS[-1])}"' in written


@pytest.mark.parametrize("name", ["dlp_webchat_sockets", "dlp_vault_canaries_total"])
def test_some_have_no_labels(name: MetricName) -> None:
    assert CATALOGUE[name].labels == ()
    metrics = Metrics()
    metrics.set("dlp_webchat_sockets", 7)
    metrics.count("dlp_vault_canaries_total")

    assert metrics.value("dlp_webchat_sockets") == 7
    assert metrics.value("dlp_vault_canaries_total") == 1


def test_a_label_that_the_catalogue_does_not_know_is_refused() -> None:
    with pytest.raises(KeyError):
        Metrics().count("dlp_dead_letters_total", stage="critical", cause="too_large")


def test_what_has_a_meaning_tells_it() -> None:
    metrics = Metrics()
    metrics.set("dlp_inflight", 0, stage="critical")

    assert "# HELP dlp_inflight Records received and not yet settled" in metrics.exposition().decode()
