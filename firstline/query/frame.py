"""Where and when a statement looks, and the parameters that say so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from firstline.periods import Grain, local_date, midnight
from firstline.query.question import Values


@dataclass(frozen=True)
class Statement:
    """SQL in the portable dialect and exactly the parameters it names."""

    sql: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Frame:
    """Where and when a statement looks.

    `start` and `end` are aware instants; `group` and `where` pair dimensions with columns of the fact.
    `watermark` and `history_start` are aware instants or None where unknown; `settings` are bound where named.
    """

    start: datetime
    end: datetime
    by: Grain | None
    zone: ZoneInfo
    group: tuple[str, ...]
    where: tuple[tuple[str, Values], ...]
    watermark: datetime | None
    history_start: datetime | None
    settings: Mapping[str, Any]

    @property
    def parameters(self) -> dict[str, Any]:
        """Every value a statement may name: span, local dates, watermark, filters `f<i>_<j>` and settings."""
        filters = {
            f"f{i}_{j}": value
            for i, (_, values) in enumerate(self.where)
            for j, value in enumerate(values)
            if value is not None
        }
        return {
            "start": stored(self.start),
            "end": stored(self.end),
            "start_on": local_date(self.start, self.zone),
            "end_on": end_date(self.end, self.zone),
            "watermark": stored(self.watermark) if self.watermark else None,
            "history_start": stored(self.history_start) if self.history_start else None,
            **filters,
            **self.settings,
        }


def stored(instant: datetime) -> datetime:
    """An aware instant as the warehouse keeps it: naive, UTC."""
    return instant.astimezone(UTC).replace(tzinfo=None)


def end_date(end: datetime, zone: ZoneInfo) -> date:
    """The first local day that begins at or after an exclusive end."""
    day = local_date(end, zone)
    return day if midnight(day, zone) >= end else day + timedelta(days=1)


def bound(sql: str, parameters: Mapping[str, Any]) -> Statement:
    """The statement with those of the parameters that it names."""
    named = set(re.findall(r"\$([a-z_0-9]+)", sql))
    return Statement(sql, {name: value for name, value in parameters.items() if name in named})
