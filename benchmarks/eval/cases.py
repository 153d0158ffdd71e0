"""Labelled development data as cases: a text and the spans of one entity in it."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from entities import PRESIDIO, RECOGNIZERS_TEXT

SENTENCES = ("Where is my parcel {}?", "tracking number {} has not moved since monday", "{}")
"""Courier numbers are put into sentences: none of them is a card, an account or an identity."""


@dataclass(frozen=True, slots=True)
class Case:
    """``entity`` None: every finding is false. Otherwise findings of that entity only are scored."""

    source: str
    text: str
    entity: str | None
    spans: tuple[tuple[int, int], ...]


def read(folder: Path) -> Iterator[Case]:
    """Every case of the data sets in the folder that speak of texts."""
    for row in _rows(folder / "presidio_recognizer_cases.jsonl"):
        entity = PRESIDIO.get(row["entity"]) if isinstance(row["entity"], str) else None
        if entity is not None and (row["n"] == 0 or row["spans"]):
            yield Case("presidio", row["text"], entity, tuple((s[0], s[1]) for s in row["spans"]))
    for row in _rows(folder / "recognizers_text_sequence.jsonl"):
        entity = RECOGNIZERS_TEXT.get(row["model"])
        if entity is not None:
            yield Case("recognizers-text", row["text"], entity, tuple(_spans(row)))
    for row in _rows(folder / "tracking_numbers.jsonl"):
        if row["valid"]:
            for sentence in SENTENCES:
                yield Case("couriers", sentence.format(row["value"]), None, ())
    with (folder / "banking77_train.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            yield Case("banking77", line["text"], None, ())


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _spans(row: dict[str, Any]) -> Iterator[tuple[int, int]]:
    text, at = row["text"].lower(), 0
    for start, end, value in row["spans"]:
        if start is not None:
            yield start, end
            continue
        found = text.find(value.lower(), at)
        if found >= 0:
            at = found + len(value)
            yield found, at
