"""A figure against the one before: the same span one period earlier, both spans said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from firstline.catalogue.read import Catalogue
from firstline.periods import GRAINS, Grain, Period, floor_date, local_date, midnight, next_start
from firstline.query.answer import Record
from firstline.query.bookkeeping import Bookkeeping
from firstline.query.frame import end_date
from firstline.query.plan import span_of, with_span
from firstline.query.question import Query
from firstline.query.run import answer_by, askings

Kind = Literal["changed", "new", "unknown"]

WHOLE = 0.9
"""The share of an earlier period that the data must cover for a comparison: a feed's first event is rarely at its
first midnight, but a third of a month is not a month (judgement)."""


@dataclass(frozen=True)
class Change:
    """A record and the same KPI and group one period earlier.

    `kind` is `new` where the earlier value is zero or its group was absent, `unknown` where either value cannot be
    given, the data do not cover the earlier period, or the two are of kinds that are not pooled, such as two scales.
    `difference` is in the KPI's unit, `relative` a fraction of the earlier value. `per_day` holds both values per
    calendar day where the KPI adds up over days and the spans differ in length.
    """

    current: Record
    previous: Record | None
    span: Period
    previous_span: Period
    kind: Kind
    difference: float | None
    relative: float | None
    per_day: tuple[float, float] | None


def compare(books: Bookkeeping, catalogue: Catalogue, query: Query) -> tuple[Change, ...]:
    """The change of every record of the query's whole span (its `by` is ignored), KPI by KPI.

    A whole calendar period is compared with the one before; one that is still running (by `now` or by the
    data) is cut to its whole days and compared with as many days; any other span with as many days
    right before it.
    """
    filled = replace(with_span(catalogue, books, query), by=None)
    changes: list[Change] = []
    for asking in askings(books, catalogue, filled):
        reached = None if asking.missing else asking.coverage.until
        spans = comparison_spans(*span_of(filled), filled.now, reached, books.settings.zone)
        if spans is None:
            continue
        shown, earlier = spans
        alone = replace(filled, kpis=(asking.kpi.id,))

        def over(span: Period, question: Query = alone) -> tuple[Record, ...]:
            return answer_by(books, catalogue, replace(question, start=span.start, end=span.end)).records

        before = {_key(record): record for record in over(earlier)}
        was_covered = any(record.state != "unavailable" for record in before.values())
        adds_up = asking.kpi.additivity == "additive"
        # a survey that got another scale begins a new series, which is not set against the old one
        both = over(Period(earlier.start, shown.end)) if asking.kpi.kept_apart_by else ()
        apart = {_key(record) for record in both if record.is_mixed}
        for record in over(shown):
            previous = before.get(_key(record))
            if _key(record) in apart:
                changes.append(Change(record, previous, shown, earlier, "unknown", None, None, None))
            else:
                changes.append(_change(record, previous, was_covered, shown, earlier, adds_up))
    return tuple(changes)


def comparison_spans(
    start: datetime, end: datetime, now: datetime, reached: datetime | None, zone: ZoneInfo
) -> tuple[Period, Period] | None:
    """The span to show and the one to compare it with; None where not one whole day has passed.

    `reached` is how far the data go (None: unknown). A last day that the data enter counts as whole.
    """
    first = local_date(start, zone)
    last = end_date(end, zone)
    whole_until = last if now >= end else local_date(now, zone)
    if reached is not None and end_date(reached, zone) < whole_until:
        whole_until = local_date(reached, zone)
    days = (whole_until - first).days
    if days < 1:
        return None
    grain = _grain(first, last)
    before = floor_date(first - timedelta(days=1), grain) if grain else first - timedelta(days=days)
    if whole_until == last and grain:
        before_end = first
    else:
        before_end = before + timedelta(days=days)
        if before_end > first:  # the earlier period is shorter than the running one is old
            before, before_end = first - timedelta(days=days), first

    shown = Period(midnight(first, zone), midnight(whole_until, zone))
    return shown, Period(midnight(before, zone), midnight(before_end, zone))


def _grain(first: date, last: date) -> Grain | None:
    """The grain of which [first, last) is one whole period, if any."""
    whole = (grain for grain in GRAINS if floor_date(first, grain) == first and next_start(first, grain) == last)
    return next(whole, None)


def _key(record: Record) -> tuple[tuple[str, str | None], ...]:
    return tuple(sorted(record.group.items()))


def _is_cut(previous: Record | None) -> bool:
    """True where the data begin (or end) inside the earlier period: it holds too little to be compared with."""
    return previous is not None and previous.completeness is not None and previous.completeness < WHOLE


def _change(
    current: Record, previous: Record | None, was_covered: bool, span: Period, earlier: Period, adds_up: bool
) -> Change:
    value, before = current.value, previous.value if previous else None
    if value is None or (before is None and (previous is not None or not was_covered)) or _is_cut(previous):
        return Change(current, previous, span, earlier, "unknown", None, None, None)
    if not before:
        kind: Kind = "new" if value else "changed"
        return Change(current, previous, span, earlier, kind, value, None, None)
    # both are whole local days, of which a daylight-saving day is one like any other
    days, days_before = round(span.days), round(earlier.days)
    per_day = (value / days, before / days_before) if adds_up and days != days_before else None
    return Change(current, previous, span, earlier, "changed", value - before, (value - before) / abs(before), per_day)
