"""Files sent from the browser: each is imported by itself, and the page tells what became of every one."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from firstline.errors import FirstlineError, MisuseError
from firstline.full_disk import DISK_FULL, DiskFullError, is_full_disk
from firstline.intake.gathering import gather
from firstline.intake.reading.kinds import READABLE
from firstline.intake.request import ImportRecord, ImportRequest
from firstline.intake.waiting import keep_waiting
from firstline.web.office import Office
from firstline.web.receiving import label_of, path_of
from firstline.web.rendering import as_json
from firstline.web.security import CRASH, NO_ROOM

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Given:
    """A received file: what it is called, and where it lies."""

    name: str
    path: Path


@dataclass(frozen=True)
class Imported:
    """The result page: an import record for each file or sheet, in the form of the command-line contract."""

    title: str
    records: Sequence[Mapping[str, Any]]

    @property
    def closed(self) -> int | None:
        """How many entries of the quarantine were closed; None for an import of new rows."""
        found: int | None = self.records[0].get("closed")
        return found

    @property
    def status(self) -> int:
        """The HTTP status: 422 where something was wrong with a file, 507 where there was no room for one."""
        if any(record["error"] and record["error"]["code"] == DISK_FULL for record in self.records):
            return NO_ROOM
        return 422 if any(record["error"] and not record.get("waiting") for record in self.records) else 200

    def as_json(self) -> Any:
        """The import records."""
        return [dict(record) for record in self.records]


def import_uploads(office: Office, form: FormData) -> Imported:
    """Import each file of the form; what is wrong with one is told on the page and stops no other.

    A file whose mapping is not known waits for it; so does one with which a kept mapping is to be changed.
    """
    files, mapping = _given(form), _mapping_text(form)
    edits = str(form.get("edits") or "")
    records = [
        record
        for each in files
        for record in (_kept(office, each, int(edits)) if edits.isdigit() else _imported(office, each, mapping))
    ]
    called = files[0].name if len(files) == 1 else f"{len(files)} files"
    return Imported(f"Import of {called}", records)


def retry_upload(office: Office, form: FormData) -> Imported:
    """Bring a mended export of the quarantine back; what is wrong with it becomes part of the page."""
    given = _given(form)[0]
    try:
        record = office.retry_upload(given.path, given.name)
    except FirstlineError as error:
        record = {**_nothing_read(given, error), "closed": 0}
    return Imported(f"Mended rows of {given.name}", [record])


def progress_json(office: Office, _request: Request) -> Response:
    """What the import that runs now is doing; empty when none runs."""
    return as_json({"step": office.step})


def _given(form: FormData) -> list[Given]:
    """The files of the form. Raises MisuseError when there is none."""
    files = [each for each in form.getlist("file") if isinstance(each, UploadFile) and each.filename]
    if not files:
        raise MisuseError("no_file", "No file was chosen.", f"Choose one of {', '.join(READABLE)}.")
    for each in files:
        # so that all of it lies on the disk when it is read by its path
        each.file.flush()
    return [Given(label_of(each), path_of(each)) for each in files]


def _mapping_text(form: FormData) -> str | None:
    mapping = form.get("mapping")
    if not isinstance(mapping, UploadFile) or not mapping.filename:
        return None
    try:
        return mapping.file.read().decode("utf-8")
    except UnicodeDecodeError:
        hint = "A mapping file is TOML; was the data file chosen in its place?"
        raise MisuseError("bad_mapping", f"{label_of(mapping)} is not a text file.", hint) from None


def _imported(office: Office, given: Given, mapping: str | None) -> Sequence[Mapping[str, Any]]:
    request = ImportRequest(given.path, given.name, mapping_text=mapping, asks_first=True)
    try:
        return office.import_upload(request)
    except FirstlineError as error:
        return [_nothing_read(given, error)]
    except Exception as error:
        if is_full_disk(error):
            return [_nothing_read(given, DiskFullError(office.home_path))]
        # a fault of ours that one file meets must not cost the others
        _log.exception("The import of %s failed", given.name)
        return [_nothing_read(given, CRASH)]


def _kept(office: Office, given: Given, edits: int) -> Sequence[Mapping[str, Any]]:
    """Keep the file, or each file and sheet in it, for the editor."""
    records = []
    for item in gather(ImportRequest(given.path, given.name)):
        if isinstance(item, ImportRequest):
            waiting = keep_waiting(office.home_path, item, "Its mapping is to be changed.", office.now(), edits)
            records.append({**ImportRecord(item.name, sheet=item.sheet).as_json(), "waiting": waiting.id})
        else:
            records.append(item.as_json())
    return records


def _nothing_read(given: Given, error: FirstlineError) -> dict[str, Any]:
    return ImportRecord(given.name, error=error.as_dict()).as_json()
