"""Read CSV and TSV: find encoding, delimiter and layout, state them, and keep rows that do not fit."""

from __future__ import annotations

import csv
from io import StringIO
from itertools import islice
from pathlib import Path

from firstline.errors import UnreadableError
from firstline.intake.mapping import FilePart
from firstline.intake.reading.encoding import SAMPLE_BYTES, as_utf8
from firstline.intake.reading.layout import LOOKED_AT, TOP_ROWS, Layout, find_layout
from firstline.intake.reading.numbering import number_rows
from firstline.intake.reading.row_by_row import load_row_by_row
from firstline.intake.reading.survey import Survey, survey
from firstline.intake.reading.table import RawTable
from firstline.intake.reading.trimming import trim
from firstline.warehouse.engine import Warehouse

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
QUOTE = '"'
LONGEST_ROW = 16_000_000
BUFFER_BYTES = 2 * LONGEST_ROW
"""The engine reads a file in buffers of this size, a few at a time; a row must fit into one."""
# a cell may hold a whole e-mail
csv.field_size_limit(LONGEST_ROW)
REASONS = {
    "MISSING COLUMNS": "wrong_column_count",
    "TOO MANY COLUMNS": "wrong_column_count",
    "UNQUOTED VALUE": "broken_quote",
    "LINE SIZE OVER MAXIMUM": "line_too_long",
}


def read_delimited(warehouse: Warehouse, path: Path, name: str, scratch: Path, file: FilePart) -> RawTable:
    """Read a delimited text file into scratch table `raw`; `file` is what the mapping states of it.

    A row with too few or too many cells, or a broken quote, goes to the rejects with its reason. Raises
    UnreadableError for a file that is empty, not text, or ends inside a quote.
    """
    text = as_utf8(path, name, file.encoding, scratch)
    delimiter, layout, top = _dialect(text.path, file)
    if not layout.headers:
        raise UnreadableError("empty_file", f"{name} has no header row.", "Export it again with its header row.")
    seen = survey(text.path)
    if not (seen.is_plain and _load(warehouse, text.path, delimiter, layout, seen)):
        load_row_by_row(warehouse, text.path, scratch, delimiter, layout)
    _refuse_open_quote(warehouse, name)
    trimmed = trim(warehouse, file.skip_total, delimiter)
    stated = (f"encoding {text.encoding}", f"delimiter {DELIMITERS.get(delimiter, repr(delimiter))}", f"quote {QUOTE}")
    return RawTable(
        name="raw",
        headers=layout.headers,
        read=trimmed.kept + trimmed.rejected,
        stated=(*stated, *layout.told(), *trimmed.stated),
        rejects="rejects" if trimmed.rejected else None,
        notes=(*text.notes, *trimmed.notes),
        # where the decimal sign is a comma, cells are not parted by one
        has_points=delimiter == ",",
        header_row=layout.titles + 1,
        top=top,
    )


def _dialect(path: Path, file: FilePart) -> tuple[str, Layout, tuple[tuple[str, ...], ...]]:
    """The delimiter that splits the rows from the header on most evenly, into most columns; their layout and top."""
    with path.open("rb") as stream:
        head = stream.read(SAMPLE_BYTES)
    text = head.decode("utf-8-sig", errors="ignore")
    found: dict[str, tuple[tuple[int, int], Layout, tuple[tuple[str, ...], ...]]] = {}
    for delimiter in (file.delimiter,) if file.delimiter else tuple(DELIMITERS):
        rows = _first_rows(text, delimiter, is_whole=len(head) < SAMPLE_BYTES)
        layout = find_layout(rows, file.header_row, file.header_rows)
        width = len(layout.headers)
        even = sum(len(row) == width for row in rows[layout.titles :]) if width > 1 else 0
        found[delimiter] = (even, width if even else 0), layout, tuple(tuple(row) for row in rows[:TOP_ROWS])
    best = max(found, key=lambda delimiter: found[delimiter][0])
    return best, found[best][1], found[best][2]


def _first_rows(text: str, delimiter: str, is_whole: bool) -> list[list[str]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, quotechar=QUOTE)
    rows = list(islice(reader, LOOKED_AT + 1))
    # the last row of a longer file may be cut off
    return rows[:LOOKED_AT] if is_whole or len(rows) < 2 else rows[: min(len(rows) - 1, LOOKED_AT)]


def _load(warehouse: Warehouse, path: Path, delimiter: str, layout: Layout, seen: Survey) -> bool:
    """Let the engine make `numbered` and `rejects` from a plain file; False when it met fewer rows than there are."""
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(1, len(layout.headers) + 1))
    for table in ("reject_errors", "reject_scans"):
        warehouse.execute(f"DROP TABLE IF EXISTS {table}")
    line_end = {b"\r\n": "\\r\\n", b"\n": "\\n", b"\r": "\\r"}[seen.line_end or b"\n"]
    try:
        warehouse.execute(
            "CREATE OR REPLACE TEMP TABLE raw_rows AS SELECT * FROM read_csv($path, auto_detect = false, "
            f"header = false, skip = {layout.first_data_row}, delim = $delimiter, quote = $quote, escape = $quote, "
            f"columns = {{{columns}}}, max_line_size = {LONGEST_ROW}, buffer_size = {BUFFER_BYTES}, "
            f"new_line = '{line_end}', store_rejects = true, rejects_table = 'reject_errors', "
            "rejects_scan = 'reject_scans')",
            {"path": str(path), "delimiter": delimiter, "quote": QUOTE},
        )
    except warehouse.Error:
        return False
    cases = " ".join(f"WHEN '{kind}' THEN '{reason}'" for kind, reason in REASONS.items())
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE rejects AS SELECT CAST(min(line) - 1 AS BIGINT) AS row_number, "
        f"CASE min(CAST(error_type AS VARCHAR)) {cases} ELSE 'unreadable_row' END AS reason, "
        "'line ' || min(line) || ': ' || min(error_message) AS detail, min(csv_line) AS cells "
        "FROM reject_errors GROUP BY line"
    )
    met = warehouse.value("SELECT (SELECT count(*) FROM raw_rows) + (SELECT count(*) FROM rejects)")
    if seen.lines is not None and met != max(seen.lines - layout.first_data_row, 0):
        return False
    number_rows(warehouse, layout.first_data_row)
    return True


def _refuse_open_quote(warehouse: Warehouse, name: str) -> None:
    """Raise UnreadableError for a quote that swallowed the rows below it."""
    swallowed = warehouse.rows(
        "SELECT row_number FROM rejects WHERE reason = 'broken_quote' "
        "AND contains(trim(cells, chr(10) || chr(13)), chr(10)) ORDER BY row_number LIMIT 1"
    )
    if swallowed:
        raise UnreadableError(
            "unclosed_quote",
            f"Line {swallowed[0]['row_number'] + 1} of {name} opens a quote that is never closed: all that follows is "
            "one cell.",
            "Close it, or double a quote that belongs to the text.",
        )
