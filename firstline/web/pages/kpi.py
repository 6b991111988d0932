"""One KPI: its course, its groups, its definition, and the way to the rows behind every figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request

from firstline.catalogue.kpi import Dimension, Kpi
from firstline.catalogue.read import Catalogue
from firstline.errors import MisuseError
from firstline.formats import format_period, format_span, format_value
from firstline.model.limits import Limit, limit
from firstline.periods import GRAINS, Grain
from firstline.query.answer import Record
from firstline.query.bookkeeping import Bookkeeping
from firstline.query.definitions import the_catalogue
from firstline.query.parse import question_parameters
from firstline.query.plan import span_of, with_span
from firstline.query.question import Query
from firstline.query.run import answer_by
from firstline.warehouse.taxonomy import driver_labels
from firstline.web.asking import asked_kpi, asked_query, narrow, natural_grain, question_address, rows_address
from firstline.web.office import Office, reading
from firstline.web.plotting import Picture, bars_picture, trend_picture
from firstline.web.telling import DRIVER_DIMENSIONS, Lack, Told, group_label, lack_of, tell
from firstline.web.theme import chart_config


@dataclass(frozen=True)
class Guard:
    """A KPI to read together with this one."""

    path: str
    label: str


@dataclass(frozen=True)
class Filter:
    """A filter in force, in words, and the address without it."""

    label: str
    without: str


@dataclass(frozen=True)
class About:
    """The definition as the page shows it; `variants` count the same in other ways."""

    kpi: Kpi
    exclusions: Sequence[str]
    guards: Sequence[Guard]
    variants: Sequence[Guard]
    limits: Sequence[Limit]
    example: str


@dataclass(frozen=True)
class Shown:
    """A chart with its table: the picture (None where there is nothing to draw) and the same figures told."""

    picture: Picture | None
    rows: Sequence[Told]


@dataclass(frozen=True)
class KpiPage:
    """The page of one KPI.

    `whole` is the figure over the whole span; `trend` is None where the KPI has one figure per group and no
    group is chosen; `breakdown` is None where no dimension is.
    """

    title: str
    query: Query
    by: Grain
    whole: Told
    trend: Shown | None
    breakdown: Shown | None
    group: Dimension | None
    dimensions: Sequence[Dimension]
    filters: Sequence[Filter]
    about: About
    lack: Lack | None
    downloads: dict[str, str]

    @property
    def grains(self) -> tuple[Grain, ...]:
        """Every grain there is, to choose from."""
        return GRAINS

    @property
    def has_whole(self) -> bool:
        """False for a KPI that has one figure per group while no group is chosen."""
        return self.trend is not None

    @property
    def where(self) -> list[str]:
        """The filters as the form sends them back."""
        return [value for name, value in question_parameters(self.query) if name == "where"]

    @property
    def span(self) -> str:
        """The span by its first and last day."""
        return format_span(*span_of(self.query))

    @property
    def dates(self) -> tuple[str, str]:
        """The span as the form's fields have it, the end exclusive."""
        start, end = span_of(self.query)
        return f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}"

    @property
    def charts(self) -> dict[str, dict[str, Any]]:
        """What the browser draws: by the chart's name its specification and the themes."""
        shown = {"trend": self.trend, "breakdown": self.breakdown}
        themes = {"light": chart_config("light"), "dark": chart_config("dark")}
        return {
            name: {"spec": each.picture.spec, "themes": themes} for name, each in shown.items() if each and each.picture
        }

    def as_json(self) -> Any:
        """The records of the whole span, of each period and of each group, and the definition."""
        return {
            "kpi": self.about.kpi.id,
            "label": self.about.kpi.label,
            "by": self.by,
            "whole": self.whole.record.as_json(),
            "records": [told.record.as_json() for told in self.trend.rows] if self.trend else [],
            "groups": [told.record.as_json() for told in self.breakdown.rows] if self.breakdown else [],
            "definition": {
                **self.about.kpi.model_dump(mode="json"),
                "exclusions": list(self.about.exclusions),
                "limits": [each.model_dump(mode="json", exclude_defaults=True) for each in self.about.limits],
            },
        }


def kpi_page(office: Office, request: Request) -> KpiPage:
    """The page that the address asks for. Raises NotFoundError or MisuseError for a wrong one."""
    catalogue, settings, now = the_catalogue(), office.settings, office.now()
    kpi = asked_kpi(catalogue, request)
    asked = asked_query(catalogue, kpi, request, now, settings.zone)
    if len(asked.group) > 1:
        raise MisuseError("one_group", "A page breaks a figure down by one dimension.", "Filter by the others.")
    with reading(office) as warehouse:
        books = Bookkeeping(warehouse, settings)
        query = replace(with_span(catalogue, books, asked), estimates=True)
        by = query.by or natural_grain(query)

        def records(question: Query) -> Sequence[Record]:
            return answer_by(books, catalogue, question).records

        whole = records(replace(query, by=None, group=()))[0]
        group = _group(catalogue, kpi, query, whole)
        by_group = records(replace(query, by=None, group=(group.id,))) if group else ()
        by_period = records(replace(query, by=by, group=()))
        names = driver_labels(warehouse)
    told = [tell(kpi, each, now, _period_label(each, by), rows_address(query, each)) for each in by_period]
    groups = [
        tell(kpi, each, now, label, rows_address(query, each), question_address(narrow(query, each)))
        for each in sorted(by_group, key=_by_size)
        for label in [group_label(each, names if group and group.id in DRIVER_DIMENSIONS else None)]
    ]
    missing = (whole.reason or "").startswith("missing:") and not whole.is_mixed
    # of what is not pooled each period may be of another kind: a line would set the one against the other
    has_trend = _is_one_series(by_period) and not missing and not whole.is_mixed
    return KpiPage(
        title=kpi.label,
        query=query,
        by=by,
        whole=tell(kpi, whole, now, rows_path=rows_address(query, whole)),
        trend=Shown(trend_picture(kpi, told, by), told) if has_trend else None,
        breakdown=Shown(bars_picture(kpi, groups, group.label), groups) if group and not missing else None,
        group=group,
        dimensions=catalogue.dimensions_of(kpi),
        filters=_filters(catalogue, query, names),
        about=_about(catalogue, kpi),
        lack=lack_of(kpi, whole) if missing else None,
        downloads={
            "chart": question_address(replace(query, by=by), "/chart.svg"),
            "by period": question_address(replace(query, by=by, group=()), "/records.csv"),
            "by group": question_address(replace(query, by=None), "/records.csv") if query.group else "",
            "rows": question_address(replace(query, by=None, group=()), "/rows.csv"),
        },
    )


def _group(catalogue: Catalogue, kpi: Kpi, query: Query, whole: Record) -> Dimension | None:
    """The dimension to break down by: the one asked, else what its rows are not pooled over, else the KPI's own unless
    it is filtered already."""
    if query.group:
        return catalogue.dimensions[query.group[0]]
    if whole.is_mixed and kpi.kept_apart_by:
        return catalogue.dimensions[kpi.kept_apart_by]
    own = kpi.default_group
    if own and own not in {name for name, _ in query.where}:
        return catalogue.dimensions[own]
    return None


def _is_one_series(records: Sequence[Record]) -> bool:
    return len({tuple(record.group.items()) for record in records}) == 1


def _period_label(record: Record, by: Grain) -> str:
    name = format_period(record.period_start, by)
    return f"{name} (part)" if record.partial else name


def _by_size(record: Record) -> tuple[bool, float, str]:
    return record.value is None, -(record.value or 0.0), group_label(record)


def _filters(catalogue: Catalogue, query: Query, names: Mapping[str, str]) -> tuple[Filter, ...]:
    found = []
    for name, values in query.where:
        known = names if name in DRIVER_DIMENSIONS else {}
        listed = " or ".join("(not known)" if value is None else known.get(value, value) for value in values)
        rest = replace(query, where=tuple(each for each in query.where if each[0] != name))
        found.append(Filter(f"{catalogue.dimensions[name].label}: {listed}", question_address(rest)))
    return tuple(found)


def _about(catalogue: Catalogue, kpi: Kpi) -> About:
    unit = "USD" if kpi.unit == "money" else kpi.unit
    return About(
        kpi=kpi,
        exclusions=list(catalogue.left_out(kpi).values()),
        guards=[Guard(f"/kpi/{name}", catalogue.kpis[name].label) for name in kpi.guards],
        limits=[limit(name) for name in kpi.limits],
        variants=[Guard(f"/kpi/{each.id}", each.label) for each in catalogue.variants(kpi)],
        example=format_value(kpi.example.value, unit),
    )
