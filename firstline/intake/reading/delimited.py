"""Read CSV and TSV: find encoding, delimiter and quoting, state them, and keep rows that do not fit."""

from __future__ import annotations

import codecs
import csv
from pathlib import Path

from charset_normalizer import from_bytes

from firstline.errors import MisuseError, UnreadableError
from firstline.intake.reading.table import RawTable
from firstline.warehouse.engine import Warehouse

SAMPLE_BYTES = 1 << 18
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# a cell may hold a whole e-mail; the sample that is looked at bounds it anyway
csv.field_size_limit(SAMPLE_BYTES * 4)
REASONS = {
    "MISSING COLUMNS": "wrong_column_count",
    "TOO MANY COLUMNS": "wrong_column_count",
    "UNQUOTED VALUE": "broken_quote",
    "LINE SIZE OVER MAXIMUM": "line_too_long",
}
COMMENT_MARKS = ("#help ", "#example ", "#unlocks ")
"""Rows that `firstline template` writes to explain itself; they are not data."""


def read_delimited(
    warehouse: Warehouse, path: Path, scratch: Path, encoding: str = "auto", delimiter: str | None = None
) -> RawTable:
    """Read a delimited text file into scratch table `raw`.

    A row with too few or too many cells, or a broken quote, goes to the rejects with its reason. Raises
    UnreadableError for a file that is empty or not text.
    """
    with path.open("rb") as stream:
        sample = stream.read(SAMPLE_BYTES)
    if not sample.strip():
        raise UnreadableError("empty_file", f"{path.name} is empty.", "Export it again with its header row.")
    found = _encoding_of(sample, path) if encoding == "auto" else encoding
    text_path = _as_utf8(path, found, scratch)
    head = _first_text(text_path)
    split, quote = _dialect(head, delimiter)
    headers = tuple(_header_cells(head, split, quote))
    names = [f"c{index + 1}" for index in range(len(headers))]
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    for table in ("reject_errors", "reject_scans"):
        warehouse.execute(f"DROP TABLE IF EXISTS {table}")
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE raw_rows AS SELECT * FROM read_csv($path, auto_detect = false, "
        f"header = true, delim = $delimiter, quote = $quote, escape = $quote, columns = {{{columns}}}, "
        "store_rejects = true, max_line_size = 16000000, "
        "rejects_table = 'reject_errors', rejects_scan = 'reject_scans')",
        {"path": str(text_path), "delimiter": split, "quote": quote},
    )
    stated = (
        f"encoding {found}",
        f"delimiter {DELIMITERS.get(split, repr(split))}",
        f"quote {quote}",
    )
    return _numbered(warehouse, headers, stated)


def _numbered(warehouse: Warehouse, headers: tuple[str, ...], stated: tuple[str, ...]) -> RawTable:
    """Give rows their number in the file, rejected rows included, and leave the template's own rows out."""
    marks = " OR ".join(f"starts_with(c1, '{mark}')" for mark in COMMENT_MARKS)
    data = f"SELECT rowid + 1 AS position, * FROM raw_rows WHERE NOT coalesce({marks}, false)"
    cases = " ".join(f"WHEN '{kind}' THEN '{reason}'" for kind, reason in REASONS.items())
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE rejects AS SELECT min(line) - 1 AS row_number, "
        f"CASE min(CAST(error_type AS VARCHAR)) {cases} ELSE 'unreadable_row' END AS reason, "
        "'line ' || min(line) || ': ' || min(error_message) AS detail, min(csv_line) AS cells "
        "FROM reject_errors GROUP BY line"
    )
    swallowed = warehouse.rows(
        "SELECT row_number FROM rejects WHERE reason = 'broken_quote' "
        "AND contains(trim(cells, chr(10) || chr(13)), chr(10)) ORDER BY row_number"
    )
    if swallowed:
        raise UnreadableError(
            "unclosed_quote",
            f"Line {swallowed[0]['row_number'] + 1} opens a quote that is never closed: all that follows is one cell.",
            "Close it, or double a quote that belongs to the text.",
        )
    rejected = int(warehouse.value("SELECT count(*) FROM rejects") or 0)
    # the i-th rejected row moves every good row from its place on down by one
    warehouse.execute(
        f"CREATE OR REPLACE TEMP TABLE raw AS WITH good AS ({data}), "
        "moved AS (SELECT row_number - row_number() OVER (ORDER BY row_number) + 1 AS place FROM rejects), "
        "shift AS (SELECT place, count(*) OVER (ORDER BY place) AS rows_down FROM moved) "
        "SELECT good.position + coalesce(shift.rows_down, 0) AS row_number, good.* EXCLUDE (position) "
        "FROM good ASOF LEFT JOIN (SELECT place, max(rows_down) AS rows_down FROM shift GROUP BY place) shift "
        "ON good.position >= shift.place"
        if rejected
        else f"CREATE OR REPLACE TEMP TABLE raw AS SELECT position AS row_number, * EXCLUDE (position) FROM ({data})"
    )
    warehouse.execute("DROP TABLE raw_rows")
    kept = int(warehouse.value("SELECT count(*) FROM raw") or 0)
    return RawTable("raw", headers, kept + rejected, stated, rejects="rejects" if rejected else None)


def _encoding_of(sample: bytes, path: Path) -> str:
    for mark, name in BYTE_ORDER_MARKS:
        if sample.startswith(mark):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
        return "utf-8"
    except UnicodeDecodeError:
        pass
    if b"\x00" in sample:
        hint = "Firstline reads CSV, TSV, XLSX and Parquet files."
        raise UnreadableError("not_text", f"{path.name} is not a text file.", hint)
    best = from_bytes(sample, cp_isolation=["cp1252", "cp1250", "cp1251", "iso8859_15"]).best()
    return best.encoding if best else "cp1252"


def _as_utf8(path: Path, encoding: str, scratch: Path) -> Path:
    """The file itself when it is UTF-8, else a UTF-8 copy in the scratch folder."""
    try:
        if codecs.lookup(encoding).name == "utf-8":
            return path
    except LookupError:
        hint = 'Use a name such as "utf-8", "utf-16" or "windows-1252", or "auto".'
        raise MisuseError("bad_mapping", f"encoding = {encoding!r} is not an encoding.", hint) from None
    target = scratch / "transcoded.csv"
    try:
        with (
            path.open(encoding=encoding, newline="") as source,
            target.open("w", encoding="utf-8", newline="") as out,
        ):
            while piece := source.read(1 << 20):
                out.write(piece)
    except UnicodeDecodeError as error:
        hint = 'State the encoding in the mapping: [file] encoding = "...".'
        raise UnreadableError("wrong_encoding", f"{path.name} is not {encoding}: {error}.", hint) from None
    return target


def _first_text(path: Path) -> str:
    with path.open("rb") as stream:
        text = stream.read(SAMPLE_BYTES).decode("utf-8-sig", errors="ignore")
    return text


def _dialect(head: str, delimiter: str | None) -> tuple[str, str]:
    """Delimiter and quote character: the delimiter that splits the first lines evenly into most columns."""
    lines = head.splitlines()[:50]
    quote = '"'
    if delimiter:
        return delimiter, quote

    def evenness(split: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=split, quotechar=quote) if row]
        if not widths or widths[0] == 1:
            return 0, 0
        return sum(width == widths[0] for width in widths), widths[0]

    return max(DELIMITERS, key=evenness), quote


def _header_cells(head: str, delimiter: str, quote: str) -> list[str]:
    """The header row's cells, blank ones named by position and repeated ones numbered."""
    first = next(csv.reader(head.splitlines(keepends=True), delimiter=delimiter, quotechar=quote))
    return unique_headers(first)


def unique_headers(cells: list[str]) -> list[str]:
    """Header names as written, with blanks named 'column N' and repeats 'name (2)'."""
    seen: dict[str, int] = {}
    names = []
    for index, cell in enumerate(cells, start=1):
        name = cell.strip() or f"column {index}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names
