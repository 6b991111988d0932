"""Where a table begins and ends: title rows above the header, two header rows, a total row below the data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from firstline.errors import MisuseError

Cells = Sequence[str]

LOOKED_AT = 60
"""Rows at the top of a file from which its layout is found."""
TOP_ROWS = 6
"""So many of them are shown where one asks in which row the header is."""
TOTAL_WORDS = (
    *("total", "totals", "grand total", "sum", "sums", "gesamt", "gesamtsumme", "summe", "insgesamt"),
    *("totale", "totali", "total general", "suma", "somme"),
)
"""What the first filled cell of a total row says, case and closing punctuation aside."""
VALUE = re.compile(
    r"""^[-+(]?[$€£]?\s?\d[\d.,:'’\s]*\)?\s?[%$€£]?$"""  # numbers, money, shares, clock times
    r"""|^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T,].*)?$"""  # days, with or without a clock part
    r"""|^(true|false|yes|no)$""",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Layout:
    """Where a table's header stands. `titles` rows come before it, blank ones included; it is `header_rows` long."""

    titles: int
    header_rows: int
    headers: tuple[str, ...]

    @property
    def first_data_row(self) -> int:
        """How many rows of the file come before the first row of data."""
        return self.titles + self.header_rows

    def told(self) -> tuple[str, ...]:
        """What is not as in a plain table, in words."""
        told = []
        if self.titles:
            told.append(f"{self.titles} title row{'s' if self.titles > 1 else ''} above the header")
        if self.header_rows > 1:
            told.append(f"{self.header_rows} header rows joined")
        return tuple(told)


def find_layout(rows: Sequence[Cells], header_row: int | None = None, header_rows: int | None = None) -> Layout:
    """Find the header among the first rows of a file; `header_row` (from 1) and `header_rows` are what is stated.

    A row above the header is a title when it fills at most half as many cells as the table is wide; or when it is
    shorter and states a value ("From:", a date) or stands right above a row of names as wide as the table. Raises
    MisuseError when a stated row is not there.
    """
    if header_row is not None:
        if not 1 <= header_row <= len(rows):
            hint = f"Count from 1; the header is looked for in the first {LOOKED_AT} rows."
            raise MisuseError("no_such_row", f"header_row = {header_row}: the file's top has no such row.", hint)
        top, count = header_row - 1, header_rows or 1
    elif header_rows is not None:
        top, count = max(_names(rows) - header_rows + 1, 0), header_rows
    else:
        top, count = _with_group_row(rows, _names(rows))
    parts = [list(row) for row in rows[top : top + count]] or [[]]
    return Layout(top, len(parts), tuple(unique_headers(_joined(parts))))


def unique_headers(cells: Cells) -> list[str]:
    """Header names as written, with blanks named 'column N' and repeats 'name (2)'."""
    seen: dict[str, int] = {}
    names = []
    for index, cell in enumerate(cells, start=1):
        name = cell.strip() or f"column {index}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def is_total(cells: Cells) -> bool:
    """Whether a row's first filled cell says that the row is a total, such as 'Total' or 'Grand total:'."""
    first = next((cell.strip() for cell in cells if cell and cell.strip()), "")
    return first.rstrip(":.= ").lower() in TOTAL_WORDS


def _filled(row: Cells) -> int:
    return sum(1 for cell in row if cell.strip())


def _width(rows: Sequence[Cells]) -> int:
    """How many cells the table's rows have: the width that covers most cells among those that occur more than once."""
    counted = Counter(len(row) for row in rows if _filled(row))
    repeated = {width: count for width, count in counted.items() if count > 1} or counted
    return max(repeated, key=lambda width: (width * repeated[width], width), default=0)


def _names(rows: Sequence[Cells]) -> int:
    """The first row that is no title; the first filled one where what follows the titles cannot be a header."""
    width = _width(rows)
    widest = max((_filled(row) for row in rows if len(row) == width), default=0)
    filled = [index for index, row in enumerate(rows) if _filled(row)]
    names = next((index for index in filled if not _is_title(rows, index, width, widest)), 0)
    has_values = any(VALUE.match(cell.strip()) for cell in rows[names]) if rows else False
    return filled[0] if has_values else names


def _is_title(rows: Sequence[Cells], index: int, width: int, widest: int) -> bool:
    row = rows[index]
    if widest <= 1 or _filled(row) <= widest / 2:
        return widest > 1
    if len(row) == width:
        return False
    states_value = any(cell.rstrip().endswith(":") or VALUE.match(cell.strip()) for cell in row)
    return states_value or (index + 1 < len(rows) and len(rows[index + 1]) == width and _is_name_row(rows, index + 1))


def _with_group_row(rows: Sequence[Cells], top: int) -> tuple[int, int]:
    """The header's first row and how many it is: a row of groups may stand above the row of names."""
    if top > 0 and _is_group_row(rows[top - 1], rows[top]) and _is_name_row(rows, top):
        return top - 1, 2
    if top + 1 < len(rows) and _is_upper_half(rows[top], rows[top + 1]) and _is_name_row(rows, top + 1):
        return top, 2
    return top, 1


def _is_group_row(upper: Cells, names: Cells) -> bool:
    """A sparse row is one of groups, and no title, when it is as wide as the names and has more than one text."""
    return len(upper) == len(names) and _filled(upper) > 1 and not any(VALUE.match(cell.strip()) for cell in upper)


def _is_upper_half(upper: Cells, lower: Cells) -> bool:
    """Whether the lower row names what the upper one leaves blank or says several times in a row."""
    if len(upper) != len(lower):
        return False
    blanks = [index for index, cell in enumerate(upper) if not cell.strip()]
    repeats = [index for index in range(1, len(upper)) if upper[index].strip() and upper[index] == upper[index - 1]]
    open_places = blanks + repeats
    return bool(open_places) and all(lower[index].strip() for index in open_places)


def _is_name_row(rows: Sequence[Cells], index: int) -> bool:
    """Whether a row is text alone and a column below it holds numbers or dates: data of text alone cannot be told."""
    names, below = rows[index], [row for row in rows[index + 1 : index + 11] if _filled(row)]
    if any(VALUE.match(cell.strip()) for cell in names):
        return False
    for column in range(len(names)):
        cells = [row[column].strip() for row in below if column < len(row) and row[column].strip()]
        if cells and sum(bool(VALUE.match(cell)) for cell in cells) > len(cells) / 2:
            return True
    return False


def _joined(parts: list[list[str]]) -> list[str]:
    """The names of a header of several rows: each below the last group named to its left."""
    *uppers, names = parts
    width = max(len(part) for part in parts)
    joined = [(names[index].strip() if index < len(names) else "") for index in range(width)]
    for upper in reversed(uppers):
        group = ""
        for index in range(width):
            own = upper[index].strip() if index < len(upper) else ""
            group, name = own or group, joined[index]
            joined[index] = f"{group} {name}".strip() if name else own
            # a group reaches over blanks to its right; one without a name below it is a name itself
            group = group if name else ""
    return joined
