"""The quarantine: the rows that could not be used, as they stood in their files, until they are mended.

An entry is one row of one file, known by the first batch that quarantined it and its row number there. The same row
brought again, by a retry or by the whole file once more, is a further try of that entry and never a second one; once a
try is accepted (or was here already) the entry is closed. A batch's own counts never change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firstline.errors import MisuseError
from firstline.landing.files import MENDED, QUARANTINE
from firstline.model.batch import Batch, live_numbers
from firstline.warehouse.engine import Row, Warehouse
from firstline.warehouse.text import text_literal


@dataclass(frozen=True)
class QuarantinedRow:
    """One entry: where the row stood (`row` counts rows below the header), why it is here, its cells by header.

    `values` are the cells as they were last brought, under `headers` (all columns of its file); of a line that could
    not be split there are none. `original` is how the row first stood where `values` are not that: the whole
    line, or the first cells as JSON. `reason` and `note` are those of the last try that failed.
    """

    batch: int
    row: int
    file_name: str
    source: str
    entity: str
    reason: str
    note: str
    values: Mapping[str, str | None]
    headers: tuple[str, ...] = ()
    original: str = ""
    is_open: bool = True

    def as_json(self) -> dict[str, Any]:
        """A JSON-ready dictionary of all of it."""
        return {**self.__dict__, "values": dict(self.values), "headers": list(self.headers)}


@dataclass(frozen=True)
class Sought:
    """Which entries are asked for: of a batch (any that quarantined them), for a reason, open or closed; None: all."""

    batch: int | None = None
    reason: str | None = None
    is_open: bool | None = True


OPEN = Sought()
EVERY = Sought(is_open=None)


@dataclass(frozen=True)
class ReasonCount:
    """How many open and closed entries there are of one source and entity for one reason."""

    source: str
    entity: str
    reason: str
    open: int
    closed: int


def quarantined_rows(
    landing: Path,
    warehouse: Warehouse,
    batches: Sequence[Batch],
    sought: Sought = OPEN,
    first: int = 0,
    most: int | None = None,
) -> list[QuarantinedRow]:
    """Entries in file order, newest batch first; `most` of them from the one after the first `first`.

    `batches` are all accepted ones: what was withdrawn neither has entries nor closes any.
    """
    by_number = {batch.number: batch for batch in batches}
    condition, values = _condition(sought)
    limit = "" if most is None else f" LIMIT {most}"
    found = warehouse.rows(
        f"SELECT * FROM ({entries_sql(landing, batches)}) WHERE {condition} "
        f"ORDER BY batch DESC, row_number{limit} OFFSET {first}",
        values,
    )
    return [_entry(row, by_number[row["batch"]]) for row in found]


def quarantine_counts(
    landing: Path, warehouse: Warehouse, batches: Sequence[Batch], batch: int | None = None
) -> list[ReasonCount]:
    """Entries by source, entity and reason, of one batch or of all; the most frequent open ones first."""
    by_number = {each.number: each for each in batches}
    condition, values = _condition(Sought(batch=batch, is_open=None))
    found = warehouse.rows(
        "SELECT batch, reason, count(*) FILTER (is_open) AS open, count(*) FILTER (NOT is_open) AS closed "
        f"FROM ({entries_sql(landing, batches)}) WHERE {condition} GROUP BY batch, reason",
        values,
    )
    totals: dict[tuple[str, str, str], tuple[int, int]] = {}
    for row in found:
        of = by_number[row["batch"]]
        key = (of.source, of.entity, row["reason"])
        opened, closed = totals.get(key, (0, 0))
        totals[key] = (opened + row["open"], closed + row["closed"])
    counts = [ReasonCount(*key, *total) for key, total in totals.items()]
    return sorted(counts, key=lambda each: (-each.open, -each.closed, each.reason, each.source, each.entity))


def check_batch(batches: Iterable[Batch], number: int) -> None:
    """Raise MisuseError unless there is a batch of that number that counts."""
    known = {batch.number: batch for batch in batches}
    if number not in known:
        raise MisuseError("unknown_batch", f"There is no batch {number}.", "'firstline imports' lists them.")
    if number not in live_numbers(known.values()):
        hint = "Its rows do not count, so there is nothing to mend; import the file again."
        raise MisuseError("withdrawn_batch", f"Batch {number} was undone.", hint)


def entries_sql(landing: Path, batches: Sequence[Batch]) -> str:
    """SQL of all entries: batch, row_number, batches (all that quarantined it), reason, detail, cells, first_cells,
    headers, is_open."""
    live = live_numbers(batches)
    family = _families([batch for batch in batches if batch.number in live])
    holding = {family[batch.number] for batch in batches if batch.number in family and batch.file(QUARANTINE)}
    met = [batch for batch in batches if batch.number in family and family[batch.number] in holding]
    reads = ", ".join(
        f"({batch.number}, {family[batch.number]}, {batch.mends is not None}, {batch.first_row}, {batch.last_row})"
        for batch in met
    )
    quarantined = _files(landing, met, QUARANTINE)
    mended = _files(landing, met, MENDED)
    return (
        f"WITH reading AS (SELECT * FROM (VALUES {reads or '(0, 0, false, 1, 0)'}) "
        "v(number, family, is_retry, first_row, last_row)), "
        "lines AS (SELECT CAST(NULL AS BIGINT) AS row_number, CAST(NULL AS VARCHAR) AS reason, "
        "CAST(NULL AS VARCHAR) AS detail, CAST(NULL AS VARCHAR) AS cells, CAST(NULL AS VARCHAR) AS headers, "
        f"CAST(NULL AS VARCHAR) AS filename WHERE false{quarantined}), "
        "seen AS (SELECT family, lines.*, number, is_retry FROM lines JOIN reading "
        "ON number = CAST(regexp_extract(filename, '(\\d+)\\.parquet$', 1) AS BIGINT)), "
        "entry AS (SELECT family, row_number, min(number) AS batch, list(number) AS batches, "
        "arg_min({'cells': cells, 'headers': headers}, number) AS first, "
        # a retry says more of a row than the file it first stood in, brought once more
        "arg_max({'reason': reason, 'detail': detail, 'cells': cells}, (is_retry, number)) AS last "
        "FROM seen GROUP BY family, row_number), "
        "closing AS (SELECT CAST(NULL AS BIGINT) AS batch, CAST(NULL AS BIGINT) AS row_number, "
        f"CAST(NULL AS VARCHAR) AS filename WHERE false{mended}), "
        "closed AS (SELECT e.family, e.row_number FROM entry e JOIN closing c ON c.row_number = e.row_number "
        "JOIN reading r ON r.number = c.batch AND r.family = e.family UNION "
        "SELECT e.family, e.row_number FROM entry e JOIN reading r ON r.family = e.family AND NOT r.is_retry "
        "AND r.number > e.batch AND e.row_number BETWEEN r.first_row AND r.last_row "
        "WHERE NOT list_contains(e.batches, r.number)) "
        "SELECT batch, row_number, batches, last.reason AS reason, last.detail AS detail, last.cells AS cells, "
        "first.cells AS first_cells, first.headers AS headers, "
        "(family, row_number) NOT IN (SELECT (family, row_number) FROM closed) AS is_open FROM entry"
    )


def _families(live: Sequence[Batch]) -> dict[int, int]:
    """For each batch the first one that read the same rows: the same sheet of the same file as the same entity.

    A retry belongs to the batch whose rows it mends; where that one was withdrawn it belongs to none.
    """
    first: dict[object, int] = {}
    family: dict[int, int] = {}
    for batch in sorted(live, key=lambda each: each.number):
        if batch.mends is None:
            member = re.split(r"\.zip/", batch.file_name, maxsplit=1, flags=re.IGNORECASE)[1:]
            key = (batch.source, batch.entity, batch.file_sha256, *member, batch.sheet)
            family[batch.number] = first.setdefault(key, batch.number)
        elif batch.mends in family:
            family[batch.number] = family[batch.mends]
    return family


def _files(landing: Path, batches: Sequence[Batch], kind: str) -> str:
    """SQL that adds the rows of the batches' landed files of a kind; columns that an older file lacks are null."""
    paths = [text_literal(str(landing / path)) for path in (batch.file(kind) for batch in batches) if path]
    if not paths:
        return ""
    return f" UNION ALL BY NAME SELECT * FROM read_parquet([{', '.join(paths)}], filename = true, union_by_name = true)"


def _condition(sought: Sought) -> tuple[str, dict[str, Any]]:
    asked = {"batch": sought.batch, "reason": sought.reason, "is_open": sought.is_open}
    sql = {"batch": "list_contains(batches, $batch)", "reason": "reason = $reason", "is_open": "is_open = $is_open"}
    values = {name: value for name, value in asked.items() if value is not None}
    return " AND ".join(sql[name] for name in values) or "true", values


def _entry(row: Row, batch: Batch) -> QuarantinedRow:
    values = _cells(row["cells"])
    headers = json.loads(row["headers"]) if row["headers"] else list(values or {})
    is_as_it_was = values is not None and values == _cells(row["first_cells"])
    return QuarantinedRow(
        batch=batch.number,
        row=row["row_number"],
        file_name=batch.file_name,
        source=batch.source,
        entity=batch.entity,
        reason=row["reason"],
        note=row["detail"] or "",
        values=values or {},
        headers=tuple(headers),
        original="" if is_as_it_was else row["first_cells"] or "",
        is_open=row["is_open"],
    )


def _cells(text: str | None) -> dict[str, str | None] | None:
    """The row's cells by header, empty ones as None; None for a line that could not be split."""
    try:
        found = json.loads(text or "null")
    except ValueError:
        return None
    return {name: value or None for name, value in found.items()} if isinstance(found, dict) else None
