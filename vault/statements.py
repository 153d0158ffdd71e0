"""Statements of the busy transactions: written by SQLAlchemy once for each database, then given to its driver as text.

A tokenization runs six statements, and what SQLAlchemy does around each takes longer than SQLite needs for it. Here
only the driver's cursor is left. Errors are SQLAlchemy's, as everywhere else.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import ClauseElement, ColumnElement, Connection, Select, bindparam
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Result = TypeVar("Result")
Values = Mapping[str, Any]


def with_cursor(connection: Connection, work: Callable[[Any], Result]) -> Result:
    """Work with a cursor of the driver, in the connection's transaction. Raises SQLAlchemy's errors."""
    cursor, driver = connection.connection.cursor(), connection.dialect.loaded_dbapi
    try:
        return work(cursor)
    except driver.Error as error:
        wrapped = DBAPIError.instance(None, None, error, driver.Error, hide_parameters=True, dialect=connection.dialect)
        raise wrapped from None
    finally:
        cursor.close()


class Prepared:
    """One statement. Its parameters are its ``bindparam`` names; an insert's are all the table's columns."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._texts: dict[str, _Text] = {}

    def rows(self, connection: Connection, values: Values) -> list[Any]:
        """What a query finds: tuples with a name for each column, as the driver has their values."""
        text = self._text(connection)

        def fetch(cursor: Any) -> list[Any]:
            cursor.execute(text.sql, text.ordered(values))
            return list(map(text.row, cursor.fetchall()))

        return with_cursor(connection, fetch)

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Change something, once for each of the rows."""
        text = self._text(connection)

        def change(cursor: Any) -> None:
            if len(rows) == 1:
                cursor.execute(text.sql, text.ordered(rows[0]))
            else:
                cursor.executemany(text.sql, list(map(text.ordered, rows)))

        with_cursor(connection, change)

    def _text(self, connection: Connection) -> "_Text":
        name = connection.dialect.name
        if name not in self._texts:
            self._texts[name] = _Text(self._statement, connection)
        return self._texts[name]


class PreparedLists:
    """A query for lists of items: one statement for each power of two. What a list leaves empty equals nothing."""

    def __init__(self, make: Callable[[int], ClauseElement]) -> None:
        """``make`` writes the query for so many items of each list, with ``one_of``."""
        self._make = make
        self._sizes: dict[int, Prepared] = {}

    def rows(self, connection: Connection, **lists: Sequence[Any]) -> list[Any]:
        """What the query finds."""
        size = 1 << (max(map(len, lists.values())) - 1).bit_length()
        if size not in self._sizes:
            self._sizes[size] = Prepared(self._make(size))
        values = {
            f"{name}{place}": items[place] if place < len(items) else None
            for name, items in lists.items()
            for place in range(size)
        }
        return self._sizes[size].rows(connection, values)


def one_of(column: ColumnElement[Any], name: str, size: int) -> ColumnElement[bool]:
    """Whether a column equals one of the items that the list of this name holds."""
    return column.in_([bindparam(f"{name}{place}", type_=column.type) for place in range(size)])


class _Text:
    """A statement as one database's driver takes it."""

    def __init__(self, statement: ClauseElement, connection: Connection) -> None:
        compiled = statement.compile(dialect=connection.dialect)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError("not a statement that takes parameters")
        self.sql: Final = str(compiled)
        self._names: Final = tuple(compiled.positiontup or ())
        self._constants: Final = {name: value for name, value in compiled.params.items() if value is not None}
        columns = tuple(statement.selected_columns.keys()) if isinstance(statement, Select) else ()
        row: Any = namedtuple("Row", columns)  # type: ignore[misc]  # noqa: PYI024  (its fields are known at run time only)
        self.row: Final[Callable[[Sequence[Any]], Any]] = row._make

    def ordered(self, values: Values) -> tuple[Any, ...]:
        """The values in the places that the text has for them."""
        known = {**self._constants, **values} if self._constants else values
        return tuple([known[name] for name in self._names])
