"""Read XLSX: the stored values of cells (of formulas, their last results), one sheet at a time."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from firstline.errors import UnreadableError, unknown_name
from firstline.intake.mapping import FilePart
from firstline.intake.reading.layout import LOOKED_AT, TOP_ROWS, find_layout
from firstline.intake.reading.scratch_rows import ScratchRows
from firstline.intake.reading.table import RawTable
from firstline.intake.reading.trimming import trim
from firstline.intake.reading.workbook_limits import check_size
from firstline.warehouse.engine import Warehouse

Cell = int | float | str | bool | time | date | datetime | timedelta


def sheet_names(path: Path, name: str) -> list[str]:
    """The sheets that have at least a header and one row, in workbook order."""
    workbook = _open(path, name)
    return [name for name in workbook.sheet_names if _has_rows(workbook, name)]


def read_workbook(
    warehouse: Warehouse, path: Path, name: str, scratch: Path, file: FilePart, sheet: str | int | None = None
) -> RawTable:
    """Read one sheet (name, or position from 1; the first with data by default) into scratch table `raw`."""
    workbook = _open(path, name)
    chosen = _chosen(workbook, name, sheet)
    found = workbook.get_sheet_by_name(chosen)
    head = [row for _, row in islice(_rows(found), LOOKED_AT)]
    if not any(any(row) for row in head):
        raise UnreadableError("empty_file", f"{name}: sheet '{chosen}' is empty.", "Name another one: [file] sheet.")
    layout = find_layout(head, file.header_row, file.header_rows)
    with ScratchRows(scratch) as rows:
        for number, cells in islice(_rows(found), layout.first_data_row, None):
            if any(cells):
                rows.add(number, cells)
    rows.load(warehouse, len(layout.headers))
    trimmed = trim(warehouse, file.skip_total)
    others = [other for other in workbook.sheet_names if other != chosen and _has_rows(workbook, other)]
    listed = ", ".join(f"'{other}'" for other in others)
    note = f"Only sheet '{chosen}' was read; {listed} {'has' if len(others) == 1 else 'have'} rows too."
    return RawTable(
        name="raw",
        headers=layout.headers,
        read=trimmed.kept,
        stated=(f"sheet '{chosen}'", *layout.told(), *trimmed.stated),
        sheet=chosen,
        notes=(*trimmed.notes, *((note,) if others and sheet is None else ())),
        has_points=True,
        sheets=tuple(workbook.sheet_names),
        header_row=layout.titles + 1,
        top=tuple(tuple(row) for row in head[:TOP_ROWS]),
    )


def _open(path: Path, name: str) -> CalamineWorkbook:
    hint = "Open it in a spreadsheet program and save it again as .xlsx."
    try:
        check_size(path, name)
        return CalamineWorkbook.from_path(str(path))
    except PasswordError:
        raise UnreadableError("encrypted", f"{name} is protected by a password.", "Save it without one.") from None
    except (CalamineError, BadZipFile, EOFError, zlib.error, OSError, RuntimeError, ValueError) as error:
        reason = str(error).rstrip(".")
        raise UnreadableError("unreadable_workbook", f"{name} is not a readable workbook: {reason}.", hint) from None


def _chosen(workbook: CalamineWorkbook, name: str, sheet: str | int | None) -> str:
    names = list(workbook.sheet_names)
    if isinstance(sheet, int):
        if not 1 <= sheet <= len(names):
            raise unknown_name("sheet", str(sheet), [str(index + 1) for index in range(len(names))], name)
        return str(names[sheet - 1])
    if sheet is not None:
        if sheet not in names:
            raise unknown_name("sheet", sheet, names, name)
        return sheet
    return str(next((one for one in names if _has_rows(workbook, one)), names[0]))


def _has_rows(workbook: CalamineWorkbook, sheet: str) -> bool:
    filled = (row for _, row in _rows(workbook.get_sheet_by_name(sheet)) if any(row))
    return len(list(islice(filled, 2))) == 2


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """The sheet's rows as text, each with its number; the sheet's first row has the number 0."""
    for number, row in enumerate(sheet.iter_rows()):
        yield number, [_text(cell) for cell in row]


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
