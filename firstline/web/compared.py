"""A file sent by a form, imported, and the figures that it moved: for what is stated rather than happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile

from firstline.errors import FirstlineError, MisuseError
from firstline.intake.request import ImportRequest
from firstline.query.difference import Moved
from firstline.query.moving import moved_by
from firstline.refresh.imports import import_all
from firstline.web.office import Office
from firstline.web.receiving import label_of, path_of


@dataclass(frozen=True)
class Sent:
    """What became of the file, in words, its batch (None where nothing was new) and the figures that moved."""

    title: str
    batch: int | None
    moved: Sequence[Moved]


def import_sent(office: Office, form: FormData, entity: str) -> Sent:
    """Import the form's `file` as rows of an entity.

    Raises MisuseError where no file was chosen, FirstlineError where it cannot be read.
    """
    sent = form.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise MisuseError("no_file", "No file was chosen.", "Choose a CSV, TSV or XLSX file.")
    now = office.now()
    sent.file.flush()
    request = ImportRequest(path=path_of(sent), name=label_of(sent), entity=entity)
    with office.working() as home:
        (record,), moved = moved_by(home, lambda where: import_all(where, [request], lambda: now), now)
    if record.error is not None:
        raise FirstlineError(**record.error)
    title = f"{record.accepted:,} rows of {request.name} accepted, {record.quarantined:,} quarantined"
    return Sent(title, record.batch, moved)
