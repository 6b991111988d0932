"""Quarantined rows to take away and mend: as CSV (those of one source and entity) or as a workbook (all of them)."""

from __future__ import annotations

import io

from starlette.requests import Request
from starlette.responses import Response

from firstline.errors import MisuseError
from firstline.intake.quarantine import QuarantinedRow
from firstline.intake.quarantine_export import one_csv, shapes_of, workbook
from firstline.web.office import Office
from firstline.web.pages.quarantine import sought_by

WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_csv(office: Office, request: Request) -> Response:
    """The open rows that `?batch=`, `?reason=`, `?source=` and `?entity=` ask for, with the columns that name them.

    Raises MisuseError where they are none, or do not fit into one table.
    """
    rows = _rows(office, request)
    text = one_csv(rows)
    return _attached(text.encode(), "text/csv; charset=utf-8", f"quarantine-{shapes_of(rows)[0].name}.csv")


def export_workbook(office: Office, request: Request) -> Response:
    """The same rows as a workbook, a sheet for each source and entity."""
    out = io.BytesIO()
    workbook(shapes_of(_rows(office, request))).save(out)
    return _attached(out.getvalue(), WORKBOOK_TYPE, "quarantine.xlsx")


def _rows(office: Office, request: Request) -> list[QuarantinedRow]:
    source, entity = (request.query_params.get(name) or None for name in ("source", "entity"))
    found = [
        row
        for row in office.quarantine(sought_by(office, request))
        if source in (None, row.source) and entity in (None, row.entity)
    ]
    if not found:
        raise MisuseError("nothing_quarantined", "No such row waits to be mended.", "The quarantine page shows them.")
    return found


def _attached(content: bytes, kind: str, file_name: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{file_name}"'})
