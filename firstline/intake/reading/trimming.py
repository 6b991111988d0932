"""Leave out rows of a table that are no data: what a template explains itself with, and a total at the end."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO

from firstline.intake.reading.layout import is_total
from firstline.warehouse.engine import Warehouse

COMMENT_MARKS = ("#help ", "#example ", "#unlocks ")
"""How the rows begin that `firstline template` writes to explain itself."""
LOOKED_AT = 20
"""Rows at the end among which the last one that is not blank is looked for."""


@dataclass(frozen=True)
class Trimmed:
    """How many rows are data (`kept`) and rejects, and what was left out, in words."""

    kept: int
    rejected: int
    stated: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def trim(warehouse: Warehouse, skip_total: bool | None, delimiter: str | None = None) -> Trimmed:
    """Make `raw` from `numbered`: its rows of data. `rejects` are searched for a total too, split by `delimiter`.

    `skip_total`: true leaves out the last row whatever it says, false keeps it, None leaves it out if it says that it
    is a total.
    """
    marks = " OR ".join(f"starts_with(c1, '{mark}')" for mark in COMMENT_MARKS)
    data = f"NOT coalesce({marks}, false)"
    conditions = [data] if warehouse.value(f"SELECT bool_or({marks}) FROM numbered") else []
    last = _last_row(warehouse, delimiter) if skip_total is not False else None
    is_left_out = last is not None and (skip_total is True or is_total(last[1]))
    if last is not None and is_left_out:
        conditions.append(f"row_number <> {last[0]}")
        warehouse.execute("DELETE FROM rejects WHERE row_number = ?", [last[0]])
    only = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    warehouse.execute(f"CREATE OR REPLACE TEMP VIEW raw AS SELECT * FROM numbered{only}")
    kept, rejected = (int(warehouse.value(f"SELECT count(*) FROM {table}") or 0) for table in ("raw", "rejects"))
    if last is None or not is_left_out:
        return Trimmed(kept, rejected)
    shown = ", ".join(f"'{cell}'" for cell in last[1] if cell)
    note = f"The last row (row {last[0]}) was left out as a total: {shown}. Keep it with [file] skip_total = false."
    return Trimmed(kept, rejected, (f"a total row at the end left out (row {last[0]})",), (note,))


def _last_row(warehouse: Warehouse, delimiter: str | None) -> tuple[int, list[str]] | None:
    """Number and cells of the last row that is not blank, a rejected one included."""
    found: list[tuple[int, list[str]]] = []
    ends = warehouse.row(
        "SELECT (SELECT max(row_number) FROM numbered) AS n, (SELECT max(row_number) FROM rejects) AS r"
    )
    if ends["n"] is not None:
        first = int(ends["n"]) - LOOKED_AT
        for row in warehouse.rows(f"SELECT * FROM numbered WHERE row_number > {first} ORDER BY row_number"):
            found.append((int(row.pop("row_number")), [str(cell or "") for cell in row.values()]))
    if ends["r"] is not None and delimiter is not None:
        text = warehouse.value("SELECT cells FROM rejects WHERE row_number = ?", [ends["r"]]) or ""
        found.append((int(ends["r"]), _split(text, delimiter)))
    return max((one for one in found if any(cell.strip() for cell in one[1])), default=None)


def _split(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return [text]
