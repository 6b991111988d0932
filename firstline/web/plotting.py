"""Told records as something to draw: axis, points and the sentence that says what the picture shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from firstline.catalogue.kpi import Kpi
from firstline.periods import Grain
from firstline.web.charts import MOST_BARS, Axis, PlotPoint, Reference, Spec, bars_spec, trend_spec
from firstline.web.telling import Told

DURATIONS: tuple[tuple[float, str, float], ...] = (
    (172_800, "days", 86_400),
    (7_200, "hours", 3_600),
    (120, "minutes", 60),
    (0, "seconds", 1),
)
"""From which largest value on a time axis reads in which unit, and its seconds."""


@dataclass(frozen=True)
class Picture:
    """A chart ready to be drawn: its specification, the finding as a sentence, and how to read it."""

    spec: Spec
    finding: str
    reading: str


def trend_picture(kpi: Kpi, rows: Sequence[Told], by: Grain) -> Picture | None:
    """The course of a KPI; None where no period has a value."""
    known = [told for told in rows if told.record.value is not None]
    if not known:
        return None
    axis, divisor = _axis(kpi, rows, bars=False)
    finding = _trend_finding(kpi, known, by)
    references = [
        Reference(value / divisor, f"{each.source}: {each.value}")
        for each in kpi.benchmarks
        if each.comparable and (value := _plain_number(each.value)) is not None
    ]
    points = [_point(told, divisor, told.record.period_start) for told in rows]
    return Picture(trend_spec(points, axis, by, finding, references), finding, _how_to_read(rows))


def bars_picture(kpi: Kpi, rows: Sequence[Told], dimension: str) -> Picture | None:
    """The groups of a KPI in order of size; None where no group has a value. Rows come largest first."""
    known = [told for told in rows if told.record.value is not None]
    if not known:
        return None
    axis, divisor = _axis(kpi, rows, bars=True)
    finding = _bars_finding(kpi, known, len(rows) - len(known), dimension)
    points = [_point(told, divisor, told.record.period_start) for told in known]
    reading = f"The {MOST_BARS} largest are drawn; the table has all." if len(known) > MOST_BARS else ""
    return Picture(bars_spec(points, axis, finding), finding, reading)


def _axis(kpi: Kpi, rows: Sequence[Told], bars: bool) -> tuple[Axis, float]:
    """The axis and what a value is divided by to stand on it."""
    if kpi.unit == "fraction":
        return Axis(kpi.label, ".1~%", from_zero=bars), 1.0
    if kpi.unit == "s":
        largest = max(told.record.value or 0.0 for told in rows)
        name, size = next((name, size) for least, name, size in DURATIONS if largest >= least)
        return Axis(f"{kpi.label} ({name})", ",.2~f", from_zero=True), size
    if kpi.unit == "money":
        return Axis(f"{kpi.label} ({rows[0].record.unit})", ",.0f", from_zero=True), 1.0
    counted = kpi.unit in ("count", "per_1000")
    return Axis(kpi.label, ",.2~f", from_zero=counted or bars), 1.0


def _point(told: Told, divisor: float, start: datetime) -> PlotPoint:
    record = told.record
    value, low, high = (
        None if figure is None else figure / divisor for figure in (record.value, record.low, record.high)
    )
    return PlotPoint(
        label=told.label,
        start=start.date(),
        value=value,
        low=low,
        high=high,
        text=told.figure,
        interval=told.interval,
        open=record.state == "provisional",
        cut=record.partial,
        restated=record.state == "restated",
    )


def _trend_finding(kpi: Kpi, known: Sequence[Told], by: Grain) -> str:
    """The last figure and the extremes, of whole periods where there are any: a cut one is not like the others."""
    whole = [told for told in known if not told.record.partial] or known
    last = whole[-1]
    text = f"{kpi.label} was {last.figure} {_when(last, by)}."
    if len(whole) == 1:
        return text
    lowest = min(whole, key=lambda told: told.record.value or 0.0)
    highest = max(whole, key=lambda told: told.record.value or 0.0)
    return (
        f"{text} Over {len(whole)} whole {by}s it was lowest {_when(lowest, by)} ({lowest.figure}) "
        f"and highest {_when(highest, by)} ({highest.figure})."
    )


def _when(told: Told, by: Grain) -> str:
    if by == "day":
        return f"on {told.label}"
    return f"in the {told.label[0].lower()}{told.label[1:]}" if by == "week" else f"in {told.label}"


def _bars_finding(kpi: Kpi, known: Sequence[Told], hidden: int, dimension: str) -> str:
    first, last = known[0], known[-1]
    text = f"{kpi.label} by {dimension.lower()}: {first.label} has the highest figure, {first.figure}"
    text += f"; {last.label} the lowest, {last.figure}." if len(known) > 1 else "."
    if _apart(first, last):
        text += " Their intervals do not overlap."
    elif len(known) > 1 and first.interval and last.interval:
        text += " Their intervals overlap: the difference may be chance."
    if hidden:
        text += f" {hidden} more {'has' if hidden == 1 else 'have'} no figure; the table says why."
    return text


def _apart(first: Told, last: Told) -> bool:
    low, high = first.record.low, last.record.high
    return low is not None and high is not None and low > high


def _how_to_read(rows: Sequence[Told]) -> str:
    notes = []
    if any(told.interval for told in rows):
        notes.append("Shaded: 95 % interval.")
    if any(told.record.state == "provisional" and told.record.value is not None for told in rows):
        notes.append("Hollow points can still change.")
    if any(told.record.state == "restated" and told.record.value is not None for told in rows):
        notes.append("Diamonds are others than were published.")
    if any(told.record.partial and told.record.value is not None for told in rows):
        notes.append("A period that is not whole stands apart from the line.")
    if any(told.record.value is None for told in rows):
        notes.append("Where a period has no value the line is open; the table says why.")
    return " ".join(notes)


def _plain_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
