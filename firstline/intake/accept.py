"""Hand classified rows to the landing and the ledger: the files first, whole and durable; then one ledger commit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from firstline.home import Home
from firstline.intake.classify import count_fates
from firstline.intake.listing import listings_of, presence_sql
from firstline.intake.reading.table import RawTable
from firstline.intake.stage import Part, Stamp
from firstline.landing.files import LEFTOVER, MENDED, PERSONAL, PRESENCE, QUARANTINE, SIGHTING
from firstline.model.batch import Batch, NewValue, Reach
from firstline.model.erasure import LandedFile
from firstline.model.vocabulary import MODEL_VERSION
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import quoted, text_literal

ROWS_PER_BATCH = 1_000_000
"""A larger file is many batches, so that an import cut off is finished by running it again."""
BYTES_PER_BATCH = 32_000_000
"""Rows of long texts make smaller batches: one is sorted and landed within the memory that an import may take."""
SAMPLED_ROWS = 10_000
NOT_FORGOTTEN = "row_number NOT IN (SELECT row_number FROM gone_row)"
"""Of the rows of a person who was forgotten only that is landed which no one is known by."""

ROW_COLUMNS = (
    "source_system, source_id, content_hash, changed_at, exported_at, version_at, is_deleted, unread_codes, "
    "unclear_times, row_number"
)


@dataclass(frozen=True)
class Origin:
    """Where the rows come from: see `Batch` for each."""

    headers: tuple[str, ...]
    is_mapping_stated: bool
    received: str | None
    member: str | None
    complete_until: datetime | None
    mends: int | None
    reread_by: int | None


@dataclass(frozen=True)
class Delivery:
    """What is known of the file being imported, beside its rows."""

    raw: RawTable
    parts: list[Part]
    stamp: Stamp
    file_name: str
    file_sha256: str
    mapping: str
    warnings: tuple[str, ...]
    stated_until: dict[str, datetime | None]
    lateness_s: int
    used: frozenset[str]
    formats: dict[str, str]
    secret: str | None
    new_values: tuple[NewValue, ...]
    origin: Origin


def accept_rows(home: Home, warehouse: Warehouse, delivery: Delivery) -> list[Batch]:
    """Land and accept all rows of a classified file, in batches of at most `ROWS_PER_BATCH` source rows."""
    at_most = min(ROWS_PER_BATCH, max(BYTES_PER_BATCH // _row_bytes(warehouse, delivery.raw), 1))
    bounds = warehouse.row(
        "SELECT coalesce(min(row_number), 1) AS first, coalesce(max(row_number), 0) AS last FROM fate"
    )
    batches: list[Batch] = []
    first, last = int(bounds["first"]), int(bounds["last"])
    while first <= last or not batches:
        end = min(first + at_most - 1, last)
        batches.append(_accept(home, warehouse, delivery, first, end, end >= last))
        first = end + 1
    return batches


def _row_bytes(warehouse: Warehouse, raw: RawTable) -> int:
    """How long a row's cells are, by the longest of a few stretches of the file."""
    cells = " + ".join(f"coalesce(strlen(c{index}), 0)" for index in range(1, len(raw.headers) + 1))
    found = warehouse.value(
        f"SELECT max(bytes) FROM (SELECT avg({cells}) AS bytes FROM {raw.name} "
        f"WHERE (row_number // {SAMPLED_ROWS}) % 10 = 0 GROUP BY row_number // {SAMPLED_ROWS})"
    )
    return max(int(found or 0), 1)


def _accept(home: Home, warehouse: Warehouse, delivery: Delivery, first: int, last: int, ends_file: bool) -> Batch:
    counts = count_fates(warehouse, delivery.parts, first, last)
    whole = warehouse.value("SELECT count(*) FROM fate WHERE row_number BETWEEN ? AND ?", [first, last])
    batch = Batch(
        number=home.ledger.last_number() + 1,
        accepted_at=delivery.stamp.accepted_at.replace(tzinfo=UTC),
        source=delivery.stamp.source,
        file_name=delivery.file_name,
        file_sha256=delivery.file_sha256,
        entity=delivery.parts[0].entity.name,
        sheet=delivery.raw.sheet,
        first_row=first,
        last_row=last,
        exported_at=_aware(delivery.stamp.exported_at),
        read=int(whole or 0),
        accepted=counts.accepted,
        unchanged=counts.unchanged,
        quarantined=counts.quarantined,
        corrections=counts.corrections,
        conflicts=counts.conflicts,
        reasons=counts.reasons,
        warnings=delivery.warnings,
        reach={
            name: _reach(warehouse, _placed(parts, delivery), delivery, first, last)
            for name, parts in _by_entity(delivery.parts).items()
        },
        mapping=delivery.mapping,
        formats=delivery.formats,
        secret=delivery.secret,
        **vars(delivery.origin),
        ends_file=ends_file,
        new_values=delivery.new_values if ends_file else (),
        # that it was a full list is said by its last batch: one that was cut off is none
        listings=listings_of(warehouse, delivery.parts, delivery.raw.rejects) if ends_file else (),
        model_version=MODEL_VERSION,
    )
    files = _land(home, warehouse, delivery, batch)
    written = {part.entity.name: 0 for part in delivery.parts}
    for file in files:
        kind = file.path.rsplit("/", 1)[0]
        if kind in written:
            written[kind] += file.rows
    batch = batch.model_copy(update={"files": tuple(files), "entities": written})
    home.landing.write_record(warehouse, batch)
    home.ledger.accept(batch)
    return batch


def _land(home: Home, warehouse: Warehouse, delivery: Delivery, batch: Batch) -> list[LandedFile]:
    span = f"row_number BETWEEN {batch.first_row} AND {batch.last_row}"
    brought = f"{batch.number} AS batch, TIMESTAMP '{batch.accepted_at:%Y-%m-%d %H:%M:%S.%f}' AS ingested_at"
    landed = []
    sightings = []
    for name, parts in _by_entity(delivery.parts).items():
        entity = parts[0].entity
        own = ", ".join(quoted(field.name) for field in entity.analytic_fields)
        select = _accepted(parts, f"{own}, {ROW_COLUMNS}, {brought}", span)
        landed.append(home.landing.write(warehouse, name, batch, select, "content_hash"))
        if entity.personal_fields:
            personal = ", ".join(quoted(field.name) for field in entity.personal_fields)
            columns = f"{personal}, source_system, source_id, content_hash, version_at, row_number, {brought}"
            select = _accepted(parts, columns, f"{span} AND {NOT_FORGOTTEN}")
            landed.append(home.landing.write(warehouse, f"{PERSONAL}/{name}", batch, select, "content_hash"))
    for part in delivery.parts:
        sightings.append(
            f"SELECT '{part.entity.name}' AS entity, scope, source_id, content_hash, changed_at, exported_at, "
            f"version_at, landed = 'sighting' AS is_newer FROM {part.table} "
            f"WHERE landed IN ('sighting', 'echo') AND {span}"
        )
    landed.append(home.landing.write(warehouse, SIGHTING, batch, f"{' UNION ALL '.join(sightings)} ORDER BY ALL"))
    listed = presence_sql(delivery.parts, span)
    if listed:
        landed.append(home.landing.write(warehouse, PRESENCE, batch, listed))
    landed.append(home.landing.write(warehouse, LEFTOVER, batch, _leftover(delivery, span)))
    landed.append(home.landing.write(warehouse, QUARANTINE, batch, _quarantined(delivery, span)))
    if delivery.origin.mends is not None:
        closed = (
            f"SELECT CAST({delivery.origin.mends} AS BIGINT) AS batch, row_number FROM fate WHERE fate <> 'quarantined'"
        )
        landed.append(home.landing.write(warehouse, MENDED, batch, f"{closed} AND {span} ORDER BY row_number"))
    return [file for file in landed if file is not None]


def _by_entity(parts: list[Part]) -> dict[str, list[Part]]:
    """The parts by entity: several columns of one row can each become a row of the same entity."""
    found: dict[str, list[Part]] = {}
    for part in parts:
        found.setdefault(part.entity.name, []).append(part)
    return found


def _accepted(parts: list[Part], columns: str, span: str) -> str:
    selects = (f"SELECT {columns} FROM {part.table} WHERE landed = 'accepted' AND {span}" for part in parts)
    return f"SELECT * FROM ({' UNION ALL '.join(selects)}) ORDER BY row_number, source_id, content_hash"


def _cells(raw: RawTable, headers: tuple[str, ...]) -> str:
    """SQL for a JSON object of a row's cells under these headers."""
    pairs = [f"{text_literal(header)}, raw.{raw.column(header)}" for header in headers]
    return f"CAST(json_object({', '.join(pairs)}) AS VARCHAR)"


def _leftover(delivery: Delivery, span: str) -> str:
    """Cells that became no field: columns nothing took, and text that could not be read as its field."""
    raw, main = delivery.raw, delivery.parts[0]
    idle = tuple(header for header in raw.headers if header not in delivery.used)
    unread = " OR ".join(f"p{index}.unreadable IS NOT NULL" for index in range(len(delivery.parts)))
    # each side is cut to the span by itself: a join of whole tables would not fit into memory
    joins = " ".join(
        f"LEFT JOIN (SELECT row_number, source_system, source_id, unreadable FROM {part.table} WHERE {span}) p{index} "
        "USING (row_number)"
        for index, part in enumerate(delivery.parts)
    )
    idle_cells = _cells(raw, idle) if idle else "NULL"
    return (
        f"SELECT '{main.entity.name}' AS entity, p0.source_system, p0.source_id, raw.row_number, "
        f"CASE WHEN {unread} THEN {_cells(raw, raw.headers)} ELSE {idle_cells} END AS cells "
        f"FROM {raw.name} raw JOIN (SELECT row_number FROM fate WHERE fate = 'accepted' AND {span} "
        f"AND {NOT_FORGOTTEN}) taken USING (row_number) "
        f"{joins} "
        f"WHERE raw.{span} AND (({unread}) OR {bool(idle)}) ORDER BY raw.row_number"
    )


def _quarantined(delivery: Delivery, span: str) -> str:
    """Quarantined rows with their original cells, as they stood in the file."""
    raw = delivery.raw
    rejected = f"LEFT JOIN (SELECT * FROM {raw.rejects} WHERE {span}) rejects USING (row_number)" if raw.rejects else ""
    text = "rejects.cells" if raw.rejects else "NULL"
    headers = text_literal(json.dumps(raw.headers, ensure_ascii=False))
    return (
        f"SELECT fate.row_number, fate.reason, fate.detail, {headers} AS headers, "
        f"CASE WHEN raw.row_number IS NULL THEN {text} ELSE {_cells(raw, raw.headers)} END AS cells "
        f"FROM fate LEFT JOIN (SELECT * FROM {raw.name} WHERE {span}) raw USING (row_number) {rejected} "
        f"WHERE fate.fate = 'quarantined' AND fate.{span} AND fate.{NOT_FORGOTTEN} ORDER BY fate.row_number"
    )


def _reach(warehouse: Warehouse, parts: list[Part], delivery: Delivery, first: int, last: int) -> Reach:
    """First and last event time among the rows of an entity that were not quarantined."""
    times = " UNION ALL ".join(
        f"SELECT {_placing_time(part)} AS moment, {_end_of_span(part)} AS done, row_number FROM {part.table}"
        for part in parts
    )
    span = warehouse.row(
        f"SELECT min(moment) AS first, max(done) AS last FROM ({times}) "
        f"WHERE row_number BETWEEN {first} AND {last} AND row_number NOT IN (SELECT row_number FROM fault)"
    )
    return Reach(
        first_event_at=_aware(span["first"]),
        last_event_at=_aware(span["last"]),
        stated_until=delivery.stated_until.get(parts[0].entity.name),
        lateness_s=delivery.lateness_s,
    )


def _placed(parts: list[Part], delivery: Delivery) -> list[Part]:
    """The parts whose times say how far an entity reaches: tickets that an event log shows reach as far as it does."""
    shown = parts[0].entity.name == "ticket" and "opened_at" not in parts[0].plan.fields
    return delivery.parts[:1] if shown else parts


def _placing_time(part: Part) -> str:
    times = [f"CAST({quoted(name)} AS TIMESTAMP)" for name in part.entity.placed_by if name in part.plan.fields]
    return f"coalesce({', '.join(times)})" if times else "CAST(NULL AS TIMESTAMP)"


def _end_of_span(part: Part) -> str:
    """The placing time, or the end of the span that begins there: a day's summary reaches to the day's end."""
    length = part.entity.lasts
    if length is None or length not in part.plan.fields:
        return _placing_time(part)
    return f"{_placing_time(part)} + to_seconds(coalesce({quoted(length)}, 0))"


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None else None
