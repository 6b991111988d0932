"""The figures that are published: every KPI by calendar month, for the whole provider and for each contract's firm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from firstline.catalogue.kpi import Kpi
from firstline.home import Home
from firstline.model.publication import WHOLE_PROVIDER, Series
from firstline.periods import floor_date, local_date, midnight, next_start
from firstline.query.answer import Record
from firstline.query.asking import Asking
from firstline.query.bookkeeping import Bookkeeping
from firstline.query.change import WHOLE
from firstline.query.definitions import the_catalogue
from firstline.query.plan import span_of, with_span
from firstline.query.question import Query
from firstline.query.restated import SCOPED_BY
from firstline.query.run import askings
from firstline.warehouse.contracts import contract_in_force, read_contracts


@dataclass(frozen=True)
class Candidate:
    """A month's figure now, and whether it is to be published: for the whole provider when it is final, for a
    `contract` when it is frozen."""

    record: Record
    is_due: bool
    contract: str | None = None


Figures = Mapping[Series, Candidate]


def publishable() -> tuple[Kpi, ...]:
    """The KPIs that have a figure for the whole provider: those that are told by a dimension alone have none."""
    return tuple(kpi for kpi in the_catalogue().kpis.values() if kpi.default_group is None)


def figures_of(home: Home, kpis: Sequence[Kpi], known: Iterable[Series], now: datetime) -> Figures:
    """The figures of these KPIs for every whole month that has data or was published before, asked at `now` (aware)."""
    if not kpis:
        return {}
    books = Bookkeeping(home.warehouse, home.settings)
    query = _spanning(books, Query(tuple(kpi.id for kpi in kpis), now, by="month"), known)
    found = {
        _series(home, WHOLE_PROVIDER, record): Candidate(record, record.state == "final" and _is_covered(record))
        for asking in askings(books, the_catalogue(), query)
        for record in asking.records()
    }
    return found | dict(_of_contracts(home, books, kpis, query))


def _of_contracts(
    home: Home, books: Bookkeeping, kpis: Sequence[Kpi], query: Query
) -> Iterator[tuple[Series, Candidate]]:
    """The figures of each firm with a contract, in the months in which one was in force at the end."""
    contracts = read_contracts(home.warehouse)
    split = tuple(kpi.id for kpi in kpis if the_catalogue().column(kpi, SCOPED_BY))
    if not contracts or not split:
        return
    asked = Query(split, query.now, query.start, query.end, query.by, group=(SCOPED_BY,))
    for asking in askings(books, the_catalogue(), asked):
        for record in asking.records() if not asking.missing else ():
            vendor = record.group[SCOPED_BY]
            contract = contract_in_force(contracts, vendor or "", record.period_end - timedelta(seconds=1))
            if vendor and contract:
                is_due = _is_frozen(asking, record, contract.lag) and _is_covered(record)
                yield _series(home, f"{SCOPED_BY}={vendor}", record), Candidate(record, is_due, contract.contract_id)


def _is_frozen(asking: Asking, record: Record, lag: timedelta | None) -> bool:
    """Whether the data reach so far beyond the month as the contract says, or else as the KPI needs."""
    until = asking.coverage.until
    if lag is None:
        return record.state == "final"
    return record.state != "unavailable" and until is not None and until >= record.period_end + lag


def _is_covered(record: Record) -> bool:
    return (record.completeness or 0.0) >= WHOLE


def _series(home: Home, scope: str, record: Record) -> Series:
    month = local_date(record.period_start, home.settings.zone)
    return Series(kpi=record.kpi, version=record.version, scope=scope, month=month)


def _spanning(books: Bookkeeping, query: Query, known: Iterable[Series]) -> Query:
    """The query over whole months: those of the data, and those that were published and may have no data any more."""
    zone = books.settings.zone
    start, end = span_of(with_span(the_catalogue(), books, query))
    last = floor_date(local_date(end, zone), "month")
    months = [floor_date(local_date(start, zone), "month"), *(each.month for each in known)]
    after: date = max([last if midnight(last, zone) == end else next_start(last, "month"), *map(_next, months)])
    return Query(query.kpis, query.now, midnight(min(months), zone), midnight(after, zone), query.by, query.group)


def _next(month: date) -> date:
    return next_start(month, "month")
