"""Shares of answers, weighted by a dimension where its values were answered very unequally.

Where customers on one channel answer far more often than those on another, the answers speak for the first. Each value
of the dimension then counts as much as it was asked, not as it answered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from firstline.catalogue.kpi import Kpi, Rows, Weighting
from firstline.catalogue.read import Catalogue
from firstline.formats import format_value
from firstline.periods import local_date
from firstline.query import intervals
from firstline.query.answer import Record
from firstline.query.frame import Frame
from firstline.query.measure import Cell, Sums, read_sums
from firstline.warehouse.engine import Warehouse


@dataclass(frozen=True)
class Stratum:
    """One value of the dimension: what was asked and how much of it was answered; the answers and how many say yes."""

    name: str | None
    asked: float
    answered: float
    answers: float
    yes: float


@dataclass(frozen=True)
class Weighted:
    """A weighted share with its interval."""

    value: float
    low: float | None
    high: float | None


def with_weights(
    warehouse: Warehouse, catalogue: Catalogue, kpi: Kpi, rows: Rows, frame: Frame, records: Sequence[Record]
) -> list[Record]:
    """The records of a KPI that is weighted where response rates differ; the others as they are.

    `frame` is where the KPI's own rows are looked for. A record that is about one value of the dimension, or that is
    split by what those who were asked are not split by, is not weighted.
    """
    by = kpi.weighting
    if by is None or not any(record.value is not None for record in records):
        return list(records)
    rate = catalogue.kpi(by.rate)
    asked_of = rate.rows.model_copy(update={"dimensions": {**rate.rows.dimensions, by.by: by.column}, "at": by.at})
    wanted = (*frame.group, *(name for name, _ in frame.where))
    if by.by in wanted:
        return list(records)
    apart = [name for name in wanted if catalogue.column_of(asked_of.fact, name, asked_of.dimensions) is None]
    if apart:
        said = f"Not weighted by {by.by}: those who were asked are not split by {', '.join(apart)}."
        return [record.noting(said) if record.value is not None else record for record in records]
    split = replace(frame, group=(*frame.group, by.by))
    strata = _strata(
        read_sums(warehouse, catalogue, rate, asked_of, split), read_sums(warehouse, catalogue, kpi, rows, split)
    )
    found = []
    for record in records:
        cell = local_date(record.period_start, frame.zone), tuple(record.group.values())
        found.append(_with(record, by, rate, strata.get(cell, ())) if record.value is not None else record)
    return found


def weighted(strata: Sequence[Stratum]) -> Weighted | None:
    """Each stratum's share of yes, weighted by how much was asked in it; None if answers came where nothing was asked.

    Strata without an answer say nothing and are left out. The interval is Wilson's at Kish's effective sample,
    1 / sum of (weight^2 / answers) with weights that add up to 1.

    >>> weighted([Stratum("phone", 200, 100, 100, 80), Stratum("email", 600, 60, 60, 30)]).value
    0.575
    """
    heard = [each for each in strata if each.answers]
    total = sum(each.asked for each in heard)
    if not total or not all(each.asked for each in heard):
        return None
    value = sum(each.asked / total * each.yes / each.answers for each in heard)
    effective = 1 / sum((each.asked / total) ** 2 / each.answers for each in heard)
    band = intervals.wilson(min(value, 1.0) * effective, effective)
    return Weighted(value, *(band or (None, None)))


def _strata(asked: Mapping[Cell, Sums], heard: Mapping[Cell, Sums]) -> dict[Cell, list[Stratum]]:
    found: dict[Cell, list[Stratum]] = defaultdict(list)
    for start, group in sorted(asked.keys() | heard.keys(), key=lambda cell: (cell[0], cell[1][-1] or "")):
        rate, own = asked.get((start, group), Sums()), heard.get((start, group), Sums())
        stratum = Stratum(group[-1], rate.denominator, rate.numerator, own.denominator, own.numerator)
        found[start, group[:-1]].append(stratum)
    return found


def _with(record: Record, by: Weighting, rate: Kpi, strata: Sequence[Stratum]) -> Record:
    known = {each.name: each.answered / each.asked for each in strata if each.asked >= rate.min_n.suppress}
    if not known or max(known.values()) - min(known.values()) <= by.differ:
        return record
    rates = ", ".join(f"{name or 'none'} {format_value(share, rate.unit)}" for name, share in known.items())
    made = weighted(strata)
    if made is None:
        return record.noting(
            f"Response rates differ ({rates}), but some answers came where nobody is known to have been asked: "
            "not weighted."
        )
    plain = format_value(record.value, record.unit)
    said = f"Weighted by {by.by}, because response rates differ ({rates}); unweighted it is {plain}."
    return replace(record.noting(said), value=made.value, low=made.low, high=made.high)
