"""Records and rows as CSV that a spreadsheet opens as data and never runs.

A text cell that begins with `=`, `+`, `-`, `@`, tab or a line break is a formula to a spreadsheet
(CWE-1236), so an apostrophe is put before it; an import of the same table takes it away again. Only text is
treated: a number such as -5 stays a number, because a program that reads the file must find the same figure.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from starlette.responses import Response

from firstline.intake.guarded import guarded


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """A CSV document (UTF-8, comma, CRLF) with a header line; missing and null cells are empty."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([neutral(column) for column in columns])
    writer.writerows([neutral(row.get(column)) for column in columns] for row in rows)
    return out.getvalue()


def neutral(cell: Any) -> Any:
    """The cell as it may stand in a CSV file: text cannot be a formula, numbers are untouched."""
    if isinstance(cell, str):
        return guarded(cell)
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return cell


def flat_records(records: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Records in JSON form with `group` spread into columns `group.x`, and `exclusions` as one cell of words.

    The columns of a document therefore depend on the question alone, never on what the data hold.
    """
    for record in records:
        flat: dict[str, Any] = {}
        for key, value in record.items():
            if key == "exclusions":
                flat[key] = "; ".join(f"{label}: {n}" for label, n in value.items())
            elif isinstance(value, Mapping):
                flat.update({f"{key}.{name}": each for name, each in value.items()})
            else:
                flat[key] = value
        yield flat


def columns_of(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every column that any row has, in order of first appearance."""
    return list(dict.fromkeys(column for row in rows for column in row))


def csv_response(rows: Sequence[Mapping[str, Any]], file_name: str) -> Response:
    """The rows as a CSV download."""
    return Response(
        csv_text(columns_of(rows), rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )
