"""The engine and what it is measured against: each makes a function that judges one text."""

import re
from collections.abc import Callable

Judge = Callable[[str], object]


def engine() -> Judge:
    """Cordon with its whole default policy: fold, prefilter, patterns, checksums, context, redaction."""
    from detection import Engine, load_policy  # noqa: PLC0415  (start-up is measured)

    ready = Engine(load_policy())
    ready.warm_up()
    return ready.scan


def _expressions() -> list[str]:
    from detection import load_policy  # noqa: PLC0415  (start-up is measured)

    patterns = [pattern for rule in load_policy().rules for pattern in rule.patterns]
    return sorted({("(?i)" if pattern.ignore_case else "") + pattern.regex for pattern in patterns})


def loop() -> Judge:
    """A loop over the very same expressions with the standard library: spans only, no checksums, no context."""
    compiled = [re.compile(expression, re.ASCII) for expression in _expressions()]
    return lambda text: [match.span() for pattern in compiled for match in pattern.finditer(text)]


def short_loop() -> Judge:
    """The same loop over 44 of them: what a team writes for itself in a week."""
    expressions = _expressions()
    compiled = [re.compile(expression, re.ASCII) for expression in expressions[:: len(expressions) // 44][:44]]
    return lambda text: [match.span() for pattern in compiled for match in pattern.finditer(text)]


def presidio() -> Judge:
    """Presidio's own pattern recognisers over the very same expressions, no language model."""
    from presidio_analyzer import Pattern, PatternRecognizer  # noqa: PLC0415  (optional)

    recognisers = [
        PatternRecognizer(f"E{number}", patterns=[Pattern(f"p{number}", expression, 0.6)])
        for number, expression in enumerate(_expressions())
    ]
    return lambda text: [r.analyze(text, r.supported_entities) for r in recognisers]


CONTENDERS: dict[str, Callable[[], Judge]] = {
    "cordon": engine,
    "re loop, 44 rules": short_loop,
    "re loop, same rules": loop,
    "presidio, same rules": presidio,
}
