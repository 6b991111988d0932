"""Rows that a reader writes down one by one, on disk on their way to the engine: memory does not grow with the file."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from firstline.warehouse.engine import Warehouse

REJECT_COLUMNS = {"row_number": "BIGINT", "reason": "VARCHAR", "detail": "VARCHAR", "cells": "VARCHAR"}
LONGEST_ROW = 16_000_000


class ScratchRows:
    """Two files in the scratch folder: rows and rejects. Write within `with`, load after it."""

    def __init__(self, scratch: Path) -> None:
        self._paths = (scratch / "rows.csv", scratch / "rejects.csv")
        # a reject's text is shown as it is, even where it is half a character
        self._streams = [
            path.open("w", encoding="utf-8", newline="", errors=errors)
            for path, errors in zip(self._paths, ("strict", "backslashreplace"), strict=True)
        ]
        self._rows, self._rejects = (csv.writer(stream) for stream in self._streams)

    def __enter__(self) -> ScratchRows:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for stream in self._streams:
            stream.close()

    def add(self, number: int, cells: Sequence[str | None]) -> None:
        """Write a row down; one that is shorter than others lacks its last cells."""
        self._rows.writerow((number, *cells))

    def reject(self, number: int, reason: str, detail: str, text: str) -> None:
        """Write down a row that could not be split into cells, with its text."""
        self._rejects.writerow((number, reason, detail, text))

    def load(self, warehouse: Warehouse, width: int) -> None:
        """Make scratch tables `numbered` (row_number, c1..cn; n is `width`) and `rejects`; the files are removed."""
        columns = {"row_number": "BIGINT", **{f"c{index}": "VARCHAR" for index in range(1, width + 1)}}
        for table, path, kinds in zip(("numbered", "rejects"), self._paths, (columns, REJECT_COLUMNS), strict=True):
            listed = ", ".join(f"'{name}': '{kind}'" for name, kind in kinds.items())
            # rows with line breaks in their cells and of unequal length cannot be read by several threads
            warehouse.execute(
                f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM read_csv($path, auto_detect = false, "
                "header = false, new_line = '\\r\\n', delim = ',', quote = '\"', escape = '\"', null_padding = true, "
                f"parallel = false, max_line_size = {LONGEST_ROW}, buffer_size = {2 * LONGEST_ROW}, "
                f"columns = {{{listed}}})",
                {"path": str(path)},
            )
            path.unlink()
