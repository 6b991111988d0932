"""Read a file and cut it into typed parts, in scratch tables: all of an import but the judgement of its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from firstline.errors import MisuseError
from firstline.home import Home
from firstline.intake.cells import Cells, make_cells
from firstline.intake.listing import plan_listing
from firstline.intake.mapping import FilePart, mapping_error, read_mapping
from firstline.intake.mapping import Mapping as FileMapping
from firstline.intake.match_keys import making_keys
from firstline.intake.parts import PartPlan, Reader
from firstline.intake.planning import plan_parts
from firstline.intake.reading.kept_cells import is_kept_cells, read_kept_cells
from firstline.intake.reading.mended import read_mended, refuse_reserved
from firstline.intake.reading.reader import read_file
from firstline.intake.reading.table import RawTable
from firstline.intake.recognition import BY_KEPT_MAPPING, changed_header, recognised
from firstline.intake.request import ImportRequest
from firstline.intake.settle import snapshot_at, zone_of
from firstline.intake.stage import Part, Stamp, stage_parts
from firstline.intake.suggestion import is_whole, suggest_mapping
from firstline.intake.unclear_times import mark_unclear_times
from firstline.landing.files import sha256_of
from firstline.model.batch import live_numbers
from firstline.warehouse.engine import Warehouse

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Staged:
    """A file that was read: its rows, how they are read, and the parts they became.

    `request` states the mapping where a kept one was found; `received` is the name under which the file is, or is to
    be, kept; `secret` the fingerprint of the secret that match keys were made with, None where there are none.
    """

    request: ImportRequest
    raw: RawTable
    cells: Cells
    mapping: FileMapping
    reader: Reader
    plans: list[PartPlan]
    parts: list[Part]
    stamp: Stamp
    received: str
    file_sha256: str
    secret: str | None


def stage_file(
    home: Home,
    warehouse: Warehouse,
    request: ImportRequest,
    accepted_at: datetime,
    scratch: Path,
    progress: Progress = lambda step: None,
    formats: Mapping[str, str] | None = None,
) -> Staged:
    """Read the requested file into the scratch tables of a connection (`accepted_at` in UTC, naive).

    `formats` are the writings of dates that were found when the file was read before: nothing is asked then. Raises
    FirstlineError for a file that cannot be read or a mapping that does not fit it.
    """
    progress(f"{request.name}: reading")
    raw, mapping, request = _read(home, warehouse, request, scratch)
    cells = make_cells(warehouse, raw, mapping.file.null_words)
    exported_at = naive_utc(request.exported_at)
    first = naive_utc(request.first.accepted_at) if request.first else None
    stamp = Stamp(mapping.source, accepted_at, exported_at, first or accepted_at)
    reader = Reader(
        warehouse, cells, zone_of(mapping, home.settings, request), request.name, request.mapping_text or ""
    )
    reader.decimal = mapping.file.decimal
    if request.mapping_text is not None:
        reader.place = request.mapping_name
    known = formats if formats is not None else request.mends.batch.formats if request.mends else None
    if known is not None:
        reader.formats.update(known)
        reader.is_mending = True
    plans = plan_parts(reader, mapping)
    reader.check_key(mapping.file.key)
    received, file_sha256 = _names(request)
    snapshot_at(reader, plans[0], mapping, stamp, lambda: _first_import(home, mapping.source, file_sha256))
    plan_listing(reader, plans, mapping, stamp, lambda: _first_import(home, mapping.source, file_sha256))
    progress(f"{request.name}: reading {raw.read:,} rows as {plans[0].entity.name}")
    with making_keys(home, warehouse, plans) as secret:
        parts = stage_parts(warehouse, cells, plans, mapping.file.key, stamp)
    mark_unclear_times(warehouse, cells, parts, reader.zone)
    return Staged(request, raw, cells, mapping, reader, plans, parts, stamp, received, file_sha256, secret)


def naive_utc(moment: datetime | None) -> datetime | None:
    """An aware instant as the warehouse has it: UTC, without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None


def _names(request: ImportRequest) -> tuple[str, str]:
    """The name under which the file is kept, and the SHA-256 of what its source sent."""
    if request.again and request.again.first.received:
        # what is kept of a file without a forgotten person's rows has another hash than the file had
        received = request.again.first.received
    else:
        received = sha256_of(request.path)
    if request.mends:
        return received, request.mends.batch.file_sha256
    return received, request.again.first.file_sha256 if request.again else received


def _read(
    home: Home, warehouse: Warehouse, request: ImportRequest, scratch: Path
) -> tuple[RawTable, FileMapping, ImportRequest]:
    """The file's rows and the mapping to read them with; the request states that mapping where a kept one was found."""
    stated = read_mapping(request.mapping_text, request.mapping_name) if request.mapping_text is not None else None
    if request.mends:
        raw = read_mended(warehouse, request.path, request.mends)
    elif is_kept_cells(request.path):
        raw = read_kept_cells(warehouse, request.path)
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
        name = f"{BY_KEPT_MAPPING} '{found.source}'"
        known = replace(request, mapping_text=found.mapping, mapping_name=name)
        mapping = read_mapping(found.mapping or "", name)
        return (raw, mapping, known) if mapping.file.reads_as_found else _read(home, warehouse, known, scratch)
    problem = changed_header(kept, raw.headers, request.name, is_known_source=request.source is not None)
    if problem is not None and not is_whole(raw.headers):
        raise problem
    if request.asks_first and not is_whole(raw.headers):
        if request.is_one_of_sheets:
            # a sheet of which nothing at all is known says so: it may hold notes
            _settled(None, raw, request)
        told = f"No mapping is known for the columns of {request.name}."
        raise MisuseError("unknown_mapping", told, "Say what they are, once.")
    mapping = _settled(None, raw, request)
    return raw, mapping.model_copy(update={"source": request.source}) if request.source else mapping, request


def _settled(stated: FileMapping | None, raw: RawTable, request: ImportRequest) -> FileMapping:
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
    return naive_utc(min(seen)) if seen else None
