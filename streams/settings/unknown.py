"""Variables that begin with ``CORDON_`` and set nothing: mostly a typing error, which would else go unnoticed."""

import difflib
import logging
import os
from collections.abc import Iterable, Iterator

from streams.settings.names import groups, variables

log = logging.getLogger(__name__)

_PREFIX = "CORDON_"
_OTHERS = frozenset({"CORDON_EVAL_DATA"})
"""Read by a tool and not by a process of Cordon."""


def warn_of_unknown() -> None:
    """Name each such variable in the log, and the setting that it resembles; never its value."""
    for name, meant in unknown(os.environ):
        log.warning("%s sets nothing%s", name, f": is {meant} meant?" if meant else "")


def unknown(names: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """Those of the names that no group knows, each with the one that was probably meant."""
    known = {variable for group in groups() for variable in variables(group)} | _OTHERS
    known |= {f"{variable}_FILE" for variable in known if not variable.endswith("_FILE")}
    for name in sorted(names):
        if name.startswith(_PREFIX) and name not in known:
            yield name, _meant(name, known)


def _meant(name: str, known: set[str]) -> str | None:
    """The one setting that goes on where the name ends (``..._TTL`` for ``..._TTL_SECONDS``), else the most alike."""
    longer = [one for one in known if one.startswith(f"{name}_") and one.removesuffix("_FILE") not in known - {one}]
    if len(longer) == 1:
        return longer[0]
    return next(iter(difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.85)), None)
