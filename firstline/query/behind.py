"""The rows behind a figure: what was counted, what is pending and what was left out, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from firstline.catalogue.kpi import Kpi
from firstline.catalogue.read import Catalogue
from firstline.errors import MisuseError
from firstline.query.bookkeeping import Bookkeeping
from firstline.query.clock_marks import with_marks
from firstline.query.compile import JUDGED, PENDING, TOO_EARLY, compile_count, compile_open_things, compile_rows
from firstline.query.frame import Statement
from firstline.query.question import Query
from firstline.query.run import askings
from firstline.settings import Settings
from firstline.warehouse.engine import Row, Warehouse


@dataclass(frozen=True)
class Rows:
    """Some of the rows behind a figure, in time order, and how many there are in all.

    The column `standing` says how each row counts, `read_by_rule` which of its times a rule decided; instants are
    aware, in the reporting zone.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: int


def rows_behind(
    warehouse: Warehouse, catalogue: Catalogue, settings: Settings, query: Query, limit: int = 100, offset: int = 0
) -> Rows:
    """The fact rows that a KPI's figure over the query's span and filters is made of.

    Every row that could count is there: the denominator's, with those in the numerator marked, the pending and the
    excluded ones with the reason. For a snapshot they are the things open at the end of the span. A KPI
    that cannot be made from the data has none. Raises MisuseError unless the query names one KPI.
    """
    if len(query.kpis) != 1:
        raise MisuseError("one_kpi", "The rows behind a figure are those of one KPI.", "Name exactly one.")
    asking = askings(Bookkeeping(warehouse, settings), catalogue, query)[0]
    if asking.missing:
        return Rows((), (), 0)
    kpi, rows = asking.kpi, asking.plan.rows
    make = compile_open_things if kpi.additivity == "semi" else compile_rows
    statement = make(catalogue, kpi, rows, asking.frame(rows))
    counted = compile_count(statement)
    page = Statement(statement.sql, {**statement.parameters, "limit": limit, "offset": offset})
    labels = {name: each.label for name, each in catalogue.facts[rows.fact].exclusions.items()}
    labels[TOO_EARLY] = f"In the first {rows.history_days} days of data"
    marked = with_marks(warehouse, catalogue.facts[rows.fact], warehouse.rows(page.sql, page.parameters))
    found = [_told(row, kpi, labels, settings.zone) for row in marked]
    columns = tuple(found[0]) if found else ()
    total = int(warehouse.value(counted.sql, counted.parameters))
    return Rows(columns, tuple(tuple(row.values()) for row in found), total)


def _told(row: Row, kpi: Kpi, labels: Mapping[str, str], zone: ZoneInfo) -> Row:
    told = {name: _local(value, zone) for name, value in row.items()}
    told["standing"] = _standing(row, kpi, labels)
    return told


def _standing(row: Row, kpi: Kpi, labels: Mapping[str, str]) -> str:
    if row["standing"] == PENDING:
        return "pending: cannot be judged yet"
    if row["standing"] != JUDGED:
        return f"excluded: {labels[row['standing']]}"
    if kpi.additivity == "ratio" and not kpi.against and not kpi.base:
        return "in numerator and denominator" if row["numerator"] else "in denominator"
    return "counted"


def _local(value: Any, zone: ZoneInfo) -> Any:
    return value.replace(tzinfo=UTC).astimezone(zone) if isinstance(value, datetime) else value
