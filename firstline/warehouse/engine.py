"""The engine seam: the one place that opens DuckDB. Other rooms see SQL in and plain rows out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from duckdb.func import FunctionNullHandling

from firstline.errors import HomeError
from firstline.full_disk import DiskFullError, is_full_disk
from firstline.warehouse.text import text_literal

Row = dict[str, Any]
Parameters = Mapping[str, Any] | Sequence[Any] | None

IN_USE = "warehouse_in_use"
THREADS_WITHIN = 2
"""Threads of the engine while its memory is limited."""


class Warehouse:
    """One connection to the embedded engine; `cursor()` gives another one for another thread.

    Instants are TIMESTAMP columns that hold UTC; the session zone is UTC. Values are always bound
    (`$name` or `?`), never put into SQL text.
    """

    Error = duckdb.Error
    """What a refused statement raises, for callers that can say something better."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path | None = None) -> None:
        """`folder` is where the warehouse lies; where its disk is full, that disk is named."""
        self._connection, self._folder = connection, folder or Path(tempfile.gettempdir())

    @classmethod
    def open(cls, path: Path | None = None, temp_folder: Path | None = None) -> Warehouse:
        """Open (or make) the warehouse file; in memory without a path.

        Raises HomeError when another process holds the file or it is not a warehouse of this engine.
        """
        try:
            connection = duckdb.connect(str(path) if path else ":memory:")
        except duckdb.Error as error:
            if path and is_full_disk(error):
                raise DiskFullError(path.parent) from None
            reason = str(error).splitlines()[0]
            if "lock" in reason.lower():
                hint = "Wait for the other program to end, or stop it."
                raise HomeError(IN_USE, f"Another program has the warehouse {path} open.", hint) from None
            hint = "Run 'firstline rebuild': it makes the warehouse again from the landing."
            problem = f"The warehouse {path} cannot be opened: {reason}."
            raise HomeError("warehouse_broken", problem, hint) from None
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")
        if temp_folder:
            connection.execute(f"SET temp_directory = {text_literal(str(temp_folder))}")
        return cls(connection, path.parent if path else None)

    def cursor(self) -> Warehouse:
        """A second connection to the same open warehouse, with its own transactions and temp tables."""
        cursor = self._connection.cursor()
        cursor.execute("SET TimeZone = 'UTC'")
        return Warehouse(cursor, self._folder)

    def close(self) -> None:
        """Close this connection (of a cursor: the cursor alone)."""
        self._connection.close()

    @contextmanager
    def within(self, memory_mb: int) -> Iterator[None]:
        """Within it, the engine takes about this much memory at most, on all its connections; the rest lies on disk.

        Each thread needs some of it for itself, so there are few. Where more is in use already, all stays as it is.
        """
        kept = self.row("SELECT current_setting('memory_limit') AS memory_limit, current_setting('threads') AS threads")
        limited = {"memory_limit": f"{memory_mb}MB", "threads": min(int(kept["threads"]), THREADS_WITHIN)}
        try:
            self._set(limited)
        except duckdb.OutOfMemoryException:
            self._set(kept)
        try:
            yield
        finally:
            self._set(kept)

    def _set(self, settings: Mapping[str, Any]) -> None:
        for name, value in settings.items():
            self._connection.execute(f"SET {name} = {text_literal(str(value))}")

    @contextmanager
    def knowing(self, name: str, function: Callable[[str, str], str | None]) -> Iterator[None]:
        """Within it, SQL can call a function of two texts by that name."""
        text = duckdb.type("VARCHAR")
        self._connection.create_function(name, function, [text, text], text, null_handling=FunctionNullHandling.SPECIAL)
        try:
            yield
        finally:
            self._connection.remove_function(name)

    def execute(self, sql: str, parameters: Parameters = None) -> None:
        """Run one statement for its effect. As all that run one, it raises DiskFullError where there is no room."""
        try:
            self._connection.execute(sql, parameters)
        except duckdb.Error as error:
            if is_full_disk(error):
                raise DiskFullError(self._folder) from None
            raise

    def rows(self, sql: str, parameters: Parameters = None) -> list[Row]:
        """All rows of a query as dictionaries, in the query's order."""
        self.execute(sql, parameters)
        names = [column[0] for column in self._connection.description or []]
        return [dict(zip(names, row, strict=True)) for row in self._connection.fetchall()]

    def row(self, sql: str, parameters: Parameters = None) -> Row:
        """The single row of a query; ValueError if there is not exactly one."""
        found = self.rows(sql, parameters)
        if len(found) != 1:
            raise ValueError(f"expected one row, got {len(found)}")
        return found[0]

    def value(self, sql: str, parameters: Parameters = None) -> Any:
        """The first value of the first row; None when there is no row."""
        self.execute(sql, parameters)
        found = self._connection.fetchall()
        return found[0][0] if found else None

    def columns(self, sql: str, parameters: Parameters = None) -> list[list[Any]]:
        """The values of each column of a query, in the query's order; far quicker than rows where there are many."""
        found = self._connection.execute(sql, parameters).fetchnumpy()
        # a column with nulls is masked, and its list has None in their place
        return [column.tolist() for column in found.values()]

    @contextmanager
    def having(self, name: str, columns: Mapping[str, Sequence[int]]) -> Iterator[None]:
        """Within it, there is a table of that name with these columns of whole numbers."""
        self._connection.register(name, {key: np.array(values, dtype=np.int64) for key, values in columns.items()})
        try:
            yield
        finally:
            self._connection.unregister(name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements inside take effect together, or none does."""
        self._connection.execute("BEGIN TRANSACTION")
        try:
            yield
        except BaseException:
            # where the disk is full, the engine may have gone back by itself, or refuse all until it is opened again
            with suppress(duckdb.TransactionException, duckdb.FatalException):
                self._connection.execute("ROLLBACK")
            raise
        self.execute("COMMIT")
