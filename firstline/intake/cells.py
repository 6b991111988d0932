"""The cells of a file as the mapping sees them: without blanks around, and null where they say nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from firstline.intake.reading.table import RawTable
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import text_literal

NULL_WORDS = ("-", "--", "–", "—", "?", "n/a", "#n/a", "null", "(null)", "nan", "nil", "\\n", "undefined")
"""What systems write where there is nothing, case aside; a mapping may state others."""


@dataclass
class Cells:
    """Scratch view `table` over a file's rows: row_number, and for the n-th header `cn`, its cells without blanks
    around and null where they say nothing, and `tn`, its text as it is.

    `asked` are the headers that something is read from, each with the words that the mapping gives a meaning there.
    """

    raw: RawTable
    null_words: tuple[str, ...]
    table: str = "cells"
    asked: dict[str, set[str]] = field(default_factory=dict)

    def of(self, header: str, meant: Collection[str] = ()) -> str:
        """SQL for a header's cells; `meant` are words that the mapping gives a meaning. KeyError for no such header."""
        column = self.raw.column(header)
        words = {word.strip().lower() for word in meant} & {*self.null_words}
        self.asked.setdefault(header, set()).update(words)
        return _cleaned(_text(column), self.null_words, words) if words else column


def make_cells(warehouse: Warehouse, raw: RawTable, null_words: tuple[str, ...] | None) -> Cells:
    """Make the view; `null_words` are what the mapping states, None the usual ones."""
    words = NULL_WORDS if null_words is None else tuple(word.strip().lower() for word in null_words)
    columns = [f"c{index}" for index in range(1, len(raw.headers) + 1)]
    listed = "".join(f", {_cleaned(column, words)} AS {column}, {column} AS {_text(column)}" for column in columns)
    warehouse.execute(f"CREATE OR REPLACE TEMP VIEW cells AS SELECT row_number{listed} FROM {raw.name}")
    return Cells(raw, words)


def count_nothings(warehouse: Warehouse, cells: Cells) -> list[tuple[str, str, int]]:
    """Header, word and number of the cells that were taken for empty because of what they say."""
    columns = {header: cells.raw.column(header) for header in cells.asked}
    counts = ", ".join(f"count(*) FILTER (WHERE {_says_nothing(column)}) AS {column}" for column in columns.values())
    met = warehouse.row(f"SELECT {counts} FROM {cells.table}") if columns else {}
    return [
        (header, row["word"], row["n"])
        for header, column in columns.items()
        if met[column]
        for row in warehouse.rows(
            f"SELECT trim({_text(column)}) AS word, count(*) AS n FROM {cells.table} "
            f"WHERE {_says_nothing(column)} GROUP BY word ORDER BY n DESC, word"
        )
        if row["word"].lower() not in cells.asked[header]
    ]


def _says_nothing(column: str) -> str:
    return f"{column} IS NULL AND trim({_text(column)}) <> ''"


def _text(column: str) -> str:
    return f"t{column[1:]}"


def _cleaned(column: str, null_words: tuple[str, ...], meant: Collection[str] = ()) -> str:
    text = f"trim({column})"
    words = [word for word in ("", *null_words) if word not in meant]
    # few cells are as short as these words: the others need not be looked at
    longest = max(map(len, words), default=-1)
    listed = ", ".join(text_literal(word) for word in words)
    return f"CASE WHEN length({text}) > {longest} OR lower({text}) NOT IN ({listed}) THEN {text} END" if words else text
