"""Makes rows fit their tables: some values come from whoever publishes, and one that fits nowhere would stop the feed.

PostgreSQL takes no NUL and nothing longer than its column; SQLite no number of more than 64 bits.
"""

from typing import Any, Final

from sqlalchemy import BigInteger, Column, Integer, String, Table

from gateway.console.rows import Row

LARGEST: Final = 2**63 - 1
_LARGEST_OF_INTEGER: Final = 2**31 - 1
_IN_PLACE_OF_NUL: Final = "\ufffd"


def fitted(table: Table, row: Row) -> Row:
    """The row with its strings cut and its numbers bounded to what the columns hold."""
    return {name: _fitted(table.c[name], value) for name, value in row.items()}


def _fitted(column: Column[Any], value: Any) -> Any:
    kind = column.type
    if isinstance(value, str) and isinstance(kind, String):
        return value.replace("\0", _IN_PLACE_OF_NUL)[: kind.length]
    if isinstance(value, int) and isinstance(kind, Integer):
        most = LARGEST if isinstance(kind, BigInteger) else _LARGEST_OF_INTEGER
        return max(-most, min(value, most))
    return value
