"""Where the demo looks for planted values when the script is over."""

from dataclasses import dataclass

import httpx

from sandbox.demo.leaks import Leak, LeakSearch
from sandbox.demo.script import Line
from sandbox.demo.world import World
from streams.topics import Topic


@dataclass(frozen=True, slots=True)
class Findings:
    """What the search came to."""

    searched: list[str]
    """The kinds of places, in words."""
    leaks: list[str]
    """The places where a value stands that must not. Never the value."""


def search_everywhere(world: World, lines: list[Line]) -> Findings:
    """Look through topics (files and records), logs, data folders, metrics and doubles."""
    search = LeakSearch(planted for line in lines for planted in line.planted)
    searched, found = ["records of all topics", "logs and data folders", "metrics"], list[Leak]()
    if (data := world.broker.data_folder) is not None:
        searched.insert(0, "the topics' files on disk")
        found += search.in_topic_files(data, world.prefix)
    found += search.in_records(world.broker.bootstrap_servers, map(str, Topic), world.prefix)
    found += search.in_logs(world.folder)
    for url in (world.worker_url, world.gateway_url):
        found += search.in_report("the metrics page", httpx.get(f"{url}/metrics", timeout=10).content)
    for running in world.doubles:
        received = httpx.get(f"{running.url}/_sandbox/received", timeout=10).content
        searched.append(f"what {running.double.title} received")
        look = search.in_report if running.double.is_siem else search.in_delivery
        found += look(searched[-1], received)
    return Findings(searched, sorted({leak.place for leak in found}))
