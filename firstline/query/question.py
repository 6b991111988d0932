"""The one frozen Query that every door builds: page, API, command line and export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from firstline.periods import Grain

Values = tuple[str | None, ...]


@dataclass(frozen=True)
class Query:
    """A question about KPIs.

    `kpis` empty means every KPI of the catalogue. `start` (inclusive) and `end` (exclusive) are aware
    instants, None meaning the first and the day after the last day of data. `by` None means one
    record for the whole span. `group` names dimensions; `where` is AND between dimensions, OR within one,
    None standing for rows without a value. With `estimates`, look-ahead figures with pending members come with an
    estimate beside them. `now` is the instant of asking; no figure reads a clock.
    """

    kpis: tuple[str, ...]
    now: datetime
    start: datetime | None = None
    end: datetime | None = None
    by: Grain | None = None
    group: tuple[str, ...] = ()
    where: tuple[tuple[str, Values], ...] = ()
    estimates: bool = False
