"""From the address of a KPI's page to the Query it asks, and back to addresses that ask a little differently."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from starlette.requests import Request

from firstline.catalogue.kpi import Kpi
from firstline.catalogue.read import Catalogue
from firstline.errors import MisuseError, nearest
from firstline.periods import Grain
from firstline.query.answer import Record
from firstline.query.parse import parse_question, question_parameters
from firstline.query.plan import span_of
from firstline.query.question import Query
from firstline.web.addresses import address, kpi_path, params_of
from firstline.web.failures import Link, NotFoundError

OWN_PARAMETERS = frozenset({"page", "theme", "chart", "size"})
"""Parameters that say how to show an answer, not what is asked."""


def asked_kpi(catalogue: Catalogue, request: Request) -> Kpi:
    """The KPI that the path names. Raises NotFoundError with the nearest one."""
    name = request.path_params["kpi"]
    try:
        return catalogue.kpi(name)
    except MisuseError as error:
        near = nearest(name, catalogue.kpis)
        link = Link(kpi_path(near), catalogue.kpis[near].label) if near else None
        raise NotFoundError(error, link) from None


def asked_query(catalogue: Catalogue, kpi: Kpi, request: Request, now: datetime, zone: ZoneInfo) -> Query:
    """The Query that the address asks about this KPI. Raises MisuseError for a wrong parameter."""
    parameters: dict[str, list[str]] = {}
    for name, value in params_of(request):
        if name not in OWN_PARAMETERS:
            parameters.setdefault(name, []).append(value)
    return replace(parse_question(catalogue, zone, now, parameters), kpis=(kpi.id,))


def natural_grain(query: Query) -> Grain:
    """The grain that draws a filled-in span with a readable number of points."""
    start, end = span_of(query)
    days = (end - start).days
    if days > 75:
        return "month"
    return "week" if days > 21 else "day"


def question_address(query: Query, rest: str = "", **own: str) -> str:
    """The address that asks this Query about its one KPI; `rest` is what follows the KPI's page."""
    return address(kpi_path(query.kpis[0], rest), [*asked_of(query), *own.items()])


def asked_of(query: Query) -> list[tuple[str, str]]:
    """The parameters of an address that ask this Query, its KPI aside."""
    return [(name, _short(value)) for name, value in question_parameters(query) if name != "kpi"]


def rows_address(query: Query, record: Record) -> str:
    """The rows behind one record of a Query's answer."""
    narrowed = narrow(query, record)
    return question_address(replace(narrowed, start=record.period_start, end=record.period_end, by=None), "/rows")


def narrow(query: Query, record: Record) -> Query:
    """The Query narrowed to a record's group; what it grouped by becomes a filter."""
    kept = tuple(each for each in query.where if each[0] not in record.group)
    return replace(query, group=(), where=kept + tuple((name, (value,)) for name, value in record.group.items()))


def _short(value: str) -> str:
    """A local midnight as its date alone."""
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return value
    return value[:10] if instant.time() == time() else value
