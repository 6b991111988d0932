"""Which calendar period the overview shows: `?by=month&from=2026-03-01`, by default the last whole month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request

from firstline.errors import MisuseError
from firstline.formats import format_period, format_span
from firstline.periods import (
    GRAINS,
    Grain,
    Period,
    calendar_periods,
    floor_date,
    local_date,
    midnight,
    next_start,
    parse_grain,
    parse_moment,
)
from firstline.web.addresses import address

COURSE: dict[Grain, int] = {"day": 28, "week": 26, "month": 13, "quarter": 9, "year": 6}
"""How many periods a sparkline shows, the chosen one among them."""
MOST_OFFERED = 120


@dataclass(frozen=True)
class Offered:
    """A period to choose: its first day as the address has it, and its name."""

    start: str
    name: str
    is_chosen: bool


@dataclass(frozen=True)
class Choice:
    """The chosen period and the ones beside it.

    `period` is the whole calendar period even while it is running; from `course_start` to `course_end` reach the
    periods worth drawing, cut to the data. Links are None at the ends of the data.
    """

    by: Grain
    period: Period
    course_start: datetime
    course_end: datetime
    name: str
    is_running: bool
    offered: tuple[Offered, ...]
    previous: str | None
    following: str | None

    @property
    def span_before(self) -> str:
        """The whole period before, by its first and last day."""
        first = floor_date(self.period.start.date() - timedelta(days=1), self.by)
        return format_span(datetime.combine(first, time()), self.period.start)

    @property
    def grains(self) -> tuple[Grain, ...]:
        """Every grain there is, to choose from."""
        return GRAINS


def choose_period(request: Request, first: datetime, end: datetime, now: datetime, zone: ZoneInfo) -> Choice:
    """The choice that the request's parameters make over data in [first, end).

    Raises MisuseError for an unknown grain, a bad date or one outside the data.
    """
    by = parse_grain(request.query_params.get("by") or "month")
    starts = [period.start for period in calendar_periods(_floor(first, by, zone), end, by, zone)]
    whole = [whole_period(start, by, zone) for start in starts]
    chosen = _asked(request.query_params.get("from"), by, whole, zone)
    if chosen is None:
        ended = [number for number, period in enumerate(whole) if period.end <= end]
        chosen = ended[-1] if ended else len(whole) - 1
    period = whole[chosen]

    def link(number: int) -> str | None:
        if not 0 <= number < len(whole):
            return None
        return address("/", [("by", by), ("from", f"{whole[number].start:%Y-%m-%d}")])

    return Choice(
        by=by,
        period=period,
        course_start=_later(whole[max(0, chosen - COURSE[by] + 1)].start, first),
        course_end=period.end if period.end <= end else _later(end, period.start),
        name=format_period(period.start, by),
        is_running=period.end > min(end, now),
        offered=tuple(
            Offered(f"{each.start:%Y-%m-%d}", format_period(each.start, by), each is period)
            for each in reversed(whole[-MOST_OFFERED:])
        ),
        previous=link(chosen - 1),
        following=link(chosen + 1),
    )


def whole_period(start: datetime, by: Grain, zone: ZoneInfo) -> Period:
    """The whole calendar period that begins at this local midnight."""
    return Period(start, midnight(next_start(local_date(start, zone), by), zone))


def _later(one: datetime, other: datetime) -> datetime:
    return one if one >= other else other


def _floor(instant: datetime, by: Grain, zone: ZoneInfo) -> datetime:
    return midnight(floor_date(local_date(instant, zone), by), zone)


def _asked(text: str | None, by: Grain, whole: list[Period], zone: ZoneInfo) -> int | None:
    """The number of the period that holds the date asked for; None where none is asked."""
    if not text:
        return None
    start = _floor(parse_moment(text, zone, "from"), by, zone)
    for number, period in enumerate(whole):
        if period.start == start:
            return number
    span = f"The data reach from {whole[0].start:%Y-%m-%d} to {whole[-1].end:%Y-%m-%d}."
    raise MisuseError("outside_data", f"There are no data for {format_period(start, by)}.", span)
