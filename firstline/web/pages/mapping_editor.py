"""The mapping editor: a waiting file's columns and what they become, read again at every change, then imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any
from zoneinfo import available_timezones

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from firstline.errors import FirstlineError, MisuseError
from firstline.intake import mapping as mappings
from firstline.intake.cells import make_cells
from firstline.intake.draft_columns import Column, columns_of, with_suggestions
from firstline.intake.draft_form import composed, entity_of, fields_of, shown
from firstline.intake.drafting import DraftReading, Known, first_draft, known_export, plain_problem, read_draft
from firstline.intake.mapping import FilePart, read_mapping
from firstline.intake.mapping_text import mapping_as_toml
from firstline.intake.reading.table import RawTable
from firstline.intake.sampling import Sample, sampled
from firstline.intake.waiting import Waiting, discard, note, waiting_file
from firstline.model.batch import live_numbers
from firstline.model.entity import EntityField
from firstline.model.vocabulary import entity as entity_named
from firstline.periods import parse_moment
from firstline.warehouse.engine import Row, Warehouse
from firstline.web.office import Office
from firstline.web.pages.upload import Imported

ADDRESS = "/sources/map"
ZONES = tuple(sorted(available_timezones()))


@dataclass(frozen=True)
class Editor:
    """The editor of one waiting file. `problem` is what is wrong with the whole; `known` the kept mapping behind it.

    `constants` are fields with one value for all rows, `kept` what the editor keeps and cannot change, by the name of
    the box that drops it; `missing` are fields that figures want and nothing fills.
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
    zones: Sequence[str] = ZONES

    @property
    def left_out(self) -> Sequence[str]:
        """Columns that become no field."""
        return [each.header for each in self.columns if each.field is None]

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
    with _opened(office, waiting) as (warehouse, sample, raw, known, draft):
        return _editor(office, waiting, warehouse, sample, raw, known, draft)


def read_again(office: Office, form: FormData) -> Editor:
    """The editor as its form says, which is kept."""
    waiting = waiting_file(office.home_path, str(form.get("file") or ""))
    with _opened(office, waiting) as (warehouse, sample, raw, known, before):
        draft = composed(before, known.mapping if known else None, sample.headers, _texts(form))
        if known is None and draft.file.entity != before.file.entity:
            draft = with_suggestions(warehouse, make_cells(warehouse, raw, draft.file.null_words), draft)
        waiting = waiting.model_copy(update={"mapping": _text(waiting, known, draft)})
        note(office.home_path, waiting)
        return _editor(office, waiting, warehouse, sample, raw, known, draft)


def import_mapped(office: Office, form: FormData) -> Imported | Response:
    """Import the file with the mapping that the form says; where that cannot be, the editor again, which tells why."""
    editor = read_again(office, form)
    text = str(form.get("exported_at") or "")
    exported_at = parse_moment(text, office.settings.zone, "When it was exported") if text else None
    back = RedirectResponse(f"{ADDRESS}?file={editor.waiting.id}", status_code=303)
    if editor.reading.problems or not editor.draft.source:
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


@contextmanager
def _opened(
    office: Office, waiting: Waiting
) -> Iterator[tuple[Warehouse, Sample, RawTable, Known | None, mappings.Mapping]]:
    """The sample of a waiting file, the kept mapping of its source, and the draft as it stands."""
    stated = read_mapping(waiting.mapping, "mapping") if waiting.mapping else None
    batches = office.batches()[::-1]
    live = live_numbers(batches)
    kept = [each for each in batches if each.number in live and each.is_mapping_kept]
    request, folder = waiting.request(office.home_path), waiting.folder(office.home_path)
    edited = next((each for each in kept if each.number == waiting.edits), None)
    base = stated or (read_mapping(edited.mapping or "", "mapping") if edited else None)
    file = base.file if base else FilePart()
    with sampled(office.home_path, folder, office.settings, request, file) as (warehouse, sample, raw):
        known = known_export(kept, sample.headers, waiting.edits)
        draft = stated or first_draft(sample.headers, known)
        if stated is None and known is None:
            draft = with_suggestions(warehouse, make_cells(warehouse, raw, None), draft)
        yield warehouse, sample, raw, known, draft


def _editor(
    office: Office,
    waiting: Waiting,
    warehouse: Warehouse,
    sample: Sample,
    raw: RawTable,
    known: Known | None,
    draft: mappings.Mapping,
) -> Editor:
    now = office.now().astimezone(UTC).replace(tzinfo=None)
    reading, cells = read_draft(warehouse, raw, draft, office.settings, waiting.request(office.home_path), now)
    seen = shown(draft, sample.headers)
    whole = reading.problems.get("")
    entity = entity_of(draft)
    return Editor(
        title=f"What is in {waiting.name}?",
        waiting=waiting,
        sample=sample,
        draft=draft,
        toml=_text(waiting, known, draft),
        entity=entity,
        fields=fields_of(draft),
        columns=columns_of(warehouse, cells, draft, seen, reading, known),
        constants=[(name, _constant(draft.fields[name].constant)) for name in seen.constants],
        kept=_kept(draft, seen.kept),
        missing=_missing(entity, draft) if entity else (),
        reading=reading,
        problem=f"{plain_problem(whole)} {whole.hint}" if isinstance(whole, FirstlineError) else "",
        known=known,
        zone=office.settings.zone_name,
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
