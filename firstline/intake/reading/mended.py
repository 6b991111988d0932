"""Rows that come back from the quarantine: the columns an export adds to theirs, and how the mended ones are read."""

from __future__ import annotations

from pathlib import Path

from firstline.errors import MisuseError
from firstline.intake.reading.table import RawTable
from firstline.intake.request import Mending
from firstline.warehouse.engine import Warehouse

ENTRY = ("quarantine_batch", "quarantine_row")
"""The columns that say which entry a row of an export is."""
OWN_COLUMNS = (*ENTRY, "quarantine_file", "quarantine_reason", "quarantine_note", "quarantine_original")
"""All columns that an export puts before the cells of the file; no file that is imported may have one of them."""


def read_mended(warehouse: Warehouse, path: Path, mends: Mending) -> RawTable:
    """Read prepared rows into scratch table `raw`: row numbers and sheet are those of the file they first stood in."""
    cells = "".join(f", c{index}" for index in range(1, len(mends.headers) + 1))
    warehouse.execute(f"CREATE OR REPLACE TEMP TABLE raw AS SELECT row_number{cells} FROM read_parquet(?)", [str(path)])
    read = int(warehouse.value("SELECT count(*) FROM raw") or 0)
    return RawTable("raw", mends.headers, read, ("mended rows",), sheet=mends.batch.sheet)


def refuse_reserved(raw: RawTable, name: str) -> None:
    """Refuse to import an export of the quarantine as if it were a file of a source. Raises MisuseError."""
    found = [header for header in raw.headers if header in OWN_COLUMNS]
    if found:
        hint = "Bring mended rows back with 'firstline quarantine retry'; a column of your own needs another name."
        problem = f"{name} has a column '{found[0]}': that is how rows are exported from the quarantine."
        raise MisuseError("reserved_column", problem, hint)
