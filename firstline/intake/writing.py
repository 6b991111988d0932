"""How a column writes its dates and numbers: as found when it was read before, else as found in its cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from firstline.errors import MisuseError
from firstline.intake.cells import Cells
from firstline.intake.date_styles import find_style
from firstline.intake.moments import ISO
from firstline.intake.numbers import POINT, find_sign
from firstline.warehouse.engine import Warehouse

UNDECIDED = ("unknown_date_format", "ambiguous_numbers")


@dataclass
class Writing:
    """The ways of writing in one file, by column, kept for rows of it that are mended later.

    `is_mending`: a few mended rows decide nothing about a column: what they say that is no date is for the
    quarantine again. `place` begins the errors.
    """

    warehouse: Warehouse
    cells: Cells
    place: str
    found: dict[str, str]
    is_mending: bool

    def date_style(self, column: str, text: str, field: str) -> str:
        """The format of a column's dates (see `find_style`); `text` is SQL of its cells. Raises MisuseError."""
        return self._known(
            column, text, ISO, lambda: find_style(self.warehouse, self.cells.table, text, self._at(field))
        )

    def decimal_sign(self, column: str, text: str, field: str, is_count: bool) -> str:
        """The sign before the decimals of a column's numbers (see `find_sign`). Raises MisuseError."""
        others = [self.cells.raw.column(header) for header in self.cells.raw.headers]
        has_points = self.cells.raw.has_points

        def look() -> str:
            return find_sign(self.warehouse, self.cells.table, text, others, self._at(field), has_points, is_count)

        return self._known(f"{column}, its numbers", text, POINT, look)

    def _at(self, field: str) -> str:
        return f"{self.place}: {field}"

    def _known(self, key: str, text: str, plain: str, look: Callable[[], str]) -> str:
        if key in self.found:
            return self.found[key]
        if self.warehouse.value(f"SELECT 1 FROM {self.cells.table} WHERE {text} IS NOT NULL LIMIT 1") is None:
            return plain
        try:
            self.found[key] = look()
        except MisuseError as error:
            if not self.is_mending or error.code not in UNDECIDED:
                raise
            return plain
        return self.found[key]
