"""Templates to send out as a data request: header, help, example, and what each column unlocks."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from firstline.errors import MisuseError
from firstline.model.entity import Entity, EntityField

Unlocks = Mapping[str, Sequence[str]]
"""KPI labels by "entity.field": what can be computed once that column is filled."""

HELP, EXAMPLE, UNLOCKS = "#help ", "#example ", "#unlocks "
"""How the first cell of a row starts that is not data; a reader of filled templates skips such rows."""

TYPE_WORDS: Mapping[str, str] = {
    "str": "text",
    "int": "whole number",
    "dec": "number",
    "money": "amount",
    "bool": "true or false",
    "enum": "one of",
    "date": "date YYYY-MM-DD",
    "ts": "date and time YYYY-MM-DD HH:MM:SS",
}


def template_rows(entity: Entity, unlocks: Unlocks) -> list[list[str]]:
    """The four rows of an entity's template, each as wide as its fields: header, help, example, unlocks."""
    return [
        [field.name for field in entity.fields],
        _marked(HELP, [field_help(entity, field) for field in entity.fields]),
        _marked(EXAMPLE, [field.example for field in entity.fields]),
        _marked(UNLOCKS, ["; ".join(unlocks.get(f"{entity.name}.{name}", ())) for name in entity.field_names]),
    ]


def field_help(entity: Entity, field: EntityField) -> str:
    """One line that says what to fill in: meaning, form, unit, and whether a row counts without it."""
    form = TYPE_WORDS[field.type]
    if field.values:
        form += " " + ", ".join(field.values)
    if field.unit:
        form += f" ({field.unit})"
    parts = [field.about, f"Form: {form}."]
    if field.name in entity.stated_key and field.name not in entity.open_key or entity.placed_by == (field.name,):
        parts.append("Required.")
    elif field.name in entity.placed_by:
        parts.append(f"One of {', '.join(entity.placed_by)} is required.")
    elif field.wanted:
        parts.append("Wanted.")
    if field.personal:
        parts.append("Personal data.")
    return " ".join(parts)


def write_csv_template(entity: Entity, unlocks: Unlocks, out: TextIO) -> None:
    """Write one entity's template as CSV (comma, UTF-8 by the caller's choice of file)."""
    csv.writer(out, lineterminator="\n").writerows(template_rows(entity, unlocks))


def write_template(entities: Sequence[Entity], unlocks: Unlocks, path: Path) -> None:
    """Write templates into one file: `.csv` for one entity, `.xlsx` with a sheet per entity.

    Raises MisuseError for another ending, several entities in a CSV, or a path that cannot be written.
    """
    kind = path.suffix.lower()
    if kind not in (".csv", ".xlsx"):
        raise MisuseError("bad_out", f"{path} ends neither in .csv nor in .xlsx.", "Name a file of one of them.")
    if kind == ".csv" and len(entities) != 1:
        raise MisuseError(
            "bad_out",
            f"{path} is one CSV, but {len(entities)} entities are asked for.",
            "Use .xlsx or a folder.",
        )
    try:
        if kind == ".csv":
            with path.open("w", encoding="utf-8", newline="") as out:
                write_csv_template(entities[0], unlocks, out)
        else:
            _workbook(entities, unlocks).save(path)
    except OSError as error:
        raise MisuseError("bad_out", f"{path} cannot be written: {error.strerror}.", "Choose another --out.") from None


def _marked(mark: str, cells: list[str]) -> list[str]:
    return [mark + cells[0], *cells[1:]]


def _workbook(entities: Sequence[Entity], unlocks: Unlocks) -> Workbook:
    book = Workbook()
    for sheet in list(book.worksheets):
        book.remove(sheet)
    for entity in entities:
        _fill(book.create_sheet(entity.name), template_rows(entity, unlocks))
    return book


def _fill(sheet: Worksheet, rows: list[list[str]]) -> None:
    for row in rows:
        sheet.append(row)
    for number, cell in enumerate(sheet[1], start=1):
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = max(18, len(str(cell.value)) + 2)
    for line in sheet.iter_rows(min_row=2, max_row=len(rows)):
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            # text, so that a spreadsheet does not turn an example such as 1.0 or 08:00 into something else
            cell.number_format = "@"
    sheet.freeze_panes = "A2"
