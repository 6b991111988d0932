"""Answer a Query: each KPI's records with its alarm, estimates where they are asked for, and what was restated."""

from __future__ import annotations

from collections.abc import Sequence

from firstline.catalogue.read import Catalogue
from firstline.query.alarm import with_alarm
from firstline.query.answer import Record, Result
from firstline.query.asking import Asking
from firstline.query.bookkeeping import Bookkeeping
from firstline.query.estimate import with_estimates
from firstline.query.plan import plan_kpis, with_span
from firstline.query.question import Query
from firstline.query.restated import with_restatements
from firstline.settings import Settings
from firstline.warehouse.engine import Warehouse


def answer(warehouse: Warehouse, catalogue: Catalogue, settings: Settings, query: Query) -> Result:
    """The Result of a Query, its span filled in; records in order of KPI, period, group.

    Reads only facts and bookkeeping tables. Raises MisuseError for unknown names.
    """
    return answer_by(Bookkeeping(warehouse, settings), catalogue, query)


def answer_by(books: Bookkeeping, catalogue: Catalogue, query: Query) -> Result:
    """The same for one of several Queries of one snapshot, which share what the warehouse says of itself."""
    found = askings(books, catalogue, query)
    records = (record for asking in found for record in _told(asking))
    return Result(found[0].query, with_restatements(books.restated, catalogue, books.settings, found[0].query, records))


def askings(books: Bookkeeping, catalogue: Catalogue, query: Query) -> list[Asking]:
    """One Asking per KPI of a Query, in order, with the span filled in."""
    asked = with_span(catalogue, books, query)
    return [Asking(books, catalogue, asked, plan) for plan in plan_kpis(catalogue, books, asked)]


def _told(asking: Asking) -> list[Record]:
    """All records of a KPI, with its alarm, and with estimates where the query asks for them."""

    def ask(query: Query) -> Sequence[Record]:
        return answer_by(asking.books, asking.catalogue, query).records

    records = with_alarm(asking.kpi.alarm, asking.records(), asking.query, asking.settings.zone, ask)
    return with_estimates(*asking.own_rows, records) if asking.query.estimates and not asking.missing else records
