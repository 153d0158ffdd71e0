"""The shapes in which SIEMs want a record: one pure function a format, the same bytes for the same record."""

from collections.abc import Callable
from typing import Final

from connectors.formats.ecs import ecs_json
from connectors.formats.ocsf import ocsf_json
from connectors.formats.plain import plain_json
from connectors.siem import SiemRecord

JSON_FORMATS: Final[dict[str, Callable[[SiemRecord], bytes]]] = {
    "cordon": plain_json,
    "ocsf": ocsf_json,
    "ecs": ecs_json,
}
"""What targets that take any JSON can be set to."""
