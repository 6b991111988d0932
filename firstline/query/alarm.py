"""Says where a figure may look better by what it leaves out alone: another one rose from one quarter to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from firstline.catalogue.kpi import Alarm
from firstline.formats import format_value
from firstline.periods import floor_date, local_date, midnight, next_start
from firstline.query.answer import Record
from firstline.query.question import Query

Ask = Callable[[Query], Iterable[Record]]


def with_alarm(alarm: Alarm | None, records: Sequence[Record], query: Query, zone: ZoneInfo, ask: Ask) -> list[Record]:
    """The records of a KPI; the note of those with a value tells of an alarm in the quarter that they end in.

    `query` is what was asked and `ask` answers another one. Quarters of a low sample raise no alarm.
    """
    ends = [_quarter_of(record, zone) for record in records if record.value is not None]
    if alarm is None or not ends:
        return list(records)
    first, after = _before(min(ends)), next_start(max(ends), "quarter")
    asked = replace(
        query,
        kpis=(alarm.kpi,),
        start=midnight(first, zone),
        end=midnight(after, zone),
        by="quarter",
        estimates=False,
    )
    shares = {
        (local_date(record.period_start, zone), tuple(record.group.values())): record
        for record in ask(asked)
        if record.value is not None and not record.low_sample
    }
    found = []
    for record in records:
        quarter, group = _quarter_of(record, zone), tuple(record.group.values())
        now, before = shares.get((quarter, group)), shares.get((_before(quarter), group))
        found.append(_told(alarm, record, before, now) if record.value is not None and before and now else record)
    return found


def _told(alarm: Alarm, record: Record, before: Record, now: Record) -> Record:
    if (now.value or 0) - (before.value or 0) <= alarm.rises:
        return record
    was, became = (format_value(each.value, each.unit) for each in (before, now))
    return record.noting(f"Alarm: {alarm.note.format(was=was, now=became)}")


def _quarter_of(record: Record, zone: ZoneInfo) -> date:
    return floor_date(local_date(record.period_end - timedelta(seconds=1), zone), "quarter")


def _before(quarter: date) -> date:
    return floor_date(quarter - timedelta(days=1), "quarter")
