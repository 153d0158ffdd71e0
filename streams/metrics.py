"""Every metric by name, type and meaning. A name that is not here does not pass the type checker.

Seconds, ``_total`` on counters, few labels, never a conversation or a text. They are counted a batch at a time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from schemas.written import WrittenViolation

CounterName = Literal[
    "dlp_messages_received_total",
    "dlp_messages_settled_total",
    "dlp_findings_total",
    "dlp_second_pass_total",
    "dlp_dead_letters_total",
    "dlp_rebalances_total",
    "dlp_retries_total",
    "dlp_sink_requests_total",
    "dlp_duplicates_dropped_total",
    "dlp_http_requests_total",
    "dlp_replays_refused_total",
    "dlp_vault_operations_total",
    "dlp_vault_fallbacks_total",
    "dlp_vault_canaries_total",
    "dlp_audit_relayed_total",
    "dlp_captures_total",
    "dlp_webchat_frames_total",
    "dlp_webchat_connections_total",
]
GaugeName = Literal[
    "dlp_inflight",
    "dlp_parked_keys",
    "dlp_parked_messages",
    "dlp_circuit_open",
    "dlp_consumer_lag_messages",
    "dlp_consumer_lag_seconds",
    "dlp_commit_age_seconds",
    "dlp_pack_info",
    "dlp_stage_paused",
    "dlp_webchat_sockets",
    "dlp_standstill_seconds",
]
HistogramName = Literal[
    "dlp_stage_seconds",
    "dlp_end_to_end_seconds",
    "dlp_sink_seconds",
    "dlp_vault_seconds",
    "dlp_http_seconds",
    "dlp_webchat_seconds",
]
MetricName = CounterName | GaugeName | HistogramName


@dataclass(frozen=True, slots=True)
class Metric:
    """What a metric means and which labels it has."""

    meaning: str
    labels: tuple[str, ...] = ()


CATALOGUE: dict[MetricName, Metric] = {
    "dlp_messages_received_total": Metric("Records handed to a stage", ("stage", "topic")),
    "dlp_messages_settled_total": Metric("Records finished, by what became of them", ("stage", "outcome")),
    "dlp_inflight": Metric("Records received and not yet settled", ("stage",)),
    "dlp_findings_total": Metric("Values found, by rule and what was done", ("stage", "rule", "action")),
    "dlp_second_pass_total": Metric("Messages looked at again, by detector and outcome", ("detector", "outcome")),
    "dlp_dead_letters_total": Metric("Records put aside", ("stage", "reason")),
    "dlp_rebalances_total": Metric("Times that the group gave partitions anew", ("stage",)),
    "dlp_retries_total": Metric("Attempts that failed and are repeated", ("destination", "reason")),
    "dlp_sink_requests_total": Metric("Requests to an outside system, by HTTP status or outcome", ("sink", "code")),
    "dlp_duplicates_dropped_total": Metric("Outputs not repeated because they were delivered before", ("stage",)),
    "dlp_replays_refused_total": Metric("Webhooks' messages that were too old to be taken", ("channel",)),
    "dlp_http_requests_total": Metric("Requests to the gateway", ("route", "status")),
    "dlp_vault_operations_total": Metric("Tokens made and values revealed", ("operation", "outcome")),
    "dlp_vault_fallbacks_total": Metric("Values redacted because there was no token for them", ("reason",)),
    "dlp_vault_canaries_total": Metric("Attempts to resolve a token that nobody has a reason to resolve"),
    "dlp_audit_relayed_total": Metric("Audit records that the topic acknowledged"),
    "dlp_captures_total": Metric("Secure forms, by how far they came", ("state",)),
    "dlp_webchat_frames_total": Metric("Frames of web chats, by what became of them", ("direction", "outcome")),
    "dlp_webchat_connections_total": Metric("Handshakes of guests, by what became of them", ("outcome",)),
    "dlp_parked_keys": Metric("Conversations that wait for a destination", ("stage",)),
    "dlp_parked_messages": Metric("Messages that wait in parked conversations", ("stage",)),
    "dlp_circuit_open": Metric("1 while a destination is not tried", ("destination",)),
    "dlp_consumer_lag_messages": Metric("Records behind the end of a partition", ("stage", "topic", "partition")),
    "dlp_consumer_lag_seconds": Metric("Age of the oldest fetched record that is not settled", ("stage",)),
    "dlp_commit_age_seconds": Metric("For which settled work has not been committed", ("stage",)),
    "dlp_pack_info": Metric("1 for the policy in force", ("version",)),
    "dlp_standstill_seconds": Metric("For which a stage has had work and made no progress", ("stage",)),
    "dlp_stage_paused": Metric("1 while a stage holds because too much of its work is put aside", ("stage",)),
    "dlp_webchat_sockets": Metric("Guests connected"),
    "dlp_stage_seconds": Metric("From a batch's arrival to its settling", ("stage",)),
    "dlp_end_to_end_seconds": Metric("From a message's writing to its forwarding; odd channels as other", ("channel",)),
    "dlp_sink_seconds": Metric("Time of a request to an outside system", ("sink",)),
    "dlp_vault_seconds": Metric("Time of a vault operation", ("operation",)),
    "dlp_http_seconds": Metric("Time of a request to the gateway", ("route",)),
    "dlp_webchat_seconds": Metric("From a frame's arrival to its passing on", ("direction",)),
}

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The metrics of one process, on a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._families: dict[str, Counter | Gauge | Histogram] = {}
        self._children: dict[tuple[str, ...], Counter | Gauge | Histogram] = {}

    def count(self, name: CounterName, amount: float = 1, **labels: str) -> None:
        """Add to a counter."""
        child = self._child(name, Counter, labels)
        assert isinstance(child, Counter)  # noqa: S101  (for the type checker)
        child.inc(amount)

    def count_findings(self, violations: Iterable[WrittenViolation]) -> None:
        """Count the values of each rule that found some."""
        for one in violations:
            self.count("dlp_findings_total", one.match_count, stage=one.stage, rule=one.rule, action=one.action)

    def set(self, name: GaugeName, value: float, **labels: str) -> None:
        """Set a gauge."""
        child = self._child(name, Gauge, labels)
        assert isinstance(child, Gauge)  # noqa: S101  (for the type checker)
        child.set(value)

    def observe(self, name: HistogramName, seconds: float, **labels: str) -> None:
        """Add an observation to a histogram."""
        child = self._child(name, Histogram, labels)
        assert isinstance(child, Histogram)  # noqa: S101  (for the type checker)
        child.observe(seconds)

    def forget(self, name: GaugeName) -> None:
        """Drop every series of a gauge, such as the lag of partitions that went to another worker."""
        if (family := self._families.get(name)) is not None:
            family.clear()
            self._children = {key: child for key, child in self._children.items() if key[0] != name}

    def value(self, name: MetricName, **labels: str) -> float:
        """The present value of a series, 0 where it never was. For status pages and tests."""
        return self._registry.get_sample_value(name, labels) or 0.0

    def exposition(self) -> bytes:
        """The Prometheus text format, version 0.0.4."""
        return generate_latest(self._registry)

    def _child(
        self, name: MetricName, kind: type[Counter] | type[Gauge] | type[Histogram], labels: dict[str, str]
    ) -> Counter | Gauge | Histogram:
        key = (name, *labels.values())
        if (child := self._children.get(key)) is None:
            metric = CATALOGUE[name]
            family = self._families.get(name)
            if family is None:
                family = self._families[name] = self._family(name, kind, metric)
            child = family.labels(*(labels[label] for label in metric.labels)) if metric.labels else family
            self._children[key] = child
        return child

    def _family(
        self, name: MetricName, kind: type[Counter] | type[Gauge] | type[Histogram], metric: Metric
    ) -> Counter | Gauge | Histogram:
        if kind is Histogram:
            return Histogram(name, metric.meaning, metric.labels, registry=self._registry, buckets=BUCKETS)
        return kind(name, metric.meaning, metric.labels, registry=self._registry)
