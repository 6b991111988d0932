"""What is kept of a file in which a forgotten person stood: its cells as they were read, those of that person empty."""

from __future__ import annotations

from pathlib import Path

from firstline.durable import write_durably
from firstline.intake.reading.table import RawTable
from firstline.landing.folder import copy_to_parquet, file_header
from firstline.warehouse.engine import Warehouse

ENDING = ".cells"


def kept_cells_name(sha256: str, number: int, index: int = 0) -> str:
    """The name under which the cells of a file are kept: `sha256` is the file's, `number` that of the batch or erasure
    that keeps them, `index` tells the sheets of a workbook or the members of an archive apart."""
    return f"{sha256}-{number:08d}-{index}{ENDING}"


def sha256_in(name: str) -> str:
    """The SHA-256 of the file that is kept under this name, whole or as cells."""
    return name.partition("-")[0]


def is_kept_cells(path: Path) -> bool:
    """Whether a kept file is in this form."""
    return path.suffix == ENDING


def write_kept_cells(warehouse: Warehouse, raw: RawTable, target: Path) -> None:
    """Write a file's rows as they stand in the scratch tables, durably.

    Parquet of row_number, c1..cn and, of lines that could not be split, reason, detail and line.
    """
    columns = [f"c{index}" for index in range(1, len(raw.headers) + 1)]
    select = f"SELECT row_number, {', '.join(columns)}, NULL AS reason, NULL AS detail, NULL AS line FROM {raw.name}"
    if raw.rejects:
        empty = "NULL, " * len(columns)
        select += f" UNION ALL SELECT row_number, {empty}reason, detail, cells FROM {raw.rejects}"
    header = {"headers": raw.headers, "sheet": raw.sheet, "stated": raw.stated, "has_points": raw.has_points}
    write_durably(
        target, lambda unfinished: copy_to_parquet(warehouse, f"{select} ORDER BY row_number", unfinished, header)
    )


def read_kept_cells(warehouse: Warehouse, path: Path) -> RawTable:
    """Read kept cells into scratch table `raw`, with the row numbers that they had in their file."""
    header = file_header(warehouse, path)
    columns = [f"c{index}" for index in range(1, len(header["headers"]) + 1)]
    cells = ", ".join(f"CAST({column} AS VARCHAR) AS {column}" for column in columns)
    source = "FROM read_parquet(?) WHERE reason IS"
    warehouse.execute(f"CREATE OR REPLACE TEMP TABLE raw AS SELECT row_number, {cells} {source} NULL", [str(path)])
    warehouse.execute(
        f"CREATE OR REPLACE TEMP TABLE rejects AS SELECT row_number, reason, detail, line AS cells {source} NOT NULL",
        [str(path)],
    )
    kept, rejected = (int(warehouse.value(f"SELECT count(*) FROM {table}") or 0) for table in ("raw", "rejects"))
    return RawTable(
        name="raw",
        headers=tuple(header["headers"]),
        read=kept + rejected,
        stated=tuple(header["stated"]),
        rejects="rejects" if rejected else None,
        sheet=header["sheet"],
        has_points=header["has_points"],
    )
