"""From a Query to one plan per KPI: what is available, which columns its dimensions are, which settings it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from firstline.catalogue.kpi import Kpi, Rows
from firstline.catalogue.read import Catalogue
from firstline.errors import MisuseError
from firstline.periods import local_date, midnight
from firstline.query.availability import Availability, availability
from firstline.query.bookkeeping import Bookkeeping
from firstline.query.question import Query, Values
from firstline.settings import Settings

Filters = tuple[tuple[str, Values], ...]


@dataclass(frozen=True)
class KpiPlan:
    """How one KPI of a Query is answered.

    `group` holds the asked dimensions (with the KPI's default one where it needs it), `lacks` the first of the
    asked dimensions that the KPI does not have. `parameters` are the settings its fragments may name.
    """

    kpi: Kpi
    rows: Rows
    available: Availability
    group: tuple[str, ...]
    where: Filters
    parameters: Mapping[str, Any] = field(default_factory=dict)
    lacks: str | None = None

    @property
    def missing(self) -> str | None:
        """ENTITY.FIELD that the KPI misses, a dimension it does not have among them; None if it can be made."""
        if self.available.missing:
            return self.available.missing
        return f"{self.kpi.needs[0][0].partition('.')[0]}.{self.lacks}" if self.lacks else None


def plan_kpis(catalogue: Catalogue, books: Bookkeeping, query: Query) -> tuple[KpiPlan, ...]:
    """One plan per KPI asked (all of them if none is named), in order.

    Raises MisuseError where no KPI asked has a dimension of the Query.
    """
    kpis = [catalogue.kpi(name) for name in query.kpis] or list(catalogue.kpis.values())
    asked = (*query.group, *(name for name, _ in query.where))
    for dimension in asked:
        if not any(catalogue.column(kpi, dimension) for kpi in kpis):
            known = ", ".join(each.id for each in catalogue.dimensions_of(kpis[0]))
            raise MisuseError("no_such_dimension", f"{kpis[0].id} has no dimension '{dimension}'.", f"It has: {known}.")
    parameters = setting_parameters(catalogue, books.settings, books.currencies)
    plans = []
    for kpi in kpis:
        found = availability(kpi, books.presence)
        group = query.group
        if kpi.default_group and not set(group) & set(kpi.share_over):
            group = (*group, kpi.default_group)
        lacks = next((name for name in asked if not catalogue.column(kpi, name)), None)
        plans.append(KpiPlan(kpi, _in_view(catalogue, found.rows, asked), found, group, query.where, parameters, lacks))
    return tuple(plans)


def _in_view(catalogue: Catalogue, rows: Rows, asked: Sequence[str]) -> Rows:
    """The rows in a view by these dimensions: of the fact that stands in for theirs, where there is one."""
    instead = rows.in_views
    seen = instead is not None and set(catalogue.facts[instead].views) & set(asked)
    return rows.model_copy(update={"fact": instead}) if seen else rows


def setting_parameters(catalogue: Catalogue, settings: Settings, stated_currencies: Sequence[str]) -> dict[str, Any]:
    """The settings that fragments name, by their names.

    Costs are in the provider's currency; where it states neither a unit cost nor any visit's cost in that
    currency, they are in that of the modelled cost.
    """
    unit_cost, currency = settings.truck_roll_cost, settings.currency
    if unit_cost is None and (modelled := catalogue.modelled):
        if currency not in stated_currencies:
            currency = modelled.currency
        unit_cost = modelled.amount if currency == modelled.currency else None
    return {
        "service_level_s": settings.service_level_s,
        "short_abandon_s": settings.short_abandon_s,
        "unit_cost": unit_cost,
        "currency": currency,
    }


def with_span(catalogue: Catalogue, books: Bookkeeping, query: Query) -> Query:
    """The Query with its span filled in: the first and the day after the last day of data of the facts asked.

    Without any data the span is the local day of `now`.
    """
    if query.start and query.end:
        return query
    kpis = [catalogue.kpi(name) for name in query.kpis] or list(catalogue.kpis.values())
    row_sets = [rows for kpi in kpis for rows in kpi.row_sets]
    first, last = books.extent(
        {(rows.fact, f"{catalogue.facts[rows.fact].reaches or rows.at}_on") for rows in row_sets}
    )
    zone = books.settings.zone
    today = local_date(query.now, zone)
    first, last = first or today, last or today
    start = query.start or midnight(first, zone)
    end = query.end or midnight(last + timedelta(days=1), zone)
    if start >= end:  # one side is given and lies beyond the data
        end = query.end or start + timedelta(days=1)
        start = start if query.start else end - timedelta(days=1)
    return replace(query, start=start, end=end)


def span_of(query: Query) -> tuple[datetime, datetime]:
    """The span of a Query that has been filled in. ValueError if it has not."""
    if query.start is None or query.end is None:
        raise ValueError("the Query has no span yet")
    return query.start, query.end
