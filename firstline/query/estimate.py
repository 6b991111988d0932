"""What a look-ahead figure would be with its pending members, as far as they have been watched: an estimate beside the
figure, never in its place.

The Kaplan-Meier estimator takes each member as watched until its event, the end of its window, or the watermark. So a
pending member counts for the days that it was seen, and neither as a success nor as a failure.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite

from firstline.catalogue.kpi import Kpi, Rows
from firstline.catalogue.read import Catalogue
from firstline.formats import format_interval, format_value
from firstline.periods import local_date
from firstline.query.answer import Record
from firstline.query.compile import compile_watched
from firstline.query.frame import Frame
from firstline.query.measure import Cell
from firstline.warehouse.engine import Warehouse


@dataclass(frozen=True)
class Watched:
    """So many members with an event after `seconds`, or without one for that long; of a window of `window_s`."""

    seconds: int
    is_event: bool
    members: int
    window_s: int


def with_estimates(
    warehouse: Warehouse, catalogue: Catalogue, kpi: Kpi, rows: Rows, frame: Frame, records: Sequence[Record]
) -> list[Record]:
    """The records of a KPI; those with a value and with pending members get an estimate beside them."""
    if rows.ahead is None or not any(_is_estimable(record) for record in records):
        return list(records)
    statement = compile_watched(catalogue, kpi, rows, frame)
    cells: dict[Cell, list[Watched]] = defaultdict(list)
    for row in warehouse.rows(statement.sql, statement.parameters):
        cell = row["period_on"], tuple(row[f"g{i}"] for i in range(len(frame.group)))
        members = round(float(row["weight"] or 0))
        cells[cell].append(Watched(int(row["watched_s"]), bool(row["is_event"]), members, int(row["window_s"])))
    counts_events = rows.ahead.counts == "event"
    found = []
    for record in records:
        watched = cells.get((local_date(record.period_start, frame.zone), tuple(record.group.values())))
        estimate = kaplan_meier(watched, counts_events) if watched and _is_estimable(record) else None
        found.append(_with(record, estimate) if estimate else record)
    return found


def kaplan_meier(watched: Sequence[Watched], counts_events: bool) -> tuple[float, float | None, float | None]:
    """The share with (or without) an event by the end of the window, and its 95 % interval (log-log; null if none).

    >>> seen = [(1, True, 1), (2, True, 1), (3, True, 1), (2, False, 1), (4, False, 1), (5, False, 1), (7, False, 4)]
    >>> round(kaplan_meier([Watched(*each, 7) for each in seen], counts_events=False)[0], 6)
    0.685714
    """
    # a second to load, and hardly a command asks
    import numpy as np
    from scipy.stats import CensoredData, ecdf

    def times(is_event: bool) -> list[int]:
        return [each.seconds for each in watched if each.is_event == is_event for _ in range(each.members)]

    end = max(each.window_s for each in watched)
    survival = ecdf(CensoredData(uncensored=times(True), right=times(False))).sf
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        # before the first event there is no band, which is nothing to warn of
        warnings.simplefilter("ignore", RuntimeWarning)
        band = survival.confidence_interval(method="log-log")
        value, low, high = (float(each.evaluate(end)) for each in (survival, band.low, band.high))
    if counts_events:
        value, low, high = 1 - value, 1 - high, 1 - low
    return value, low if isfinite(low) else None, high if isfinite(high) else None


def _is_estimable(record: Record) -> bool:
    return bool(record.pending) and record.value is not None


def _with(record: Record, estimate: tuple[float, float | None, float | None]) -> Record:
    value, low, high = estimate
    band = format_interval(low, high, record.unit)
    note = (
        f"Estimate, not the figure: {format_value(value, record.unit)}{f' ({band})' if band else ''} if the "
        f"{record.pending:,} pending go on as the others did (Kaplan-Meier)."
    )
    return replace(record.noting(note), estimate=value, estimate_low=low, estimate_high=high)
