"""The kinds of file that are read, known by how their names end."""

from __future__ import annotations

from pathlib import PurePath
from typing import Literal

from firstline.errors import UnreadableError

Kind = Literal["delimited", "json", "json_lines", "workbook", "parquet", "icalendar", "zip"]

KINDS: dict[str, Kind] = {
    ".csv": "delimited",
    ".tsv": "delimited",
    ".txt": "delimited",
    ".json": "json",
    ".jsonl": "json_lines",
    ".ndjson": "json_lines",
    ".xlsx": "workbook",
    ".xlsm": "workbook",
    ".parquet": "parquet",
    ".ics": "icalendar",
    ".zip": "zip",
}
GZIPPED = ".gz"
"""Stands behind any other ending, as in .csv.gz."""
READABLE = (*KINDS, GZIPPED)


def kind_of(name: str) -> tuple[Kind, bool]:
    """The kind of a file by its name, and whether it is gzipped. Raises UnreadableError for any other kind."""
    ends = [end.lower() for end in PurePath(name).suffixes[-2:]]
    is_gzipped = ends[-1:] == [GZIPPED]
    end = (ends[-2] if len(ends) > 1 else "") if is_gzipped else (ends[-1] if ends else "")
    kind = KINDS.get(end)
    if kind is None or (is_gzipped and kind == "zip"):
        told = f"files of type '{''.join(ends[-2:] if is_gzipped else ends[-1:])}' are not read"
        raise UnreadableError("unknown_format", f"{name}: {told}.", f"Read: {', '.join(READABLE)}.")
    return kind, is_gzipped
