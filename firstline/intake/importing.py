"""Import one file: read it, map it, check every row, land what is accepted, and say what became of the rest."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from firstline.errors import FirstlineError, MisuseError
from firstline.full_disk import naming_full_disk
from firstline.home import Home
from firstline.intake.accept import Delivery, Origin, accept_rows
from firstline.intake.cautions import warnings_of
from firstline.intake.classify import FUTURE_TOLERANCE, classify, count_fates, told_faults
from firstline.intake.erasing_cells import Returned, forget_again
from firstline.intake.mapping import Mapping
from firstline.intake.mapping_text import mapping_as_toml
from firstline.intake.new_values import find_new_values
from firstline.intake.parts import PartPlan
from firstline.intake.reading.kept_cells import kept_cells_name, write_kept_cells
from firstline.intake.reading.table import RawTable
from firstline.intake.recognition import lost_columns
from firstline.intake.request import ImportRecord, ImportRequest
from firstline.intake.settle import complete_until, lateness_seconds
from firstline.intake.stage import Part
from firstline.intake.staging import Staged, stage_file
from firstline.landing.received import keep_file, received_file
from firstline.model.batch import OWN_ROWS, NewValue
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import quoted

Progress = Callable[[str], None]
PREVIEW_ROWS = 5
FAULTS_TOLD = 5
"""Of so many different faults it is said what they are."""


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
        with naming_full_disk(home.path), tempfile.TemporaryDirectory(dir=home.path / "scratch") as scratch:
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
    staged = stage_file(home, warehouse, request, accepted_at, scratch, progress)
    request, mapping, parts = staged.request, staged.mapping, staged.parts
    progress(f"{request.name}: checking {staged.raw.read:,} rows")
    classify(warehouse, parts, staged.raw.rejects, staged.stamp)
    until = {part.entity.name: complete_until(warehouse, staged.reader, part, mapping, request) for part in parts}
    staged, returned = forget_again(home, warehouse, staged)
    raw, used = staged.raw, staged.reader.used
    unused = () if request.mapping_text is not None else [name for name in raw.headers if name not in used]
    warnings = tuple(warnings_of(warehouse, staged.cells, parts, mapping, home.settings, request, unused))
    if request.mapping_text is None and mapping.source != OWN_ROWS:
        lost = lost_columns(home.ledger.batches(), mapping, raw.headers)
        warnings += (lost,) if lost else ()
    if returned.blanked:
        warnings += (f"{returned.blanked:,} rows are of persons who were forgotten: what tells of them was left out.",)
    new_values = tuple(find_new_values(warehouse, staged.cells, parts))
    if dry_run:
        return _dry(warehouse, request, raw, mapping, staged.plans, parts, warnings, new_values)
    progress(f"{request.name}: landing")
    is_own = mapping.source == OWN_ROWS
    received = None if is_own else _keep(home, warehouse, staged, returned)
    delivery = Delivery(
        raw=raw,
        parts=parts,
        stamp=staged.stamp,
        file_name=request.name,
        file_sha256=staged.file_sha256,
        mapping=request.mapping_text or mapping_as_toml(mapping),
        warnings=warnings,
        stated_until=until,
        lateness_s=lateness_seconds(mapping, request),
        used=frozenset(staged.reader.used),
        formats=staged.reader.formats,
        secret=staged.secret,
        new_values=new_values,
        origin=Origin(
            headers=raw.headers,
            is_mapping_stated=request.mapping_text is not None and not is_own,
            received=received,
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
        entity=mapping.file.entity or staged.plans[0].entity.name,
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
        faults=told_faults(warehouse, FAULTS_TOLD),
        mapping=delivery.mapping,
        mapping_from=_told(request),
        new_values=_as_dicts(new_values),
    )


def _keep(home: Home, warehouse: Warehouse, staged: Staged, returned: Returned) -> str:
    """Keep the file as it was received, or without what tells of forgotten persons; returns its name there."""
    request = staged.request
    if request.again:
        return staged.received
    if not returned.blanked:
        keep_file(home.path, request.path, staged.received)
        return staged.received
    name = kept_cells_name(staged.received, home.ledger.last_number() + 1)
    write_kept_cells(warehouse, staged.raw, received_file(home.path, name))
    return name


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
        faults=told_faults(warehouse, FAULTS_TOLD),
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
