"""A mapping that is being made: the draft to begin with, and how the first rows are read with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from firstline.errors import FirstlineError
from firstline.intake.cautions import warnings_of
from firstline.intake.cells import Cells
from firstline.intake.classify import classify, count_fates
from firstline.intake.listing import plan_listing
from firstline.intake.mapping import FieldSource, FilePart, Mapping, read_mapping
from firstline.intake.match_keys import FUNCTION, KeyMaker
from firstline.intake.parts import PartPlan, Reader
from firstline.intake.planning import plan_parts
from firstline.intake.recognition import BY_KEPT_MAPPING, difference, nearest_export, recognised
from firstline.intake.request import ImportRequest
from firstline.intake.settle import complete_until, snapshot_at, zone_of
from firstline.intake.stage import Part, Stamp, stage_parts
from firstline.intake.suggestion import suggest_mapping
from firstline.intake.unclear_times import mark_unclear_times
from firstline.model.batch import Batch
from firstline.model.matching import rank_entities
from firstline.settings import Settings
from firstline.warehouse.engine import Row, Warehouse
from firstline.warehouse.tables import LISTED
from firstline.warehouse.text import quoted

PREVIEW_ROWS = 5
WHOLE = ""
"""Where the problem of no single field stands."""
OF_FILE = "file."
"""Begins where the problem of a key of [file] stands."""


@dataclass(frozen=True)
class Known:
    """The kept mapping that a draft began with, and the column names that are gone and new since (None: no other)."""

    batch: Batch
    mapping: Mapping
    gone: list[str]
    new: list[str]


@dataclass
class DraftReading:
    """How the sample is read: the first rows of each entity, what became of its rows, and what is wrong, by field.

    `formats` are the writings of dates and numbers that were found, by column.
    """

    problems: dict[str, FirstlineError] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def known_export(batches: Iterable[Batch], headers: tuple[str, ...], edits: int | None) -> Known | None:
    """The kept mapping that reads such a file, or read its like before the header changed; that of batch `edits`."""
    kept = list(batches)
    near = next((each for each in kept if each.number == edits), None)
    near = near or recognised(kept, headers) or nearest_export(kept, headers)
    if near is None or near.mapping is None:
        return None
    gone, new = difference(near.headers, headers)
    return Known(near, read_mapping(near.mapping, f"{BY_KEPT_MAPPING} '{near.source}'"), gone, new)


def first_draft(headers: tuple[str, ...], known: Known | None) -> Mapping:
    """The known mapping without the fields whose columns are gone; else what the column names suggest."""
    if known is not None:
        lost = {*known.gone}
        fields = {name: each for name, each in known.mapping.fields.items() if not lost & {*each.used_columns}}
        return known.mapping.model_copy(update={"fields": fields})
    ranked = rank_entities(list(headers))
    if not ranked:
        return Mapping(source="")
    return suggested(headers, ranked[0][0].name)


def suggested(headers: tuple[str, ...], entity: str) -> Mapping:
    """What the column names suggest for an entity, maybe nothing; the source has no name yet."""
    try:
        return suggest_mapping(headers, entity, "").model_copy(update={"source": ""})
    except FirstlineError:
        return Mapping(source="", file=FilePart(entity=entity))


def read_draft(
    warehouse: Warehouse, cells: Cells, draft: Mapping, settings: Settings, request: ImportRequest, now: datetime
) -> DraftReading:
    """Read the sample with a draft (`now` naive UTC); fields that cannot be read are left out of it and told."""
    found = DraftReading()
    entity = "ticket" if draft.events else draft.file.entity
    try:
        zone = zone_of(draft, settings, request)
    except FirstlineError as error:
        found.problems[f"{OF_FILE}timezone"], zone = error, settings.zone_name
    sound: dict[str, FieldSource] = {}
    for name, source in draft.fields.items() if entity else ():
        try:
            if source.expr is None:
                _reader(warehouse, cells, zone, draft).part(str(entity), {name: source}, [])
            sound[name] = source
        except FirstlineError as error:
            found.problems[name] = error
    # what the editor cannot change may be what cannot be read: the rest is shown nevertheless
    plain = {name: source for name, source in sound.items() if source.expr is None}
    trials = (
        draft.model_copy(update={"fields": sound}),
        draft.model_copy(update={"fields": plain, "also": (), "events": None}),
    )
    for trial in trials:
        reader = _reader(warehouse, cells, zone, draft)
        stamp = Stamp(draft.source, now, None, now)
        try:
            plans = plan_parts(reader, trial)
            trial = _with_sound_file(found, reader, plans, trial, stamp)
            _read(found, reader, plans, trial, stamp, settings, request)
            found.formats = reader.formats
            break
        except FirstlineError as error:
            found.problems.setdefault(WHOLE, error)
    return found


def _with_sound_file(
    found: DraftReading, reader: Reader, plans: list[PartPlan], draft: Mapping, stamp: Stamp
) -> Mapping:
    """The draft without what it says of the whole file and cannot be, which is told; dates its plans."""
    file = draft.file
    try:
        reader.check_key(file.key)
    except FirstlineError as error:
        found.problems[f"{OF_FILE}key"], file = error, file.model_copy(update={"key": ()})
    try:
        snapshot_at(reader, plans[0], draft, stamp, lambda: None)
        plan_listing(reader, plans, draft, stamp, lambda: None)
    except FirstlineError as error:
        name = "full" if file.full and plans[0].entity.name not in LISTED else "snapshot_at"
        found.problems[f"{OF_FILE}{name}"] = error
        file = file.model_copy(update={"full": False, "snapshot_at": None})
        snapshot_at(reader, plans[0], draft.model_copy(update={"file": file}), stamp, lambda: None)
    return draft.model_copy(update={"file": file})


def _read(
    found: DraftReading,
    reader: Reader,
    plans: list[PartPlan],
    draft: Mapping,
    stamp: Stamp,
    settings: Settings,
    request: ImportRequest,
) -> None:
    warehouse, cells = reader.warehouse, reader.cells
    # the keys of a sample lead nowhere: any secret makes them
    with warehouse.knowing(FUNCTION, KeyMaker(b"sample", settings.country).key):
        parts = stage_parts(warehouse, cells, plans, draft.file.key, stamp)
    mark_unclear_times(warehouse, cells, parts, reader.zone)
    classify(warehouse, parts, None, stamp)
    counts = count_fates(warehouse, parts, 0, 1 << 60)
    found.read, found.quarantined, found.reasons = cells.raw.read, counts.quarantined, counts.reasons
    found.accepted = counts.accepted + counts.unchanged
    found.warnings = tuple(warnings_of(warehouse, cells, parts, draft, settings, request, ()))
    try:
        complete_until(warehouse, reader, parts[0], draft, request)
    except FirstlineError as error:
        found.problems[f"{OF_FILE}complete_until"] = error
    found.rows = {part.entity.name: _first_rows(warehouse, part) for part in reversed(parts)}


def _first_rows(warehouse: Warehouse, part: Part) -> list[Row]:
    names = ", ".join(quoted(name) for name in part.plan.fields)
    rows = f"SELECT {names} FROM {part.table} ORDER BY row_number LIMIT {PREVIEW_ROWS}"
    return warehouse.rows(rows) if names else []


def _reader(warehouse: Warehouse, cells: Cells, zone: str, draft: Mapping) -> Reader:
    reader = Reader(warehouse, cells, zone, "mapping")
    reader.decimal = draft.file.decimal
    return reader


def plain_problem(error: FirstlineError) -> str:
    """An error of the draft in words: where it stands is seen."""
    return error.message.removeprefix("mapping: ")
