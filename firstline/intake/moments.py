"""Read dates and times: ISO by itself, other writings by a stated format; two possible readings are never guessed."""

from __future__ import annotations

from firstline.errors import MisuseError
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import text_literal

ISO, EPOCH_S, EPOCH_MS = "iso", "epoch_s", "epoch_ms"
SEPARATOR = "|"
"""Joins the formats of one column that is written with and without a clock part."""
ISO_DAY = r"^(19|20|21)\d{2}-\d{2}-\d{2}([T ]|$)"
"""What a cell must begin with to be read as ISO: the engine alone would take 5/7/24 for a day of the year 5."""
OFFSET = r"(Z|[+-]\d{2}:?\d{2}|[+-]\d{2})$"
CLOCKS = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p")
DAY_FIRST = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%d.%m.%y")
MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y")
PLAIN = ("%Y/%m/%d", "%Y.%m.%d", "%d-%b-%Y", "%d %b %Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y")


def moment_sql(kind: str, raw: str, style: str, zone: str, offset: str) -> str:
    """SQL that reads text as an instant in UTC (`ts`) or a calendar day (`date`).

    A time without an offset is local in `zone`; with `offset = "ignore"` a written offset is dropped first and the
    clock part read as local.
    """
    if style in (EPOCH_S, EPOCH_MS):
        scale = 1_000_000 if style == EPOCH_S else 1_000
        instant = f"make_timestamp(CAST(round(TRY_CAST({raw} AS DOUBLE) * {scale}) AS BIGINT))"
        return instant if kind == "ts" else f"CAST({instant} AS DATE)"
    if kind == "date":
        parsed = _iso(raw) if style == ISO else _parsed(raw, style)
        return f"CAST({parsed} AS DATE)"
    if style != ISO:
        if "%z" in style and offset == "ignore":
            clock = style.replace("%z", "").strip()
            text = f"trim(regexp_replace({raw}, '\\s*{OFFSET}', ''))"
            return _local(f"TRY_STRPTIME({text}, {text_literal(clock)})", zone)
        if "%z" in style:
            return f"(TRY_STRPTIME({raw}, {text_literal(style)}) AT TIME ZONE 'UTC')"
        return _local(_parsed(raw, style), zone)
    if offset == "ignore":
        return _local(_iso(f"regexp_replace({raw}, '\\s*{OFFSET}', '')"), zone)
    # a date alone ends in what looks like an offset (2026-03-02), so an offset only counts after a clock part
    stated = f"regexp_matches({raw}, ':\\d{{2}}(\\.\\d+)?\\s*{OFFSET}')"
    return (
        f"CASE WHEN NOT regexp_matches({raw}, '{ISO_DAY}') THEN NULL "
        f"WHEN {stated} THEN (TRY_CAST({raw} AS TIMESTAMPTZ) AT TIME ZONE 'UTC') "
        f"ELSE {_local(f'TRY_CAST({raw} AS TIMESTAMP)', zone)} END"
    )


def find_style(warehouse: Warehouse, table: str, raw: str, place: str) -> str:
    """The one format in which a column's cells can be read.

    ISO when every cell is; else the format that reads most. Raises MisuseError with the evidence when a
    day-first and a month-first reading are equally possible, or when no known format reads anything.
    """
    filled = warehouse.value(f"SELECT count({raw}) FROM {table}")
    if not filled or warehouse.value(f"SELECT count({_iso(raw)}) FROM {table}") == filled:
        return ISO
    days = (*PLAIN, *DAY_FIRST, *MONTH_FIRST)
    styles = {day: [day + clock for clock in CLOCKS] for day in days}
    counted = [style for day in days for style in styles[day]]
    counts = ", ".join(
        [f"count({_iso(raw)}) AS iso"]
        + [f"count({_parsed(raw, style)}) AS s{index}" for index, style in enumerate(counted)]
    )
    found = warehouse.row(f"SELECT {counts} FROM {table}")
    by_style = {style: int(found[f"s{index}"]) for index, style in enumerate(counted)}
    # with and without a clock part are one way of writing days: spreadsheets drop midnights
    totals = {day: sum(by_style[style] for style in styles[day]) for day in days}
    best = max(totals.values())
    if best == 0 and not found["iso"]:
        sample = warehouse.value(f"SELECT min({raw}) FROM {table}")
        hint = 'State how it is written, for example format = "%d.%m.%Y %H:%M".'
        raise MisuseError("unknown_date_format", f"{place}: {sample!r} is not a time Firstline knows.", hint)
    if found["iso"] >= best:
        return ISO
    readings = {day: SEPARATOR.join(s for s in styles[day] if by_style[s]) for day in days if totals[day] == best}
    months = [day for day in readings if day in MONTH_FIRST]
    others = [day for day in readings if day not in MONTH_FIRST]
    if months and others:
        spans = "; ".join(_span(warehouse, table, raw, readings[day], best) for day in (others[0], months[0]))
        hint = f'State it in the mapping, for example format = "{readings[others[0]].split(SEPARATOR)[0]}".'
        raise MisuseError("ambiguous_dates", f"{place}: the dates can be read in two ways: {spans}.", hint)
    return next(iter(readings.values()))


def _parsed(raw: str, style: str) -> str:
    """SQL of a stated format; of several joined by `|` the first that reads the cell."""
    # '%Y' would read a two-digit year as one of antiquity
    tries = [f"TRY_STRPTIME({raw}, {text_literal(one)})" for one in style.split(SEPARATOR)]
    return " ".join(["CASE", *(f"WHEN {one} > TIMESTAMP '1900-01-01' THEN {one}" for one in tries), "END"])


def _span(warehouse: Warehouse, table: str, raw: str, style: str, count: int) -> str:
    parsed = _parsed(raw, style)
    span = warehouse.row(
        f"SELECT CAST(CAST(min({parsed}) AS DATE) AS VARCHAR) AS first, "
        f"CAST(CAST(max({parsed}) AS DATE) AS VARCHAR) AS last FROM {table}"
    )
    return f"as '{style}' {count} of its cells, from {span['first']} to {span['last']}"


def _iso(raw: str) -> str:
    return f"CASE WHEN regexp_matches({raw}, '{ISO_DAY}') THEN TRY_CAST({raw} AS TIMESTAMP) END"


def _local(timestamp: str, zone: str) -> str:
    """A local wall-clock time as UTC.

    A time that daylight saving skips is read with the offset in force before the change, one that occurs twice as
    the later of the two: the engine's rule, which is ICU's.
    """
    return f"(({timestamp} AT TIME ZONE {text_literal(zone)}) AT TIME ZONE 'UTC')"
