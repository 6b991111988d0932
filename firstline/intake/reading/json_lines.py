"""Read JSON Lines, one object a line, in pieces: a line that is none is a reject, with its text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from firstline.errors import UnreadableError
from firstline.intake.mapping import FilePart
from firstline.intake.reading.encoding import as_utf8
from firstline.intake.reading.records import DECODER, Records
from firstline.intake.reading.scratch_rows import LONGEST_ROW, ScratchRows
from firstline.intake.reading.table import RawTable
from firstline.intake.reading.trimming import trim
from firstline.warehouse.engine import Warehouse

BROKEN, NOT_AN_OBJECT, TOO_LONG = "broken_json", "not_an_object", "line_too_long"
REASONS = (BROKEN, NOT_AN_OBJECT, TOO_LONG)
KEPT_OF_LONG = 10_000
"""Letters of a line beyond the limit that are kept with its reject."""


def read_json_lines(warehouse: Warehouse, path: Path, name: str, scratch: Path, file: FilePart) -> RawTable:
    """Read a file of one JSON object a line into scratch table `raw`; a row's number is its line.

    Raises UnreadableError for a file that is empty, not text, or without a single object.
    """
    text = as_utf8(path, name, file.encoding, scratch)
    rejected = 0
    with ScratchRows(scratch) as rows:
        records = Records(rows)
        for number, line in _lines(text.path):
            if told := _add(records, number, line):
                rejected += 1
                rows.reject(number, *told)
    if not records.headers:
        hint = 'Each line is one object: {"ticket_id": "T1", "opened_at": "2026-01-01"}.'
        raise UnreadableError("no_objects", f"{name}: none of its lines is a JSON object with a value.", hint)
    rows.load(warehouse, len(records.headers))
    trimmed = trim(warehouse, skip_total=False)
    return RawTable(
        name="raw",
        headers=records.headers,
        read=trimmed.kept + rejected,
        stated=(f"encoding {text.encoding}", "JSON Lines"),
        rejects="rejects" if rejected else None,
        notes=text.notes,
        has_points=True,
    )


def _add(records: Records, number: int, line: str) -> tuple[str, str, str] | None:
    """Write a line down as a row; what is wrong with it (reason, detail, text) where that cannot be."""
    if len(line) > LONGEST_ROW:
        return TOO_LONG, f"line {number} is longer than {LONGEST_ROW // 1_000_000} MB", line[:KEPT_OF_LONG]
    try:
        found = DECODER.decode(line)
        if not isinstance(found, dict):
            return NOT_AN_OBJECT, f"line {number} is JSON, but no object", line
        records.add(number, found)
    except (ValueError, RecursionError) as error:
        return BROKEN, f"line {number}: {error}", line
    return None


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, without their ends, each with its number; of a very long one only its beginning."""
    number = 0
    with path.open(encoding="utf-8-sig", errors="replace", newline="\n") as stream:
        while line := stream.readline(LONGEST_ROW + 1):
            number += 1
            part = line
            while len(part) > LONGEST_ROW and not part.endswith("\n"):
                part = stream.readline(LONGEST_ROW + 1)
            if line.strip():
                yield number, line.rstrip("\r\n")
