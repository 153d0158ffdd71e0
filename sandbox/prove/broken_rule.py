"""A worker whose policy holds a rule that throws: what a mistake in a finder's code would do."""

from typing import Any, NoReturn

from cli.main import main
from detection import Engine


def throw(*_: Any, **__: Any) -> NoReturn:
    """Be the broken rule."""
    raise ZeroDivisionError


if __name__ == "__main__":
    Engine.may_find = Engine.scan = throw  # type: ignore[method-assign]  # the fault itself
    main(["worker", "--stages", "critical,medium"])
