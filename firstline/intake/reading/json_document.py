"""Read a JSON file that is one value: an array of objects, or an object that has one inside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from firstline.errors import MisuseError, UnreadableError, nearest
from firstline.intake.mapping import FilePart
from firstline.intake.reading.encoding import as_utf8
from firstline.intake.reading.json_lines import BROKEN, NOT_AN_OBJECT, read_json_lines
from firstline.intake.reading.records import DECODER, Records, as_json
from firstline.intake.reading.scratch_rows import LONGEST_ROW, ScratchRows
from firstline.intake.reading.table import RawTable
from firstline.intake.reading.trimming import trim
from firstline.warehouse.engine import Warehouse

MAX_BYTES = 100_000_000
"""A file that is one value is read whole; JSON Lines is read in pieces and may be of any size."""


def read_json(warehouse: Warehouse, path: Path, name: str, scratch: Path, file: FilePart) -> RawTable:
    """Read a JSON file into scratch table `raw`; a row's number is its place in the array, from 1.

    A file with an object on each line is read as JSON Lines. Raises UnreadableError for a file that is too large,
    broken, or has no array of objects; MisuseError where it has several and `[file] records` does not say which.
    """
    text = as_utf8(path, name, file.encoding, scratch)
    if _is_lines(text.path):
        return read_json_lines(warehouse, path, name, scratch, file)
    size = text.path.stat().st_size
    if size > MAX_BYTES:
        problem = f"{name} is one JSON value of {size / 1e6:,.0f} MB; up to {MAX_BYTES / 1e6:,.0f} MB are read whole."
        raise UnreadableError("too_large", problem, "Export JSON Lines, one object a line, or CSV: any size is read.")
    place, found = _objects(_parsed(text.path, name), name, file.records)
    rejected = 0
    with ScratchRows(scratch) as rows:
        records = Records(rows)
        for number, item in enumerate(found, start=1):
            if told := _add(records, number, item):
                rejected += 1
                rows.reject(number, *told)
    if not records.headers:
        raise UnreadableError("no_objects", f"{name}: it holds no objects with a value.", "Export it again.")
    rows.load(warehouse, len(records.headers))
    trimmed = trim(warehouse, skip_total=False)
    return RawTable(
        name="raw",
        headers=records.headers,
        read=trimmed.kept + rejected,
        stated=(f"encoding {text.encoding}", f"JSON array '{place}'" if place else "JSON array"),
        rejects="rejects" if rejected else None,
        notes=text.notes,
        has_points=True,
    )


def _is_lines(path: Path) -> bool:
    """Whether the first two lines that are not blank are an object each, whatever the file is called."""
    whole = 0
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        while whole < 2 and (line := stream.readline(LONGEST_ROW)):
            if line.strip():
                if not _is_object(line):
                    return False
                whole += 1
    return whole == 2


def _is_object(line: str) -> bool:
    if not line.lstrip().startswith("{"):
        return False
    try:
        DECODER.decode(line)
    except (ValueError, RecursionError):
        return False
    return True


def _parsed(path: Path, name: str) -> object:
    try:
        found: object = DECODER.decode(path.read_text("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError) as error:
        hint = "Export it again, whole."
        raise UnreadableError("broken_json", f"{name} is not readable JSON: {error}.", hint) from None
    return found


def _objects(value: object, name: str, wanted: str | None) -> tuple[str, list[object]]:
    """The array of objects to read, and the keys on the way to it."""
    if isinstance(value, list) and wanted is None:
        return "", value
    arrays = dict(_arrays(value, ""))
    if wanted is not None:
        if wanted not in arrays:
            near = nearest(wanted, arrays)
            allowed = f"It has: {', '.join(arrays)}." if arrays else "It has none: leave out [file] records."
            hint = f"Did you mean '{near}'?" if near else allowed
            raise MisuseError("no_such_records", f"{name}: there is no array of objects '{wanted}'.", hint)
        return wanted, arrays[wanted]
    if len(arrays) > 1:
        hint = f'Say which in the mapping: [file] records = "{next(iter(arrays))}".'
        listed = ", ".join(f"'{place}' ({len(found):,})" for place, found in arrays.items())
        raise MisuseError("several_arrays", f"{name} has several arrays of objects: {listed}.", hint)
    if arrays:
        return next(iter(arrays.items()))
    if isinstance(value, dict) and [] not in value.values():
        return "", [value]
    raise UnreadableError("no_objects", f"{name} is JSON, but no array of objects.", "Export a list of records.")


def _arrays(value: object, place: str) -> Iterator[tuple[str, list[object]]]:
    """Every array of objects below the keys of objects, with the keys on the way to it joined by dots."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _arrays(inner, f"{place}.{key}" if place else key)
    elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        yield place, value


def _add(records: Records, number: int, item: object) -> tuple[str, str, str] | None:
    if not isinstance(item, dict):
        return NOT_AN_OBJECT, f"item {number} of the array is no object", as_json(item)
    try:
        records.add(number, item)
    except (ValueError, RecursionError) as error:
        return BROKEN, f"item {number}: {error}", as_json(item)
    return None
