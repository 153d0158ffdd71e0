"""A worker whose policy holds a rule that throws: what a mistake in a finder's code would do."""

import sys
from typing import Any, NoReturn
from unittest.mock import patch

from agents import build_stages
from detection.prefilter import Prefilter
from streams.logs import configure
from streams.runner import run
from streams.settings import KafkaSettings, WorkerSettings


def throw(*_: Any, **__: Any) -> NoReturn:
    """Be the broken rule."""
    raise ZeroDivisionError


if __name__ == "__main__":
    configure("info")
    settings = WorkerSettings.load()
    stages, metrics = build_stages(("critical", "medium"), settings)
    with patch.object(Prefilter, "match", throw):  # the fault itself, once all is warm; it is asked about every text
        sys.exit(run(stages, KafkaSettings.load(), settings, metrics))
