"""A record in words: everything a page says about one figure, made in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from firstline.catalogue.kpi import Kpi
from firstline.formats import format_interval, format_reason, format_span, format_value
from firstline.query.answer import Record

MISSING_DAYS = 1.0
"""From how many uncovered days on a source counts as incomplete: data usually end within the last day."""

LONG_FIGURE = 8

DRIVER_DIMENSIONS = ("reason", "family", "driver")
"""Dimensions whose values are called by the labels of the driver taxonomy."""

STATES: dict[str, str] = {
    "final": "final",
    "provisional": "provisional: it can still change",
    "restated": "restated: it is another one than was published",
}


@dataclass(frozen=True)
class Told:
    """A record with its texts; those that do not apply are empty.

    `label` names the period or group it stands for. `mark` is the one reservation to show, if any.
    `rows_path` leads to the rows behind it, `filter_path` to the same page narrowed to its group.
    """

    record: Record
    label: str
    figure: str
    interval: str
    sample: str
    parts: str
    span: str
    state: str
    state_word: str
    completeness: str
    mark: str | None
    rows_path: str = ""
    filter_path: str = ""

    @property
    def size(self) -> str:
        """The further class of a figure in large type: words and long figures stand smaller."""
        if self.record.value is None:
            return " value-words"
        return " value-long" if len(self.figure) > LONG_FIGURE else ""


def tell(kpi: Kpi, record: Record, now: datetime, label: str = "", rows_path: str = "", filter_path: str = "") -> Told:
    """The record of a KPI, told at the instant of asking."""
    unit = display_unit(kpi, record)
    word = record.state if record.state != "unavailable" else format_reason(record.why)
    return Told(
        record=record,
        label=label,
        figure=format_value(record.value, unit, record.why),
        interval=format_interval(record.low, record.high, unit),
        sample="" if record.n is None else format_value(record.n, "count"),
        parts=_parts(kpi, record),
        span=format_span(record.period_start, record.period_end),
        state=STATES.get(record.state, word),
        state_word=word,
        completeness="" if record.completeness is None else format_value(record.completeness, "fraction"),
        mark=mark_of(record, now),
        rows_path=rows_path,
        filter_path=filter_path,
    )


def display_unit(kpi: Kpi, record: Record) -> str:
    """The unit to format with: the catalogue's, for money the record's currency."""
    return kpi.shown_unit(record.unit)


def mark_of(record: Record, now: datetime) -> str | None:
    """The gravest reservation about a figure, from incomplete source down to restated; None without one."""
    if record.value is None:
        return None
    if _uncovered_days(record, now) > MISSING_DAYS:
        return "incomplete source"
    if record.low_sample:
        return "low sample"
    return record.state if record.state in ("provisional", "restated") else None


def group_label(record: Record, names: Mapping[str, str] | None = None) -> str:
    """The values of a record's group, by the names that they have; a missing one is said to be."""
    known = names or {}
    return ", ".join("(not known)" if value is None else known.get(value, value) for value in record.group.values())


def _uncovered_days(record: Record, now: datetime) -> float:
    if record.completeness is None:
        return 0.0
    until = min(record.period_end, now)
    return (1.0 - record.completeness) * (until - record.period_start).total_seconds() / 86_400


def _parts(kpi: Kpi, record: Record) -> str:
    if record.numerator is None or record.denominator is None:
        return ""
    over = "active subscribers" if kpi.base else ""
    return f"{_amount(record.numerator)} / {_amount(record.denominator)} {over}".strip()


def _amount(value: float) -> str:
    return format_value(value, "count" if value == round(value) else "ratio")


@dataclass(frozen=True)
class Lack:
    """A KPI that the data do not give: why, and the command that makes the data request for what it misses."""

    kpi: Kpi
    record: Record
    why: str
    entity: str
    command: str


def lack_of(kpi: Kpi, record: Record) -> Lack:
    """Why a KPI has no figure, from its record."""
    reason = "" if record.is_mixed else record.reason or ""
    entity = reason.removeprefix("missing:").partition(".")[0] if reason.startswith("missing:") else ""
    why = record.note or format_reason(record.why)
    return Lack(kpi, record, why, entity, f"firstline template {entity}" if entity else "")
