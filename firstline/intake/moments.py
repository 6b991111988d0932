"""Read dates and times as SQL: ISO, epochs, and stated formats; a local time as the instant it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

from firstline.errors import nearest
from firstline.warehouse.text import text_literal

ISO, EPOCH_S, EPOCH_MS = "iso", "epoch_s", "epoch_ms"
SEPARATOR = "|"
"""Joins the formats of one column that is written with and without a clock part."""
ISO_DAY = r"^(19|20|21)\d{2}-\d{2}-\d{2}([T ]|$)"
"""What a cell must begin with to be read as ISO: the engine alone would take 5/7/24 for a day of the year 5."""
OFFSET = r"(Z|[+-]\d{2}:?\d{2}|[+-]\d{2})$"
NEVER = "TIMESTAMP '1970-01-01'"
"""What systems that count from 1970 write for a time that has not come: as a local time, or as an instant."""


@dataclass(frozen=True)
class Moment:
    """SQL over a text cell: `value` is the instant in UTC or the day; null where the cell is none, or says never.

    `local` is the clock time as it is written, null where it carries an offset, None where it never is local;
    `is_never` whether the cell says never.
    """

    value: str
    local: str | None
    is_never: str


def moment(kind: str, raw: str, style: str, zone: str, offset: str) -> Moment:
    """How text is read as an instant in UTC (`ts`) or a calendar day (`date`).

    A time without an offset is local in `zone`; with `offset = "ignore"` a written offset is dropped first and the
    clock part read as local.
    """
    read, local = _read(kind, raw, style, zone, offset)
    if kind == "date":
        return Moment(f"CAST(nullif({read}, {NEVER}) AS DATE)", None, f"coalesce({read} = {NEVER}, false)")
    # midnight of 1970 may be meant in UTC or as a local time
    midnight = datetime(1970, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    nevers = f"({NEVER}, TIMESTAMP '{midnight:%Y-%m-%d %H:%M:%S}')"
    return Moment(f"CASE WHEN {read} NOT IN {nevers} THEN {read} END", local, f"coalesce({read} IN {nevers}, false)")


def _read(kind: str, raw: str, style: str, zone: str, offset: str) -> tuple[str, str | None]:
    """SQL for the instant in UTC (of a day, its midnight), and for the clock time it is read from."""
    if style in (EPOCH_S, EPOCH_MS):
        scale = 1_000_000 if style == EPOCH_S else 1_000
        return f"make_timestamp(CAST(round(TRY_CAST({raw} AS DOUBLE) * {scale}) AS BIGINT))", None
    if kind == "date":
        return (_iso(raw) if style == ISO else parsed(raw, style)), None
    if style != ISO:
        if "%z" in style and offset == "ignore":
            clock = style.replace("%z", "").strip()
            text = f"trim(regexp_replace({raw}, '\\s*{OFFSET}', ''))"
            return _at_local(f"TRY_STRPTIME({text}, {text_literal(clock)})", zone)
        if "%z" in style:
            return f"(TRY_STRPTIME({raw}, {text_literal(style)}) AT TIME ZONE 'UTC')", None
        return _at_local(parsed(raw, style), zone)
    if offset == "ignore":
        return _at_local(_iso(f"regexp_replace({raw}, '\\s*{OFFSET}', '')"), zone)
    # a date alone ends in what looks like an offset (2026-03-02), so an offset only counts after a clock part
    stated = f"regexp_matches({raw}, ':\\d{{2}}(\\.\\d+)?\\s*{OFFSET}')"
    is_day = f"regexp_matches({raw}, '{ISO_DAY}')"
    bare, _ = _at_local(f"TRY_CAST({raw} AS TIMESTAMP)", zone)
    given = f"(TRY_CAST({raw} AS TIMESTAMPTZ) AT TIME ZONE 'UTC')"
    local = f"CASE WHEN {is_day} AND NOT {stated} THEN TRY_CAST({raw} AS TIMESTAMP) END"
    return f"CASE WHEN NOT {is_day} THEN NULL WHEN {stated} THEN {given} ELSE {bare} END", local


def parsed(raw: str, style: str) -> str:
    """SQL of a stated format; of several joined by `|` the first that reads the cell."""
    # '%Y' would read a two-digit year as one of antiquity
    tries = [f"TRY_STRPTIME({raw}, {text_literal(one)})" for one in style.split(SEPARATOR)]
    return " ".join(["CASE", *(f"WHEN {one} > TIMESTAMP '1900-01-01' THEN {one}" for one in tries), "END"])


def zone_problem(zone: str) -> tuple[str, str] | None:
    """What is wrong with the name of a zone, and what to do; None for a zone there is."""
    if zone in available_timezones():
        return None
    near = nearest(zone, available_timezones())
    hint = f"Did you mean '{near}'?" if near else "Use an IANA name such as 'America/Denver'."
    return f"timezone = '{zone}' is not a time zone.", hint


def format_problem(style: str) -> tuple[str, str] | None:
    """What is wrong with a stated format that would read no cell, and what to do; None for one that may read some."""
    if style in (ISO, EPOCH_S, EPOCH_MS) or "%" in style:
        return None
    hint = f'Write it as in "%d.%m.%Y %H:%M", or state {ISO}, {EPOCH_S} or {EPOCH_MS}.'
    return f"format = '{style}' says nothing about a date.", hint


def without_offset(raw: str) -> str:
    """SQL of the text without a written offset, for finding how the rest is written."""
    return f"regexp_replace({raw}, '\\s*[+-]\\d{{2}}:?\\d{{2}}$', '')"


def is_iso(raw: str) -> str:
    """SQL: whether a cell is a day or time written as ISO does."""
    return f"({_iso(raw)} IS NOT NULL)"


def _iso(raw: str) -> str:
    return f"CASE WHEN regexp_matches({raw}, '{ISO_DAY}') THEN TRY_CAST({raw} AS TIMESTAMP) END"


def _at_local(timestamp: str, zone: str) -> tuple[str, str]:
    """A local wall-clock time as UTC, and itself.

    A time that daylight saving skips is read with the offset in force before the change, one that occurs twice as
    the later of the two: the engine's rule, which is ICU's.
    """
    return f"(({timestamp} AT TIME ZONE {text_literal(zone)}) AT TIME ZONE 'UTC')", timestamp
