"""What a reader gives: the file's rows as text in a scratch table, and what was found out about the file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RawTable:
    """A file's rows in scratch table `name`: `row_number` and c1..cn, all text.

    `row_number` counts the rows of the file below its first one, blank ones included; where there is no header (JSON,
    Parquet) it counts the rows. `headers` are the column names in file order, `read` the number of rows met, `stated`
    what was found (encoding, delimiter, quote, sheet) in words, `notes` what an import's warnings should say of it,
    `rejects` scratch table of rows that could not be split into columns (row_number, reason, detail, cells) or None
    when there are none. `has_points` says that numbers in it have a decimal point for certain, as a program wrote them.
    `sheets` are a workbook's sheets in their order; where a header was looked for, `header_row` is the row in which it
    begins (from 1) and `top` the file's first rows.
    """

    name: str
    headers: tuple[str, ...]
    read: int
    stated: tuple[str, ...]
    rejects: str | None = None
    sheet: str | None = None
    notes: tuple[str, ...] = ()
    has_points: bool = False
    sheets: tuple[str, ...] = ()
    header_row: int | None = None
    top: tuple[tuple[str, ...], ...] = ()

    def column(self, header: str) -> str:
        """The scratch column that holds a header's cells; KeyError when the file has no such header."""
        try:
            return f"c{self.headers.index(header) + 1}"
        except ValueError:
            raise KeyError(header) from None
