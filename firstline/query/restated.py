"""Which figures are no longer what was published: their records say so, with what they were and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from firstline.catalogue.read import Catalogue
from firstline.formats import format_value
from firstline.periods import floor_date, local_date, next_start
from firstline.query.answer import Record, State
from firstline.query.question import Query
from firstline.settings import Settings
from firstline.warehouse.engine import Warehouse

Key = tuple[str, int, str, date]
"""KPI, version of its definition, scope, first day of the month."""
SCOPED_BY = "vendor"
"""The one dimension by which figures are published apart, for contracts."""
NAMED = 3
"""How many restated months a note names."""


@dataclass(frozen=True)
class Restated:
    """A published figure's first value, and the causes and batches of what became of it, in words."""

    was: float | None
    causes: str
    batches: str


def with_restatements(
    known: Mapping[Key, Restated], catalogue: Catalogue, settings: Settings, query: Query, records: Iterable[Record]
) -> tuple[Record, ...]:
    """The records, those of published months that were restated saying so.

    A record of several months is restated with any of them. One of a part of such a month (its weeks, a region, a
    channel) says that the month was: figures of parts are not published, so nobody knows whether it is another one. A
    month that cannot be judged for now stays provisional; its note says what was published all the same.
    """
    if not known:
        return tuple(records)
    return tuple(_told(catalogue, settings, query, record, known) for record in records)


def read_restated(warehouse: Warehouse) -> Mapping[Key, Restated]:
    """What was restated, by series: the first published value, every cause and batch once."""
    found: dict[Key, Restated] = {}
    for row in warehouse.rows("SELECT * FROM restatement ORDER BY number"):
        key = (row["kpi"], row["version"], row["scope"], row["month"])
        before = found.get(key, Restated(row["old"], "", ""))
        found[key] = Restated(before.was, _both(before.causes, row["causes"]), _both(before.batches, row["batches"]))
    return found


def key_of(settings: Settings, query: Query, record: Record) -> Key | None:
    """The published series that a record is a figure of; None for anything but a whole calendar month of a scope that
    figures are published for."""
    start = local_date(record.period_start, settings.zone)
    is_month = floor_date(start, "month") == start and not record.partial
    if not is_month or local_date(record.period_end, settings.zone) != next_start(start, "month"):
        return None
    scope = scope_of(query, record)
    return None if scope is None else (record.kpi, record.version, scope, start)


def scope_of(query: Query, record: Record) -> str | None:
    """The scope of a record as published figures have it: empty for the whole provider, `vendor=NAME`, or None."""
    said: list[tuple[str, str | None]] = [*record.group.items()]
    for name, values in query.where:
        if len(values) != 1:
            return None
        said.append((name, values[0]))
    if not said:
        return ""
    (name, value), *more = dict.fromkeys(said)
    return f"{name}={value}" if name == SCOPED_BY and value is not None and not more else None


def _told(
    catalogue: Catalogue, settings: Settings, query: Query, record: Record, known: Mapping[Key, Restated]
) -> Record:
    key = key_of(settings, query, record)
    if key and key in known:
        return _restated(record.noting(_published(catalogue, record, known[key])), record.state)
    scope = scope_of(query, record)
    start, end = (local_date(instant, settings.zone) for instant in (record.period_start, record.period_end))
    months = {
        month: each
        for (kpi, version, of, month), each in known.items()
        if (kpi, version, of) == (record.kpi, record.version, scope or "")
        and month < end
        and start < next_start(month, "month")
    }
    if not months:
        return record
    listed = [f"{month:%Y-%m}" for month in sorted(months)]
    named = ", ".join(listed[:NAMED]) + (f" and {len(listed) - NAMED} more" if len(listed) > NAMED else "")
    causes = ", ".join(dict.fromkeys(cause for each in months.values() for cause in each.causes.split(", ")))
    why = f"{named}, whose figure{'s were' if len(listed) > 1 else ' was'} restated because of {causes}."
    is_whole = any(month >= start and next_start(month, "month") <= end for month in months)
    if scope is None or not is_whole:
        return record.noting(f"This is a part of {why}")
    return _restated(record.noting(f"In it is {why}"), record.state)


def _published(catalogue: Catalogue, record: Record, restated: Restated) -> str:
    unit = catalogue.kpis[record.kpi].shown_unit(record.unit)
    was = "no value" if restated.was is None else format_value(restated.was, unit)
    by = f" (batch {restated.batches})" if restated.batches else ""
    return f"Published as {was}; restated because of {restated.causes}{by}."


def _restated(record: Record, state: State) -> Record:
    return replace(record, state="restated" if state == "final" else state)


def _both(one: str, other: str) -> str:
    return ", ".join(dict.fromkeys(part for part in (*one.split(", "), *other.split(", ")) if part))
