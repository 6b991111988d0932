"""Read XLSX: the stored values of cells (of formulas, their last results), one sheet at a time."""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from firstline.errors import UnreadableError, unknown_name
from firstline.intake.reading.delimited import read_delimited, unique_headers
from firstline.intake.reading.table import RawTable
from firstline.warehouse.engine import Warehouse

Cell = int | float | str | bool | time | date | datetime | timedelta
MAX_BYTES = 200_000_000
"""A workbook is read whole; a larger one is refused with the way out."""


def sheet_names(path: Path) -> list[str]:
    """The sheets that have at least a header and one row, in workbook order."""
    workbook = _open(path)
    return [name for name in workbook.sheet_names if len(_rows(workbook, name)) > 1]


def read_workbook(warehouse: Warehouse, path: Path, scratch: Path, sheet: str | int | None = None) -> RawTable:
    """Read one sheet (name, or position from 1; the first with data by default) into scratch table `raw`."""
    workbook = _open(path)
    name: str = _sheet(workbook, path, sheet)
    rows = _rows(workbook, name)
    if not rows:
        raise UnreadableError("empty_file", f"{path.name}: sheet '{name}' is empty.", "Name another one: [file] sheet.")
    headers = unique_headers([_text(cell) for cell in rows[0]])
    target = scratch / "sheet.csv"
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
        writer.writerow(headers)
        writer.writerows([_text(cell) for cell in row] for row in rows[1:])
    table = read_delimited(warehouse, target, scratch, encoding="utf-8", delimiter=",")
    return RawTable(table.name, tuple(headers), table.read, (f"sheet '{name}'",), table.rejects, sheet=name)


def _open(path: Path) -> CalamineWorkbook:
    if path.stat().st_size > MAX_BYTES:
        hint = "Save the sheet as CSV, which is read in pieces."
        raise UnreadableError("too_large", f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB.", hint)
    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError) as error:
        hint = "Open it in a spreadsheet program and save it again as .xlsx."
        raise UnreadableError(
            "unreadable_workbook", f"{path.name} is not a readable workbook: {error}.", hint
        ) from None


def _sheet(workbook: CalamineWorkbook, path: Path, sheet: str | int | None) -> str:
    names = workbook.sheet_names
    if isinstance(sheet, int):
        if not 1 <= sheet <= len(names):
            raise unknown_name("sheet", str(sheet), [str(index + 1) for index in range(len(names))], path.name)
        return str(names[sheet - 1])
    if sheet is not None:
        if sheet not in names:
            raise unknown_name("sheet", sheet, names, path.name)
        return sheet
    return str(next((name for name in names if len(_rows(workbook, name)) > 1), names[0]))


def _rows(workbook: CalamineWorkbook, name: str) -> list[list[Cell]]:
    rows: list[list[Cell]] = workbook.get_sheet_by_name(name).to_python(skip_empty_area=True)
    return [row for row in rows if any(cell != "" for cell in row)]


def _text(cell: Cell) -> str:
    """A cell as the text its owner sees; whole numbers without a point, times as hh:mm:ss."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
    return cell.isoformat() if isinstance(cell, time | date) else str(cell)
