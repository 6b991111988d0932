"""The rows behind a figure, each with how it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from starlette.requests import Request

from firstline.catalogue.kpi import Kpi
from firstline.formats import format_span
from firstline.query.behind import Rows, rows_behind
from firstline.query.bookkeeping import Bookkeeping
from firstline.query.clock_marks import MARK
from firstline.query.definitions import the_catalogue
from firstline.query.plan import span_of, with_span
from firstline.query.run import answer_by
from firstline.warehouse.settling.corrections import CORRECTED
from firstline.web.addresses import PAGE_ROWS, Paging, address, page_number, paging
from firstline.web.asking import asked_kpi, asked_of, asked_query, question_address
from firstline.web.office import Office, reading
from firstline.web.telling import Told, tell

FIRST = ("standing", MARK)
"""Columns shown before all others: how the row counts, and which of its times a rule decided."""


@dataclass(frozen=True)
class RowsPage:
    """A page of the rows behind one figure; `told` is that figure, its filters in words in `filters`.

    `entity` is what a row is and `key` the column that names it; `correct_path` leads to where all of these rows can be
    corrected, None where rows of that entity cannot.
    """

    title: str
    kpi: Kpi
    span: str
    told: Told
    filters: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[dict[str, Any]]
    paging: Paging
    kpi_path: str
    csv_path: str
    entity: str
    key: str
    correct_path: str | None

    @property
    def shown(self) -> Sequence[str]:
        """The columns of the table: none for marks where no row of this page has one."""
        return [name for name in self.columns if name != MARK or any(row[MARK] for row in self.rows)]

    def as_json(self) -> Any:
        """The figure's record and the rows of this page."""
        return {
            "record": self.told.record.as_json(),
            "total": self.paging.total,
            "page": self.paging.number,
            "columns": list(self.columns),
            "rows": [{name: _plain(value) for name, value in row.items()} for row in self.rows],
        }


def rows_page(office: Office, request: Request) -> RowsPage:
    """The page of rows that the address asks for. Raises NotFoundError or MisuseError for a wrong one."""
    catalogue, settings, now = the_catalogue(), office.settings, office.now()
    kpi = asked_kpi(catalogue, request)
    asked = replace(asked_query(catalogue, kpi, request, now, settings.zone), by=None, group=())
    offset = (page_number(request) - 1) * PAGE_ROWS
    with reading(office) as warehouse:
        books = Bookkeeping(warehouse, settings)
        query = with_span(catalogue, books, asked)
        found = rows_behind(warehouse, catalogue, settings, query, PAGE_ROWS, offset)
        records = answer_by(books, catalogue, query).records
    fact = catalogue.facts[kpi.rows.fact]
    return RowsPage(
        title=f"Rows behind {kpi.label}",
        kpi=kpi,
        span=format_span(*span_of(query)),
        told=tell(kpi, records[0], now),
        filters=[
            f"{catalogue.dimensions[name].label}: {' or '.join(value or '(not known)' for value in values)}"
            for name, values in query.where
        ],
        columns=column_order(found),
        rows=named_rows(found),
        paging=paging(request, found.total),
        kpi_path=question_address(query),
        csv_path=question_address(query, "/rows.csv"),
        entity=fact.entity,
        key=(fact.thing or fact.key)[-1],
        correct_path=address("/correct", [("kpi", kpi.id), *asked_of(query)]) if fact.entity in CORRECTED else None,
    )


def column_order(found: Rows) -> list[str]:
    """The columns as they are shown: how a row counts comes first."""
    return [*(name for name in FIRST if name in found.columns), *(n for n in found.columns if n not in FIRST)]


def named_rows(found: Rows) -> list[dict[str, Any]]:
    """Rows as dictionaries in the order of `column_order`."""
    order = column_order(found)
    named = (dict(zip(found.columns, row, strict=True)) for row in found.rows)
    return [{name: row[name] for name in order} for row in named]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, datetime | date) else value
