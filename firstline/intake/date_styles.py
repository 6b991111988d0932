"""Find how a column writes its dates; where the cells can be read in two ways, say so with the evidence."""

from __future__ import annotations

from dataclasses import dataclass

from firstline.errors import MisuseError
from firstline.intake.moments import ISO, NEVER, SEPARATOR, is_iso, parsed
from firstline.warehouse.engine import Warehouse

CLOCKS = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", " %H:%M:%S.%f", ", %H:%M:%S", ", %I:%M:%S %p")
PAIRS = tuple(
    (f"%d{sign}%m{sign}{year}", f"%m{sign}%d{sign}{year}")
    for sign, year in (("/", "%Y"), (".", "%Y"), ("-", "%Y"), ("/", "%y"), (".", "%y"))
)
"""Day first and month first, by the sign between and the digits of the year."""
PLAIN = ("%Y/%m/%d", "%Y.%m.%d", "%d-%b-%Y", "%d %b %Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y")
DAY_FIRST, MONTH_FIRST = "day first", "month first"
SAYS_WHEN = f"FILTER (WHERE date_trunc('day', own) <> {NEVER})"
"""A span is that of the days that are meant: 1970-01-01 says never, whichever way it is read."""


@dataclass(frozen=True)
class _Reading:
    """One way to read a column: its formats, how many cells it reads, how many no other way does, and their span."""

    name: str
    style: str
    cells: int
    alone: int
    first: str | None
    last: str | None

    def told(self) -> str:
        """The evidence in words."""
        span = f", from {self.first} to {self.last}" if self.first else ""
        return f"{self.name} ('{self.style}') {self.cells:,} cells, {self.alone:,} of them only so{span}"


def find_style(warehouse: Warehouse, table: str, raw: str, place: str) -> str:
    """The one format in which a column's cells can be read, formats with and without a clock part joined by `|`.

    ISO when every cell is; else the way of writing that reads most cells. Raises MisuseError with the evidence when
    the cells are day first and month first alike or mix the two, or when no known format reads anything.
    """
    filled = warehouse.value(f"SELECT count({raw}) FROM {table}")
    iso = int(warehouse.value(f"SELECT count(*) FROM {table} WHERE {is_iso(raw)}") or 0) if filled else 0
    if iso == filled:
        return ISO
    cells = _examples(warehouse, table, raw)
    found: list[tuple[int, tuple[str, ...]]] = [(iso, (ISO,))]
    for days in (*((day,) for day in PLAIN), *PAIRS):
        clocks = _clocks(warehouse, cells, days)
        if clocks:
            styles = tuple(SEPARATOR.join(day + clock for clock in clocks) for day in days)
            found.append((_read(warehouse, table, raw, styles), styles))
    most, style = max(found, key=lambda one: one[0])
    if most == 0:
        raise _unknown(warehouse, table, raw, place)
    return style[0] if len(style) == 1 else _settled(warehouse, table, raw, place, style)


def _examples(warehouse: Warehouse, table: str, raw: str) -> list[str]:
    """A few cells of each way of writing: digits and words are alike, whatever they say."""
    shape = f"regexp_replace(regexp_replace({raw}, '\\d', '9', 'g'), '[[:alpha:]]+', 'a', 'g')"
    # by their hash, so that one placeholder among many dates is not all that is looked at
    rows = warehouse.rows(
        f"SELECT min({raw}), max({raw}), arg_min({raw}, hash({raw})), arg_max({raw}, hash({raw})) "
        f"FROM {table} WHERE {raw} IS NOT NULL GROUP BY {shape} ORDER BY count(*) DESC LIMIT 200"
    )
    return [str(cell) for row in rows for cell in row.values()]


def _clocks(warehouse: Warehouse, cells: list[str], days: tuple[str, ...]) -> list[str]:
    """The clock parts with which one of the days' formats reads one of the cells."""
    counts = ", ".join(
        f"count({parsed('cell', SEPARATOR.join(day + clock for day in days))}) AS s{index}"
        for index, clock in enumerate(CLOCKS)
    )
    read = warehouse.row(f"SELECT {counts} FROM (SELECT unnest($cells) AS cell)", {"cells": cells})
    return [clock for index, clock in enumerate(CLOCKS) if read[f"s{index}"]]


def _read(warehouse: Warehouse, table: str, raw: str, styles: tuple[str, ...]) -> int:
    either = ", ".join(parsed(raw, style) for style in styles)
    return int(warehouse.value(f"SELECT count(coalesce({either})) FROM {table}") or 0)


def _settled(warehouse: Warehouse, table: str, raw: str, place: str, styles: tuple[str, ...]) -> str:
    """Day first or month first, by the cells that can only be read one way."""
    day, month = (
        _reading(warehouse, table, raw, name, own, other)
        for name, own, other in ((DAY_FIRST, styles[0], styles[1]), (MONTH_FIRST, styles[1], styles[0]))
    )
    if day.alone and month.alone:
        raise _ambiguous(place, "the dates mix two ways of writing", day, month)
    if day.alone or month.alone:
        return day.style if day.alone else month.style
    differing = f"{parsed(raw, day.style)} <> {parsed(raw, month.style)}"
    if warehouse.value(f"SELECT bool_or({differing}) FROM {table}"):
        raise _ambiguous(place, "the dates can be read in two ways", day, month)
    # 05/05/2026 is the same day either way
    return day.style


def _reading(warehouse: Warehouse, table: str, raw: str, name: str, style: str, other: str) -> _Reading:
    own, others = parsed(raw, style), parsed(raw, other)
    found = warehouse.row(
        f"SELECT count(own) AS cells, count(*) FILTER (WHERE own IS NOT NULL AND other IS NULL) AS alone, "
        f"CAST(CAST(min(own) {SAYS_WHEN} AS DATE) AS VARCHAR) AS first, "
        f"CAST(CAST(max(own) {SAYS_WHEN} AS DATE) AS VARCHAR) AS last "
        f"FROM (SELECT {own} AS own, {others} AS other FROM {table})"
    )
    return _Reading(name, style, **found)


def _ambiguous(place: str, problem: str, day: _Reading, month: _Reading) -> MisuseError:
    hint = f'State it in the mapping, for example format = "{day.style.split(SEPARATOR)[0]}".'
    return MisuseError("ambiguous_dates", f"{place}: {problem}: {day.told()}; {month.told()}.", hint)


def _unknown(warehouse: Warehouse, table: str, raw: str, place: str) -> MisuseError:
    sample = str(warehouse.value(f"SELECT min({raw}) FROM {table}"))
    hint = 'State how it is written, for example format = "%d.%m.%Y %H:%M".'
    if sample.isdigit() and len(sample) in (10, 13):
        hint = f'If it counts from 1970, state format = "{"epoch_s" if len(sample) == 10 else "epoch_ms"}".'
    return MisuseError("unknown_date_format", f"{place}: {sample!r} is not a time Firstline knows.", hint)


def ways_of_writing(warehouse: Warehouse, table: str, raw: str) -> list[tuple[str, str]]:
    """Every format that reads some of a column's cells, those that read most first, each with the evidence in words."""
    cells = _examples(warehouse, table, raw)
    found: list[tuple[int, str, str]] = []
    iso = int(warehouse.value(f"SELECT count(*) FROM {table} WHERE {is_iso(raw)}") or 0)
    if iso:
        found.append((iso, ISO, f"ISO: {iso:,} cells"))
    for day in PLAIN:
        clocks = _clocks(warehouse, cells, (day,))
        if clocks:
            style = SEPARATOR.join(day + clock for clock in clocks)
            read = _read(warehouse, table, raw, (style,))
            found.append((read, style, f"{style}: {read:,} cells"))
    for days in PAIRS:
        clocks = _clocks(warehouse, cells, days)
        first, second = (SEPARATOR.join(day + clock for clock in clocks) for day in days)
        for name, own, other in ((DAY_FIRST, first, second), (MONTH_FIRST, second, first)) if clocks else ():
            reading = _reading(warehouse, table, raw, name, own, other)
            if reading.cells:
                found.append((reading.cells, own, reading.told()))
    return [(style, told) for _, style, told in sorted(found, key=lambda one: -one[0])]
