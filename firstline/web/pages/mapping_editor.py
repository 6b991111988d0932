"""The mapping editor: a waiting file's columns and what they become, read again at every change, then imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any
from zoneinfo import available_timezones

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from firstline.errors import FirstlineError, MisuseError
from firstline.intake import mapping as mappings
from firstline.intake.draft_columns import Column, columns_of, with_suggestions
from firstline.intake.draft_file import FileGroup, file_group, file_said, told_at
from firstline.intake.draft_form import columns_mark, composed, entity_of, fields_of, shown
from firstline.intake.drafting import OF_FILE, WHOLE, DraftReading, Known, plain_problem, read_draft
from firstline.intake.mapping import read_mapping
from firstline.intake.mapping_text import mapping_as_toml
from firstline.intake.sampling import Sample
from firstline.intake.waiting import Waiting, discard, note, waiting_file
from firstline.model.entity import EntityField
from firstline.model.vocabulary import entity as entity_named
from firstline.periods import parse_moment
from firstline.warehouse.engine import Row
from firstline.web.office import Office
from firstline.web.pages.mapping_desk import Desk, keep_draft, opened, read_in_another_way
from firstline.web.pages.upload import Imported

ADDRESS = "/sources/map"
ZONES = tuple(sorted(available_timezones()))
MOST_OPEN = 30
"""Of a file with more columns those that become no field are folded together."""


@dataclass(frozen=True)
class Editor:
    """The editor of one waiting file. `problem` is what is wrong with the whole; `known` the kept mapping behind it.

    `constants` are fields with one value for all rows, `kept` what the editor keeps and cannot change, by the name of
    the box that drops it; `missing` are fields that figures want and nothing fills; `find` is what columns are sought
    by, `mark` tells the columns of this form from others.
    """

    title: str
    waiting: Waiting
    sample: Sample
    draft: mappings.Mapping
    toml: str
    entity: str | None
    fields: Mapping[str, EntityField]
    columns: Sequence[Column]
    constants: Sequence[tuple[str, str]]
    kept: Sequence[tuple[str, str]]
    missing: Sequence[str]
    reading: DraftReading
    problem: str
    known: Known | None
    zone: str
    file: FileGroup
    find: str
    mark: str
    zones: Sequence[str] = ZONES

    @property
    def is_ready(self) -> bool:
        """Whether the file can be imported as the draft says."""
        return not (self.reading.problems or self.file.wrong) and bool(self.draft.source and self.entity)

    @property
    def is_wide(self) -> bool:
        """Whether the file has so many columns that those left out are folded together."""
        return len(self.columns) > MOST_OPEN

    @property
    def left_out_columns(self) -> Sequence[Column]:
        """Columns that become no field."""
        return [each for each in self.columns if each.field is None]

    def sought(self, columns: Sequence[Column]) -> bool:
        """Whether what columns are sought by is in one of these."""
        return any(self.find.strip().lower() in each.sought for each in columns)

    @property
    def left_out(self) -> Sequence[str]:
        """Their names."""
        return [each.header for each in self.left_out_columns]

    @property
    def tables(self) -> Mapping[str, tuple[Sequence[str], Sequence[Row]]]:
        """The first rows of each entity as they are read: field names, and the rows."""
        return {name: (list(rows[0]), rows) for name, rows in self.reading.rows.items() if rows}

    def as_json(self) -> Any:
        """The draft, what is wrong with it, and how the first rows are read."""
        return {
            "file": self.waiting.name,
            "mapping": self.toml,
            "problems": {name: plain_problem(error) for name, error in self.reading.problems.items()},
            "left_out": list(self.left_out),
            "read": self.reading.read,
            "accepted": self.reading.accepted,
            "quarantined": self.reading.quarantined,
            "preview": {
                name: [{key: None if value is None else str(value) for key, value in row.items()} for row in rows]
                for name, rows in self.reading.rows.items()
            },
        }


def editor_page(office: Office, request: Request) -> Editor:
    """The editor for the waiting file of `?file=`."""
    waiting = waiting_file(office.home_path, request.query_params.get("file", ""))
    with opened(office, waiting) as desk:
        return _editor(office, desk.waiting, desk, desk.draft)


def read_again(office: Office, form: FormData) -> Editor:
    """The editor as its form says, which is kept."""
    waiting = waiting_file(office.home_path, str(form.get("file") or ""))
    said = _texts(form)
    with opened(office, waiting) as before:
        known = before.known
        file, wrong = file_said(before.draft.file, before.sample, said)
        draft = composed(before.draft, known.mapping if known else None, before.sample.headers, file, said)
        if known is None and draft.file.entity != before.draft.file.entity:
            draft = with_suggestions(before.warehouse, before.cells, draft)
        sheet = file.sheet if waiting.sheet is not None and isinstance(file.sheet, str) else waiting.sheet
        waiting = waiting.model_copy(update={"wrong": wrong, "sheet": sheet})
        waiting = keep_draft(office, waiting, _text(waiting, known, draft))
        if file.reading == before.draft.file.reading:
            return _editor(office, waiting, before, draft, said.get("find", ""))
    with opened(office, waiting, before.draft.file) as desk:
        waiting, draft = read_in_another_way(desk, before)
        waiting = keep_draft(office, waiting, _text(waiting, desk.known, draft))
        return _editor(office, waiting, desk, draft, said.get("find", ""))


def import_mapped(office: Office, form: FormData) -> Imported | Response:
    """Import the file with the mapping that the form says; where that cannot be, the editor again, which tells why."""
    editor = read_again(office, form)
    text = str(form.get("exported_at") or "")
    exported_at = parse_moment(text, office.settings.zone, "When it was exported") if text else None
    back = RedirectResponse(f"{ADDRESS}?file={editor.waiting.id}", status_code=303)
    if not editor.is_ready:
        return back
    request = replace(
        editor.waiting.request(office.home_path),
        mapping_text=editor.toml,
        mapping_name=f"the mapping of '{editor.draft.source}'",
        exported_at=exported_at,
    )
    records = office.import_upload(request)
    if any(record["error"] for record in records):
        waiting = editor.waiting.model_copy(update={"why": records[0]["error"]["message"]})
        note(office.home_path, waiting)
        return back
    discard(office.home_path, editor.waiting)
    return Imported(f"Import of {editor.waiting.name}", records)


def discard_file(office: Office, form: FormData) -> Response:
    """Delete a waiting file."""
    discard(office.home_path, waiting_file(office.home_path, str(form.get("file") or "")))
    return RedirectResponse("/sources", status_code=303)


def mapping_toml(office: Office, request: Request) -> Response:
    """The draft of a waiting file as TOML, or the kept mapping of batch `?batch=`."""
    number = request.query_params.get("batch", "")
    if number:
        kept = next((each for each in office.batches() if str(each.number) == number and each.mapping), None)
        if kept is None:
            raise MisuseError("no_such_mapping", f"Batch {number!r} has no mapping.", "The sources page lists them.")
        return _toml(kept.mapping or "", kept.source)
    editor = editor_page(office, request)
    return _toml(editor.toml, editor.draft.source)


def _editor(office: Office, waiting: Waiting, desk: Desk, draft: mappings.Mapping, find: str = "") -> Editor:
    now = office.now().astimezone(UTC).replace(tzinfo=None)
    sample, known = desk.sample, desk.known
    reading = read_draft(desk.warehouse, desk.cells, draft, office.settings, waiting.request(office.home_path), now)
    seen = shown(draft, sample.headers)
    whole = reading.problems.get(WHOLE)
    of_file = {name.removeprefix(OF_FILE): error for name, error in reading.problems.items() if OF_FILE in name}
    told = {name: told_at(name, error) for name, error in of_file.items()}
    entity = entity_of(draft)
    return Editor(
        title=f"What is in {waiting.name}?",
        waiting=waiting,
        sample=sample,
        draft=draft,
        toml=_text(waiting, known, draft),
        entity=entity,
        fields=fields_of(draft),
        columns=columns_of(desk.warehouse, sample, desk.cells, draft, seen, reading, known),
        constants=[(name, _constant(draft.fields[name].constant)) for name in seen.constants],
        kept=_kept(draft, seen.kept),
        missing=_missing(entity, draft) if entity else (),
        reading=reading,
        problem=f"{plain_problem(whole)} {whole.hint}" if isinstance(whole, FirstlineError) else "",
        known=known,
        zone=office.settings.zone_name,
        file=file_group(draft, sample, waiting, told),
        find=find,
        mark=columns_mark(sample.headers),
    )


def _text(waiting: Waiting, known: Known | None, draft: mappings.Mapping) -> str:
    """The draft as TOML: in a person's own words, comments and all, as long as it says the same."""
    for text in (waiting.mapping, known.batch.mapping if known else None):
        if text and read_mapping(text, "mapping") == draft:
            return text
    return mapping_as_toml(draft)


def _kept(draft: mappings.Mapping, names: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    for name in names:
        source = draft.fields[name]
        found.append((f"drop-{name}", f"{name}: {source.expr or ' + '.join(source.used_columns)}"))
    for index, also in enumerate(draft.also):
        when = f", where {also.when}" if also.when else ""
        found.append((f"drop-also-{index}", f"a further {also.entity.replace('_', ' ')} from each row{when}"))
    return found


def _missing(entity: str, draft: mappings.Mapping) -> list[str]:
    known = entity_named(entity)
    needed = {*known.stated_key, *known.placed_by} - {*known.open_key}
    if draft.events is not None or any(name in draft.fields for name in known.placed_by):
        needed -= {*known.placed_by}
    if draft.events is not None or draft.file.key:
        needed -= {*known.stated_key}
    return [
        each.name for each in known.fields if each.name not in draft.fields and (each.wanted or each.name in needed)
    ]


def _constant(value: mappings.Scalar | None) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _texts(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


def _toml(text: str, source: str) -> Response:
    name = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in source) or "mapping"
    headers = {"Content-Disposition": f'attachment; filename="{name}.toml"'}
    return Response(text, media_type="application/toml", headers=headers)
