"""Read a delimited file row by row: slower than the engine, but sure where lines end in several ways or are blank."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from firstline.intake.reading.layout import Layout
from firstline.intake.reading.scratch_rows import LONGEST_ROW, ScratchRows
from firstline.warehouse.engine import Warehouse

WRONG_COUNT, BROKEN_QUOTE, TOO_LONG = "wrong_column_count", "broken_quote", "line_too_long"


def load_row_by_row(warehouse: Warehouse, path: Path, scratch: Path, delimiter: str, layout: Layout) -> None:
    """Make scratch tables `numbered` (row_number, c1..cn) and `rejects` from a UTF-8 file; blank rows are left out."""
    width = len(layout.headers)
    with ScratchRows(scratch) as rows:
        for number, text, cells, problem in _records(path, delimiter):
            if number < layout.first_data_row:
                continue
            if problem:
                reason = TOO_LONG if "limit" in problem else BROKEN_QUOTE
                rows.reject(number, reason, f"line {number + 1}: {problem}", text)
            elif len(cells) == width or (len(cells) > width and not any(cells[width:])):
                rows.add(number, cells[:width])
            elif cells:
                told = f"line {number + 1}: Expected Number of Columns: {width} Found: {len(cells)}"
                rows.reject(number, WRONG_COUNT, told, text)
    rows.load(warehouse, width)


def _records(path: Path, delimiter: str) -> Iterator[tuple[int, str, list[str], str]]:
    """The file's rows, blank ones included: number from 0, text, cells, and what is wrong where it has none."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        while line := stream.readline(LONGEST_ROW + 1):
            taken.append(line)
            yield line

    with path.open(encoding="utf-8-sig", newline="", errors="replace") as stream:
        reader = csv.reader(lines(), delimiter=delimiter, skipinitialspace=True, strict=True)
        number = 0
        while True:
            taken.clear()
            cells: list[str] = []
            problem = ""
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                problem = str(error)
            yield number, "".join(taken).rstrip("\r\n"), cells, problem
            number += 1
