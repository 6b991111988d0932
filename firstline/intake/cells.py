"""The cells of a file as the mapping sees them: without blanks around, and null where they say nothing."""

from __future__ import annotations

import re
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
    cells = made_cells(raw, null_words)
    columns = [f"c{index}" for index in range(1, len(raw.headers) + 1)]
    listed = "".join(
        f", {_cleaned(column, cells.null_words)} AS {column}, {column} AS {_text(column)}" for column in columns
    )
    warehouse.execute(f"CREATE OR REPLACE TEMP VIEW cells AS SELECT row_number{listed} FROM {raw.name}")
    return cells


def made_cells(raw: RawTable, null_words: tuple[str, ...] | None) -> Cells:
    """The cells where the table `cells` is there already."""
    return Cells(raw, NULL_WORDS if null_words is None else tuple(word.strip().lower() for word in null_words))


def count_nothings(warehouse: Warehouse, cells: Cells) -> list[tuple[str, str, int]]:
    """Header, word and number of the cells that were taken for empty because of what they say."""
    texts = {header: _text(cells.raw.column(header)) for header in cells.asked}
    words = {header: [word for word in cells.null_words if word not in meant] for header, meant in cells.asked.items()}
    counts = ", ".join(
        f"count(*) FILTER (WHERE {_says(text, words[header])}) AS {text}" for header, text in texts.items()
    )
    met = warehouse.row(f"SELECT {counts} FROM {cells.table}") if texts else {}
    return [
        (header, row["word"], row["n"])
        for header, text in texts.items()
        if met[text]
        for row in warehouse.rows(
            f"SELECT trim({text}) AS word, count(*) AS n FROM {cells.table} "
            f"WHERE {_says(text, words[header])} GROUP BY word ORDER BY n DESC, word"
        )
    ]


def _text(column: str) -> str:
    return f"t{column[1:]}"


def _cleaned(column: str, null_words: Collection[str], meant: Collection[str] = ()) -> str:
    words = [word for word in null_words if word not in meant]
    is_filled = f"NOT {_matches(column, ['', *words])}"
    return f"CASE WHEN {_is_plain(column, words)} THEN trim({column}) WHEN {is_filled} THEN trim({column}) END"


def _says(column: str, words: list[str]) -> str:
    return f"CASE WHEN {_is_plain(column, words)} THEN false ELSE {_matches(column, words)} END" if words else "false"


def _is_plain(column: str, words: list[str]) -> str:
    """Whether a cell begins with a digit, which no word does: then it need not be compared with them."""
    return "false" if any(word[:1].isdigit() for word in words) else f"{column} >= '0' AND {column} < ':'"


def _matches(column: str, words: list[str]) -> str:
    # a pattern, as the engine makes a join of every list it is to look into
    pattern = rf"(?i)\s*({'|'.join(re.escape(word) for word in words)})\s*"
    return f"regexp_full_match({column}, {text_literal(pattern)})"
