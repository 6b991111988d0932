"""The calendars as a table: every moment of the data's span is in one row, with the open seconds before it.

So the business seconds between two instants are two look-ups and a difference, however long lies between.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import groupby

from firstline.warehouse.calendars.opening import (
    CalendarRow,
    Span,
    UnreadableCalendarError,
    joined,
    open_spans,
    unknown_spans,
    without,
)
from firstline.warehouse.engine import Row, Warehouse

PIECES = "calendar_piece"
"""One row per calendar and piece of a UTC day in which it is open, closed or not known (`state`), without gaps.
`open_before_s` and `unknown_before_s` count the seconds of these kinds from the table's beginning to the piece's."""

READS = frozenset({"calendar_row", "data_span"})
"""The models it is made from."""

CALENDARS_VERSION = 1
"""Raised when the rules by which rows become spans change; everything made from the table is then made again."""

ROOM = timedelta(days=731)
"""How far beyond the last event a calendar is known, so that what is due later has its instant."""

EARLIEST = datetime.fromisoformat("1970-01-01")
DAY = timedelta(days=1)


def make_pieces(warehouse: Warehouse, zone_name: str) -> None:
    """Make `calendar_piece` from the calendars' rows, in the caller's transaction.

    A row without a zone is in that of its calendar's other rows, else in the reporting zone. A calendar of which a row
    cannot be understood has no pieces: nobody knows when it was open.
    """
    warehouse.execute(
        f"CREATE OR REPLACE TABLE {PIECES} (calendar_id VARCHAR, day_on DATE, from_at TIMESTAMP, to_at TIMESTAMP, "
        "state VARCHAR, open_before_s BIGINT, unknown_before_s BIGINT)"
    )
    span = warehouse.row("SELECT first_at, last_at FROM data_span")
    if span["first_at"] is None:
        return
    first = max(datetime.combine(span["first_at"].date(), time()) - DAY, EARLIEST)
    last = datetime.combine(span["last_at"].date(), time()) + ROOM
    stated = warehouse.rows(
        "SELECT * FROM calendar_row ORDER BY calendar_id, weekday, opens, closes, holiday, valid_from"
    )
    columns: dict[str, list[object]] = {name: [] for name in ("calendar", "start", "end", "state", "open", "unknown")}
    for calendar_id, rows in groupby(stated, key=lambda row: row["calendar_id"]):
        for values in _of_calendar(calendar_id, list(rows), zone_name, (first, last)):
            for column, value in zip(columns.values(), values, strict=True):
                column.append(value)
    if columns["calendar"]:
        warehouse.execute(
            f"INSERT INTO {PIECES} SELECT calendar_id, CAST(from_at AS DATE), from_at, to_at, state, open_before_s, "
            "unknown_before_s FROM (SELECT unnest(CAST($calendar AS VARCHAR[])) AS calendar_id, "
            "unnest(CAST($start AS TIMESTAMP[])) AS from_at, unnest(CAST($end AS TIMESTAMP[])) AS to_at, "
            "unnest(CAST($state AS VARCHAR[])) AS state, unnest(CAST($open AS BIGINT[])) AS open_before_s, "
            "unnest(CAST($unknown AS BIGINT[])) AS unknown_before_s)",
            columns,
        )


def _of_calendar(calendar_id: str, stated: list[Row], zone_name: str, span: Span) -> Iterator[tuple[object, ...]]:
    zones = sorted({row["tz"] for row in stated if row["tz"]})
    rows = [
        CalendarRow(
            zone=row["tz"] or (zones[0] if zones else zone_name),
            **{name: row[name] for name in ("weekday", "opens", "closes", "holiday", "valid_from", "valid_to")},
        )
        for row in stated
    ]
    try:
        unknown = unknown_spans(rows, *span)
        opened = without(open_spans(rows, *span), unknown)
    except UnreadableCalendarError:
        return
    closed = without([span], joined([*opened, *unknown]))
    kinds = (("open", opened), ("closed", closed), ("unknown", unknown))
    before = {kind: 0 for kind, _ in kinds}
    for start, end, state in sorted((*piece, kind) for kind, spans in kinds for piece in _by_day(spans)):
        yield calendar_id, start, end, state, before["open"], before["unknown"]
        before[state] += int((end - start).total_seconds())


def _by_day(spans: list[Span]) -> Iterator[Span]:
    """The spans, cut at every midnight of UTC."""
    for start, end in spans:
        while start < end:
            cut = min(end, datetime.combine(start.date() + DAY, time()))
            yield start, cut
            start = cut
