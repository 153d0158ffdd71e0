"""What arrived, held against what was said; and the search for planted values."""

import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from confluent_kafka import Consumer, TopicPartition
from talk import MARK, Talk


def delivery(talk: Talk, received: Sequence[dict]) -> list[str]:
    """What is wrong: messages that are missing, came twice or out of the order of their conversation."""
    counts = Counter(one["message_id"] for one in received)
    problems = []
    if missing := talk.at.keys() - counts.keys():
        problems.append(f"{len(missing)} messages did not arrive")
    if foreign := counts.keys() - talk.at.keys():
        problems.append(f"{len(foreign)} messages arrived that nobody sent")
    if twice := [one for one, count in counts.items() if count > 1]:
        problems.append(f"{len(twice)} messages arrived more than once")
    arrived: defaultdict[str, list[str]] = defaultdict(list)
    for one in received:
        arrived[one["customer"]].append(one["message_id"])
    if wrong := [customer for customer, ids in talk.order.items() if arrived[customer] != ids]:
        problems.append(f"{len(wrong)} conversations are out of order")
    return problems


def latencies(talk: Talk, received: Sequence[dict]) -> list[float]:
    """Seconds from each message's sending to its arrival."""
    return [one["received_at"] - talk.at[one["message_id"]] for one in received if one["message_id"] in talk.at]


def leaks(talk: Talk, data_folder: Path, folder: Path, received: Sequence[dict]) -> list[str]:
    """Where planted values stand; and whether the same search finds what has to be found."""
    files = [path for path in data_folder.rglob("*.log") if path.is_file()]
    files += [path for path in folder.rglob("*") if path.is_file()]
    places = [(f"{path.parent.name}/{path.name}", path.read_bytes()) for path in files]
    places.append(("what arrived", json.dumps(received).encode()))
    if not any(MARK.encode() in content for _, content in places):
        return ["the search for planted values found no clean text either: it proves nothing"]
    return sorted(
        {f"a planted value in {name}" for name, content in places for v in talk.planted if v.encode() in content}
    )


def records_in(bootstrap_servers: str, topics: Sequence[str]) -> int:
    """How many records the topics hold."""
    consumer = Consumer({"bootstrap.servers": bootstrap_servers, "group.id": "account", "log_level": 0})
    try:
        found = consumer.list_topics(timeout=20).topics
        places = [TopicPartition(topic, partition) for topic in topics for partition in found[topic].partitions]
        bounds = [consumer.get_watermark_offsets(place, timeout=20) for place in places]
        return sum(high - low for low, high in bounds)
    finally:
        consumer.close()


def spread(seconds: Sequence[float]) -> str:
    """Median, 99th percentile and worst, in milliseconds."""
    cuts = [1000 * cut for cut in statistics.quantiles(seconds, n=100, method="inclusive")]
    return f"median {cuts[49]:.1f}, p99 {cuts[98]:.1f}, worst {1000 * max(seconds):.0f} ms"
