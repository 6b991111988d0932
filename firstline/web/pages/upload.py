"""A file sent from the browser: checked, imported, and told what became of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from firstline.errors import FirstlineError, MisuseError
from firstline.intake.reading.kinds import READABLE
from firstline.intake.request import ImportRecord
from firstline.model.vocabulary import entity
from firstline.web.office import Office
from firstline.web.security import FIELD, RefusedError, check_form

MAX_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class Upload:
    """What the form holds, checked; mapping and entity are None where the visitor left them open."""

    name: str
    content: bytes
    mapping: str | None
    entity: str | None


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
    def error(self) -> Mapping[str, str] | None:
        """What was wrong with the first file that was not read: {code, message, hint}; None when all were."""
        return next((record["error"] for record in self.records if record["error"]), None)

    def as_json(self) -> Any:
        """The import records."""
        return [dict(record) for record in self.records]


def check_size(request: Request) -> None:
    """Refuse a request that is too large before its body is read."""
    if int(request.headers.get("content-length") or 0) > MAX_BYTES:
        raise RefusedError(
            413,
            "file_too_large",
            f"The browser form takes files of up to {MAX_BYTES // 1024**2} MB.",
            "Import a larger one on the command line: firstline import PATH",
        )


async def read_upload(request: Request) -> Upload:
    """The checked form. Raises RefusedError for a foreign or too large one, MisuseError for a faulty one."""
    check_size(request)
    async with request.form(max_files=2, max_fields=4) as form:
        check_form(request, form.get(FIELD))
        chosen = form.get("file")
        if not isinstance(chosen, UploadFile) or not chosen.filename:
            raise MisuseError("no_file", "No file was chosen.", f"Choose one of {', '.join(READABLE)}.")
        kind = str(form.get("entity") or "")
        return Upload(
            name=chosen.filename,
            content=await chosen.read(),
            mapping=await _mapping_text(form),
            entity=entity(kind).name if kind else None,
        )


async def _mapping_text(form: FormData) -> str | None:
    mapping = form.get("mapping")
    if not isinstance(mapping, UploadFile) or not mapping.filename:
        return None
    try:
        return (await mapping.read()).decode("utf-8")
    except UnicodeDecodeError:
        hint = "A mapping file is TOML; was the data file chosen in its place?"
        raise MisuseError("bad_mapping", f"{mapping.filename} is not a text file.", hint) from None


def import_upload(office: Office, upload: Upload) -> Imported:
    """Import the file; an error of the file or its mapping becomes part of the page, not a crash."""
    try:
        records = office.import_upload(upload.name, upload.content, upload.mapping, upload.entity)
    except FirstlineError as error:
        records = [_nothing_read(upload, error)]
    return Imported(f"Import of {upload.name}", records)


def retry_upload(office: Office, upload: Upload) -> Imported:
    """Bring a mended export of the quarantine back; what is wrong with it becomes part of the page."""
    try:
        record = office.retry_upload(upload.name, upload.content)
    except FirstlineError as error:
        record = {**_nothing_read(upload, error), "closed": 0}
    return Imported(f"Mended rows of {upload.name}", [record])


def _nothing_read(upload: Upload, error: FirstlineError) -> dict[str, Any]:
    return ImportRecord(upload.name, entity=upload.entity, error=error.as_dict()).as_json()
