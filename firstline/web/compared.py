"""A file sent by a form, imported or tried, and the figures that move: for what is stated rather than happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile

from firstline.errors import FirstlineError, MisuseError
from firstline.full_disk import raise_if_full
from firstline.intake.request import ImportRequest
from firstline.query.difference import Moved
from firstline.query.moving import moved_by
from firstline.refresh.imports import import_all
from firstline.web.office import Office
from firstline.web.receiving import label_of, path_of

TRY = "try"
"""What the button of a form says that only tries a change."""


@dataclass(frozen=True)
class Sent:
    """What became of the file, in words, its batch (None where nothing was new) and the figures that moved.

    Of one that was only tried, what would become of it. `faults` say what is wrong with rows that were quarantined,
    `warnings` what else its reader should know.
    """

    title: str
    batch: int | None
    moved: Sequence[Moved]
    is_trial: bool
    faults: Sequence[str] = ()
    warnings: Sequence[str] = ()


def import_sent(office: Office, form: FormData, entity: str) -> Sent:
    """Import the form's `file` as rows of an entity; where its button says so, only try it.

    Raises MisuseError where no file was chosen, FirstlineError where it cannot be read.
    """
    sent = form.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise MisuseError("no_file", "No file was chosen.", "Choose a CSV, TSV or XLSX file.")
    now, is_trial = office.now(), form.get("do") == TRY
    sent.file.flush()
    request = ImportRequest(path=path_of(sent), name=label_of(sent), entity=entity)
    with office.working() as home:
        (record,), moved = moved_by(home, lambda where: import_all(where, [request], lambda: now), now, is_trial)
    raise_if_full(record.error, home.path)
    if record.error is not None:
        raise FirstlineError(**record.error)
    would = "would be " if is_trial else ""
    title = f"{record.accepted:,} rows of {request.name} {would}accepted, {record.quarantined:,} {would}quarantined"
    return Sent(title, None if is_trial else record.batch, moved, is_trial, record.faults, record.warnings)
