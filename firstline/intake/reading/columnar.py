"""Read Parquet: every column as text, so that one set of rules reads all formats."""

from __future__ import annotations

from pathlib import Path

from firstline.errors import UnreadableError
from firstline.intake.reading.table import RawTable
from firstline.warehouse.engine import Warehouse


def read_parquet(warehouse: Warehouse, path: Path) -> RawTable:
    """Read a Parquet file into scratch table `raw`. Raises UnreadableError when it is damaged."""
    try:
        described = warehouse.rows("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)])
        headers = tuple(row["column_name"] for row in described)
        columns = ", ".join(
            f'CAST("{header.replace(chr(34), chr(34) * 2)}" AS VARCHAR) AS c{index}'
            for index, header in enumerate(headers, start=1)
        )
        warehouse.execute(
            "CREATE OR REPLACE TEMP TABLE raw AS "
            f"SELECT file_row_number + 1 AS row_number, {columns} FROM read_parquet(?, file_row_number = true)",
            [str(path)],
        )
    except warehouse.Error as error:
        reason = str(error).splitlines()[0]
        raise UnreadableError("unreadable_parquet", f"{path.name}: {reason}", "Export it again.") from None
    read = int(warehouse.value("SELECT count(*) FROM raw") or 0)
    return RawTable("raw", headers, read, ("Parquet",))
