"""Read Parquet: every column as text, so that one set of rules reads all formats."""

from __future__ import annotations

from pathlib import Path

from firstline.errors import UnreadableError
from firstline.intake.reading.layout import unique_headers
from firstline.intake.reading.table import RawTable
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import quoted


def read_parquet(warehouse: Warehouse, path: Path, name: str) -> RawTable:
    """Read a Parquet file into scratch table `raw`. Raises UnreadableError when it is damaged."""
    try:
        described = warehouse.rows("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)])
        names = [str(row["column_name"]) for row in described]
        columns = ", ".join(f"CAST({quoted(one)} AS VARCHAR) AS c{index}" for index, one in enumerate(names, start=1))
        warehouse.execute(
            "CREATE OR REPLACE TEMP TABLE raw AS "
            f"SELECT file_row_number + 1 AS row_number, {columns} FROM read_parquet(?, file_row_number = true)",
            [str(path)],
        )
    except warehouse.Error as error:
        reason = str(error).splitlines()[0].replace(str(path), name).rstrip(".")
        problem = f"{name} is not a readable Parquet file: {reason}."
        raise UnreadableError("unreadable_parquet", problem, "Export it again.") from None
    read = int(warehouse.value("SELECT count(*) FROM raw") or 0)
    return RawTable("raw", tuple(unique_headers(names)), read, ("Parquet",), has_points=True)
