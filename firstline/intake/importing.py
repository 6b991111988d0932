"""Import one file: read it, map it, check every row, land what is accepted, and say what became of the rest."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from firstline.errors import FirstlineError, MisuseError
from firstline.home import Home
from firstline.intake.accept import Delivery, Origin, accept_rows
from firstline.intake.cautions import warnings_of
from firstline.intake.cells import make_cells
from firstline.intake.classify import FUTURE_TOLERANCE, classify, count_fates
from firstline.intake.listing import plan_listing
from firstline.intake.mapping import FilePart, Mapping, mapping_error, read_mapping
from firstline.intake.match_keys import making_keys
from firstline.intake.new_values import find_new_values
from firstline.intake.parts import PartPlan, Reader
from firstline.intake.planning import plan_parts
from firstline.intake.reading.mended import read_mended, refuse_reserved
from firstline.intake.reading.reader import read_file
from firstline.intake.reading.table import RawTable
from firstline.intake.recognition import changed_header, recognised
from firstline.intake.request import ImportRecord, ImportRequest
from firstline.intake.settle import complete_until, lateness_seconds, snapshot_at, zone_of
from firstline.intake.stage import Part, Stamp, stage_parts
from firstline.intake.suggestion import is_whole, mapping_as_toml, suggest_mapping
from firstline.landing.files import sha256_of
from firstline.landing.received import keep_file
from firstline.model.batch import OWN_ROWS, NewValue, live_numbers
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import quoted

Progress = Callable[[str], None]
PREVIEW_ROWS = 5


def import_file(
    home: Home,
    request: ImportRequest,
    now: datetime,
    dry_run: bool = False,
    progress: Progress = lambda step: None,
) -> ImportRecord:
    """Import one file into the landing and the ledger; the caller applies the new batches.

    `now` (aware) becomes the accept time. Every problem with the file or its mapping comes back in the record.
    """
    # one accept time is one version time: milliseconds are what the model stores
    accepted_at = now.astimezone(UTC).replace(tzinfo=None)
    warehouse = home.warehouse.cursor()
    try:
        with tempfile.TemporaryDirectory(dir=home.path / "scratch") as scratch:
            return _import(home, warehouse, request, accepted_at, dry_run, progress, Path(scratch))
    except FirstlineError as error:
        return ImportRecord(request.name, error=error.as_dict(), exit_code=error.exit_code, sheet=request.sheet)
    finally:
        warehouse.close()


def _import(
    home: Home,
    warehouse: Warehouse,
    request: ImportRequest,
    accepted_at: datetime,
    dry_run: bool,
    progress: Progress,
    scratch: Path,
) -> ImportRecord:
    if request.exported_at and request.exported_at > accepted_at.replace(tzinfo=UTC) + FUTURE_TOLERANCE:
        hint = "A row of such a file would win over everything that comes until then."
        raise MisuseError("bad_date", f"The export date {request.exported_at.isoformat()} lies ahead.", hint)
    progress(f"{request.name}: reading")
    raw, mapping, request = _read(home, warehouse, request, scratch)
    cells = make_cells(warehouse, raw, mapping.file.null_words)
    exported_at = _naive_utc(request.exported_at)
    first = _naive_utc(request.first.accepted_at) if request.first else None
    stamp = Stamp(mapping.source, accepted_at, exported_at, first or accepted_at)
    reader = Reader(
        warehouse, cells, zone_of(mapping, home.settings, request), request.name, request.mapping_text or ""
    )
    reader.decimal = mapping.file.decimal
    if request.mapping_text is not None:
        reader.place = request.mapping_name
    if request.mends:
        reader.formats.update(request.mends.batch.formats)
        reader.is_mending = True
    plans = plan_parts(reader, mapping)
    reader.check_key(mapping.file.key)
    received = sha256_of(request.path)
    file_sha256 = request.mends.batch.file_sha256 if request.mends else received
    snapshot_at(reader, plans[0], mapping, stamp, lambda: _first_import(home, mapping.source, file_sha256))
    plan_listing(reader, plans, mapping, stamp, lambda: _first_import(home, mapping.source, file_sha256))
    progress(f"{request.name}: reading {raw.read:,} rows as {plans[0].entity.name}")
    with making_keys(home, warehouse, plans) as secret:
        parts = stage_parts(warehouse, cells, plans, mapping.file.key, stamp)
    progress(f"{request.name}: checking {raw.read:,} rows")
    classify(warehouse, parts, raw.rejects, stamp)
    warnings = tuple(warnings_of(warehouse, cells, parts, mapping, home.settings, request))
    new_values = tuple(find_new_values(warehouse, cells, parts))
    if dry_run:
        return _dry(warehouse, request, raw, mapping, plans, parts, warnings, new_values)
    progress(f"{request.name}: landing")
    until = {part.entity.name: complete_until(warehouse, reader, part, mapping, request) for part in parts}
    is_own = mapping.source == OWN_ROWS
    if not is_own and not request.again:
        keep_file(home.path, request.path, received)
    delivery = Delivery(
        raw=raw,
        parts=parts,
        stamp=stamp,
        file_name=request.name,
        file_sha256=file_sha256,
        mapping=request.mapping_text or mapping_as_toml(mapping),
        warnings=warnings,
        stated_until=until,
        lateness_s=lateness_seconds(mapping, request),
        used=frozenset(reader.used),
        formats=reader.formats,
        secret=secret,
        new_values=new_values,
        origin=Origin(
            headers=raw.headers,
            is_mapping_stated=request.mapping_text is not None and not is_own,
            received=None if is_own else received,
            member=request.member,
            complete_until=request.complete_until,
            mends=request.mends.batch.number if request.mends else None,
            reread_by=request.again.withdrawal if request.again else None,
        ),
    )
    batches = accept_rows(home, warehouse, delivery)
    reasons: dict[str, int] = {}
    written: dict[str, int] = {}
    for batch in batches:
        for reason, count in batch.reasons.items():
            reasons[reason] = reasons.get(reason, 0) + count
        for name, count in batch.entities.items():
            written[name] = written.get(name, 0) + count
    return ImportRecord(
        path=request.name,
        entity=mapping.file.entity or plans[0].entity.name,
        entities=written,
        read=sum(batch.read for batch in batches),
        accepted=sum(batch.accepted for batch in batches),
        unchanged=sum(batch.unchanged for batch in batches),
        quarantined=sum(batch.quarantined for batch in batches),
        reasons=reasons,
        batch=batches[-1].number,
        batches=tuple(batch.number for batch in batches),
        sheet=raw.sheet,
        stated=raw.stated,
        warnings=warnings,
        mapping=delivery.mapping,
        mapping_from=_told(request),
        new_values=_as_dicts(new_values),
    )


def _read(
    home: Home, warehouse: Warehouse, request: ImportRequest, scratch: Path
) -> tuple[RawTable, Mapping, ImportRequest]:
    """The file's rows and the mapping to read them with; the request states that mapping where a kept one was found."""
    stated = read_mapping(request.mapping_text, request.mapping_name) if request.mapping_text is not None else None
    if request.mends:
        raw = read_mended(warehouse, request.path, request.mends)
    else:
        raw = read_file(warehouse, request, stated.file if stated else FilePart(), scratch)
    refuse_reserved(raw, request.name)
    if stated is not None or request.entity is not None:
        return raw, _settled(stated, raw, request), request
    batches = home.ledger.batches()
    live = live_numbers(batches)
    kept = [each for each in batches if each.number in live and request.source in (None, each.source)]
    found = recognised(kept, raw.headers)
    if found is not None:
        name = f"the kept mapping of '{found.source}'"
        known = replace(request, mapping_text=found.mapping, mapping_name=name)
        mapping = read_mapping(found.mapping or "", name)
        return (raw, mapping, known) if mapping.file.reads_as_found else _read(home, warehouse, known, scratch)
    problem = changed_header(kept, raw.headers, request.name, is_known_source=request.source is not None)
    if problem is not None and not is_whole(raw.headers):
        raise problem
    mapping = _settled(None, raw, request)
    return raw, mapping.model_copy(update={"source": request.source}) if request.source else mapping, request


def _settled(stated: Mapping | None, raw: RawTable, request: ImportRequest) -> Mapping:
    """The mapping to use: the stated one (its entity named by --as where it names none), else one by header."""
    if stated is None:
        return suggest_mapping(raw.headers, request.entity, request.name)
    entity = stated.file.entity
    if request.entity and entity and request.entity != entity:
        problem = f"the mapping is for {entity}, but --as says {request.entity}."
        raise mapping_error(request.mapping_text or "", request.mapping_name, ["file", "entity"], problem, "Drop one.")
    if request.entity and not entity:
        return stated.model_copy(update={"file": stated.file.model_copy(update={"entity": request.entity})})
    return stated


def _first_import(home: Home, source: str, file_sha256: str) -> datetime | None:
    """When this very file was first imported for the source (UTC), None if it never was."""
    seen = [
        batch.accepted_at
        for batch in home.ledger.batches()
        if (batch.source, batch.file_sha256) == (source, file_sha256)
    ]
    return min(seen).astimezone(UTC).replace(tzinfo=None) if seen else None


def _dry(
    warehouse: Warehouse,
    request: ImportRequest,
    raw: RawTable,
    mapping: Mapping,
    plans: list[PartPlan],
    parts: list[Part],
    warnings: tuple[str, ...],
    new_values: tuple[NewValue, ...],
) -> ImportRecord:
    counts = count_fates(warehouse, parts, 0, 1 << 60)
    shown = []
    for part in parts:
        names = ", ".join(quoted(name) for name in part.plan.fields)
        rows = warehouse.rows(f"SELECT {names} FROM {part.table} ORDER BY row_number LIMIT {PREVIEW_ROWS}")
        shown += [{"entity": part.entity.name, **{name: _plain(value) for name, value in row.items()}} for row in rows]
    return ImportRecord(
        path=request.name,
        entity=mapping.file.entity or plans[0].entity.name,
        entities={
            part.entity.name: int(warehouse.value(f"SELECT count(*) FROM {part.table} WHERE landed = 'accepted'") or 0)
            for part in parts
        },
        read=raw.read,
        accepted=counts.accepted,
        unchanged=counts.unchanged,
        quarantined=counts.quarantined,
        reasons=counts.reasons,
        sheet=raw.sheet,
        stated=raw.stated,
        warnings=warnings,
        mapping=request.mapping_text or mapping_as_toml(mapping),
        mapping_from=_told(request),
        new_values=_as_dicts(new_values),
        preview=tuple(shown),
    )


def _told(request: ImportRequest) -> str:
    """Where the mapping is from, in words."""
    return "the names of its columns" if request.mapping_text is None else request.mapping_name


def _as_dicts(new_values: tuple[NewValue, ...]) -> tuple[dict[str, Any], ...]:
    return tuple(each.model_dump() for each in new_values)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat() + "Z"
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _naive_utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None
