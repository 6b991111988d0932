"""Read dates and times: ISO by itself, other writings by a stated format; two possible readings are never guessed."""

from __future__ import annotations

from firstline.errors import MisuseError
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import text_literal

ISO, EPOCH_S, EPOCH_MS = "iso", "epoch_s", "epoch_ms"
ISO_DAY = r"^[12]\d{3}-\d{2}-\d{2}([T ]|$)"
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
        parsed = _iso(raw) if style == ISO else f"TRY_STRPTIME({raw}, {text_literal(style)})"
        return f"CAST({parsed} AS DATE)"
    if style != ISO:
        text = raw
        parsed = f"TRY_STRPTIME({text}, {text_literal(style)})"
        if "%z" in style and offset == "ignore":
            clock = style.replace("%z", "").strip()
            text = f"trim(regexp_replace({raw}, '\\s*{OFFSET}', ''))"
            return _local(f"TRY_STRPTIME({text}, {text_literal(clock)})", zone)
        return f"({parsed} AT TIME ZONE 'UTC')" if "%z" in style else _local(parsed, zone)
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
    styles = [day + clock for day in (*PLAIN, *DAY_FIRST, *MONTH_FIRST) for clock in CLOCKS]
    counts = ", ".join(
        [f"count({_iso(raw)}) AS iso"]
        # '%Y' would read a two-digit year as one of antiquity
        + [
            f"count(CASE WHEN TRY_STRPTIME({raw}, {text_literal(style)}) > TIMESTAMP '1900-01-01' THEN 1 END) AS s{i}"
            for i, style in enumerate(styles)
        ]
    )
    filled, sample = (
        warehouse.value(f"SELECT count({raw}) FROM {table}"),
        warehouse.value(f"SELECT min({raw}) FROM {table}"),
    )
    if not filled or warehouse.value(f"SELECT count({_iso(raw)}) FROM {table}") == filled:
        return ISO
    found = warehouse.row(f"SELECT {counts} FROM {table}")
    best = max(found.values())
    if best == 0:
        hint = 'State how it is written, for example format = "%d.%m.%Y %H:%M".'
        raise MisuseError("unknown_date_format", f"{place}: {sample!r} is not a time Firstline knows.", hint)
    if found["iso"] == best:
        return ISO
    readings = [style for i, style in enumerate(styles) if found[f"s{i}"] == best]
    if len({style in _with_clocks(MONTH_FIRST) for style in readings}) > 1:
        months = _with_clocks(MONTH_FIRST)
        two = [next(style for style in readings if (style in months) == first) for first in (False, True)]
        spans = "; ".join(_span(warehouse, table, raw, style, best) for style in two)
        hint = f'State it in the mapping, for example format = "{readings[0]}".'
        raise MisuseError("ambiguous_dates", f"{place}: the dates can be read in two ways: {spans}.", hint)
    return readings[0]


def _with_clocks(days: tuple[str, ...]) -> set[str]:
    return {day + clock for day in days for clock in CLOCKS}


def _span(warehouse: Warehouse, table: str, raw: str, style: str, count: int) -> str:
    parsed = f"TRY_STRPTIME({raw}, {text_literal(style)})"
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
