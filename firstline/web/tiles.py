"""A KPI on the overview: its figure for the chosen period, its course, its change, and what it lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup

from firstline.catalogue.kpi import Kpi
from firstline.catalogue.read import Catalogue
from firstline.formats import format_change, format_span, format_value
from firstline.query.answer import Record
from firstline.query.bookkeeping import Bookkeeping
from firstline.query.change import Change, compare
from firstline.query.question import Query
from firstline.query.run import answer_by, askings
from firstline.warehouse.taxonomy import driver_labels
from firstline.web.addresses import address, kpi_path
from firstline.web.choice import Choice
from firstline.web.sparkline import extent, interval_band, sparkline
from firstline.web.telling import DRIVER_DIMENSIONS, Told, display_unit, group_label, tell

LEADERS = 4
"""How many of the largest groups a KPI shows that only makes sense by group."""


@dataclass(frozen=True)
class ChangeTold:
    """A change in words: `amount` ("+4.2 %", "new"), `against` what, each side per day, and both spans.

    `is_cut` where the span compared is not the whole period that the page is about.
    """

    amount: str
    against: str
    per_day: str
    spans: str
    is_cut: bool


@dataclass(frozen=True)
class Tile:
    """One KPI of the overview. `leaders` are the largest groups, and the rest is empty, where it has a default group.

    `change` is None where not one whole day of the period has passed; `course` are the periods drawn.
    """

    kpi: Kpi
    path: str
    told: Told
    spark: Markup
    band: Markup
    change: ChangeTold | None
    leaders: tuple[Told, ...]
    course: tuple[Record, ...]
    compared: Change | None

    def as_json(self) -> dict[str, Any]:
        """Every record of the tile, and the change in figures."""
        change = self.compared
        return {
            "kpi": self.kpi.id,
            "record": self.told.record.as_json(),
            "groups": [leader.record.as_json() for leader in self.leaders],
            "change": None
            if change is None
            else {
                "kind": change.kind,
                "difference": change.difference,
                "relative": change.relative,
                "per_day": list(change.per_day) if change.per_day else None,
                "previous": change.previous.as_json() if change.previous else None,
            },
            "course": [record.as_json() for record in self.course],
        }


def make_tiles(
    books: Bookkeeping, catalogue: Catalogue, choice: Choice, now: datetime
) -> tuple[tuple[Tile, ...], tuple[Record, ...]]:
    """A tile for every KPI that the data give anywhere in the course, variants aside; of the others the last record."""
    shown_kpis = tuple(each.id for each in catalogue.kpis.values() if not each.variant_of)
    asked = Query(kpis=shown_kpis, now=now, start=choice.course_start, end=choice.period.end, by=choice.by)
    found: dict[str, list[Record]] = {}
    for record in answer_by(books, catalogue, asked).records:
        found.setdefault(record.kpi, []).append(record)
    shown = {name: course for name, course in found.items() if any(_has_data(record) for record in course)}
    single = [name for name in shown if not catalogue.kpis[name].default_group]
    changes = _changes(books, catalogue, replace(asked, kpis=tuple(single), start=choice.period.start, by=None))
    parted = _parted(books, catalogue, replace(asked, kpis=tuple(single)))
    tiles = [
        _grouped_tile(catalogue.kpis[name], course, choice, now, driver_labels(books.warehouse))
        if catalogue.kpis[name].default_group
        else _tile(catalogue.kpis[name], course[-1:] if name in parted else course, changes.get(name), choice, now)
        for name, course in shown.items()
    ]
    return tuple(tiles), tuple(course[-1] for name, course in found.items() if name not in shown)


def _changes(books: Bookkeeping, catalogue: Catalogue, query: Query) -> dict[str, Change]:
    """The change of each KPI of a Query. KPIs whose data reach equally far are compared together.

    One comparison cuts a running period to what all its KPIs cover: visits that arrive weekly must not cut calls
    that arrive daily.
    """
    if not query.kpis:
        return {}
    reached: dict[datetime | None, list[str]] = {}
    for asking in askings(books, catalogue, query):
        reached.setdefault(asking.coverage.until, []).append(asking.kpi.id)
    return {
        change.current.kpi: change
        for names in reached.values()
        for change in compare(books, catalogue, replace(query, kpis=tuple(names)))
    }


def _parted(books: Bookkeeping, catalogue: Catalogue, query: Query) -> set[str]:
    """The KPIs whose course is of several kinds that are not pooled, such as a survey's old and new scale: no line."""
    kpis = tuple(name for name in query.kpis if catalogue.kpis[name].kept_apart_by)
    if not kpis:
        return set()
    whole = answer_by(books, catalogue, replace(query, kpis=kpis, by=None)).records
    return {record.kpi for record in whole if record.is_mixed}


def _has_data(record: Record) -> bool:
    return record.value is not None or record.reason in ("small_n", "immature")


def _tile(kpi: Kpi, course: Sequence[Record], change: Change | None, choice: Choice, now: datetime) -> Tile:
    shown = change.current if change else course[-1]
    told = tell(kpi, shown, now, choice.name)
    is_cut = shown.period_end < choice.period.end
    drawn = (*course[:-1], replace(shown, partial=is_cut))
    scale = extent(drawn)
    whole = tell(kpi, course[-1], now)
    return Tile(
        kpi=kpi,
        path=_path(kpi, choice),
        # a source that ends early is told of the whole period, even where the figure is cut to what it covers
        told=replace(told, mark=whole.mark) if whole.mark == "incomplete source" else told,
        spark=sparkline(drawn, _course_words(kpi, drawn, now)),
        band=interval_band(shown, scale, f"95 % interval {told.interval}"),
        change=_told_change(kpi, change, choice) if change else None,
        leaders=(),
        course=tuple(course),
        compared=change,
    )


def _grouped_tile(
    kpi: Kpi, course: Sequence[Record], choice: Choice, now: datetime, drivers: Mapping[str, str]
) -> Tile:
    """For a KPI that has one figure per group: the largest groups of the chosen period."""
    names = drivers if kpi.default_group in DRIVER_DIMENSIONS else None
    own = [record for record in course if record.period_start == choice.period.start] or [course[-1]]
    largest = sorted((each for each in own if each.value is not None), key=lambda each: -(each.value or 0.0))
    leaders = tuple(tell(kpi, each, now, group_label(each, names)) for each in largest[:LEADERS])
    first = leaders[0] if leaders else tell(kpi, own[0], now)
    return Tile(kpi, _path(kpi, choice), first, Markup(""), Markup(""), None, leaders, (), None)


def _path(kpi: Kpi, choice: Choice) -> str:
    span = [("from", f"{choice.course_start:%Y-%m-%d}"), ("to", f"{choice.course_end:%Y-%m-%d}")]
    return address(kpi_path(kpi.id), [*span, ("by", choice.by)])


def _told_change(kpi: Kpi, change: Change, choice: Choice) -> ChangeTold:
    unit = display_unit(kpi, change.current)
    before = change.previous.value if change.previous else None
    amount = format_change(change.kind, change.difference, change.relative, unit)
    against = f"against {format_value(before, unit)}" if amount and before is not None else ""
    span, previous = (format_span(each.start, each.end) for each in (change.span, change.previous_span))
    return ChangeTold(
        amount=amount,
        against=against if amount or change.current.value is None else "nothing to compare with",
        per_day=_per_day(change, unit),
        spans=f"{span} against {previous}",
        is_cut=change.span.end < choice.period.end,
    )


def _per_day(change: Change, unit: str) -> str:
    if not change.per_day:
        return ""
    per_day_unit = "ratio" if unit == "count" else unit
    current, earlier = (format_value(each, per_day_unit) for each in change.per_day)
    return f"{current} a day, {earlier} before"


def _course_words(kpi: Kpi, course: Sequence[Record], now: datetime) -> str:
    """What the sparkline shows, for those who cannot see it."""
    known = [tell(kpi, record, now) for record in course if record.value is not None]
    if not known:
        return ""
    lowest = min(known, key=lambda told: told.record.value or 0.0)
    highest = max(known, key=lambda told: told.record.value or 0.0)
    return (
        f"{kpi.label} over {len(course)} periods: lowest {lowest.figure} ({lowest.span}), "
        f"highest {highest.figure} ({highest.span}), last {known[-1].figure}."
    )
