"""Give quarantined rows out to be mended: their cells under their headers, and beside them which entry each row is.

Rows of one source and entity share a table: a CSV file holds one, a workbook a sheet for each. A cell that a
spreadsheet would run as a formula gets an apostrophe before it, which a retry takes away again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from firstline.errors import MisuseError
from firstline.intake.guarded import guarded
from firstline.intake.quarantine import QuarantinedRow
from firstline.intake.reading.mended import OWN_COLUMNS

MOST_CELL_CHARACTERS = 32_767
MOST_SHEET_ROWS = 1_048_576
"""What a workbook can hold; CSV has no such limits."""


@dataclass(frozen=True)
class Shape:
    """Rows of one source and entity, under all columns that their files have. `name` is its own in one export."""

    name: str
    headers: tuple[str, ...]
    rows: Sequence[QuarantinedRow]

    def table(self) -> Iterator[list[str]]:
        """The header line, then a line for each row."""
        yield [*OWN_COLUMNS, *(guarded(header) for header in self.headers)]
        for row in self.rows:
            own = [str(row.batch), str(row.row), row.file_name, row.reason, row.note, row.original]
            cells = (row.values.get(header) or "" for header in self.headers)
            yield [*own[:2], *(guarded(cell) for cell in own[2:]), *(guarded(cell) for cell in cells)]


def shapes_of(rows: Sequence[QuarantinedRow]) -> list[Shape]:
    """The rows by shape, in order of first appearance."""
    found: dict[tuple[str, str], list[QuarantinedRow]] = {}
    for row in rows:
        found.setdefault((row.source, row.entity), []).append(row)
    names: dict[str, int] = {}
    shapes = []
    for (source, entity), each in found.items():
        headers = tuple(dict.fromkeys(header for row in each for header in (*row.headers, *row.values)))
        name = re.sub(r"[^\w-]+", "-", f"{source}-{entity}").strip("-").lower()[:25]
        names[name] = names.get(name, 0) + 1
        shapes.append(Shape(name if names[name] == 1 else f"{name}-{names[name]}", headers, each))
    return shapes


def csv_text(shape: Shape) -> str:
    """One shape as CSV (comma, CRLF, every cell text)."""
    out = io.StringIO()
    csv.writer(out).writerows(shape.table())
    return out.getvalue()


def one_csv(rows: Sequence[QuarantinedRow]) -> str:
    """All rows as one CSV; the empty text of none. Raises MisuseError when they are of several sources or entities."""
    shapes = shapes_of(rows)
    if len(shapes) > 1:
        names = ", ".join(shape.name for shape in shapes)
        hint = "Choose a --batch, or export to an .xlsx file (a sheet for each) or into a folder (a CSV for each)."
        problem = f"One CSV holds rows of one source and entity, and these are of {len(shapes)}: {names}."
        raise MisuseError("several_shapes", problem, hint)
    return csv_text(shapes[0]) if shapes else ""


def write_export(rows: Sequence[QuarantinedRow], target: Path) -> list[Path]:
    """Write rows to a .csv or .xlsx file, or as CSV files into a folder; returns what was written.

    Raises MisuseError when the target exists, cannot be written, or cannot hold what is to be written.
    """
    shapes = shapes_of(rows)
    kind = target.suffix.lower()
    if kind in (".csv", ".xlsx") and target.exists():
        raise MisuseError("target_exists", f"{target} exists already.", "Name another file.")
    if kind not in (".csv", ".xlsx", ""):
        raise MisuseError("bad_target", f"{target} ends neither in .csv nor in .xlsx.", "Or name a folder.")
    try:
        if kind == ".xlsx":
            target.parent.mkdir(parents=True, exist_ok=True)
            workbook(shapes).save(target)
            return [target]
        if kind == ".csv":
            return [_write(one_csv(rows), target)]
        texts = {target / f"{shape.name}.csv": csv_text(shape) for shape in shapes}
        for path in texts:
            if path.exists():
                raise MisuseError("target_exists", f"{path} exists already.", "Name another folder.")
        return [_write(text, path) for path, text in texts.items()]
    except OSError as error:
        reason = error.strerror or str(error)
        raise MisuseError("bad_target", f"{target} cannot be written: {reason}.", "Choose another place.") from None


def _write(text: str, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="")
    return path


def workbook(shapes: Sequence[Shape]) -> Workbook:
    """A workbook with a sheet for each shape, every cell text. Raises MisuseError for what no workbook can hold."""
    book = Workbook(write_only=True)
    for shape in shapes:
        if len(shape.rows) >= MOST_SHEET_ROWS:
            raise _too_much(f"{len(shape.rows):,} rows are more than a sheet holds")
        sheet = book.create_sheet(shape.name)
        sheet.freeze_panes = "A2"
        for line in shape.table():
            sheet.append([_text_cell(sheet, text) for text in line])
    return book


def _text_cell(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    if len(text) > MOST_CELL_CHARACTERS:
        raise _too_much(f"A cell of {len(text):,} characters is longer than a workbook's may be")
    try:
        cell: Cell = WriteOnlyCell(sheet, text)
    except IllegalCharacterError:
        raise _too_much(f"{text[:40]!r} holds a control character, which no workbook can") from None
    # text, so that a spreadsheet turns neither an id such as 00123 nor a date into something else
    cell.data_type, cell.number_format = "s", "@"
    return cell


def _too_much(problem: str) -> MisuseError:
    return MisuseError("not_for_a_workbook", f"{problem}.", "Export as CSV.")
