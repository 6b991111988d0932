"""Read a file of any kind into the scratch table `raw`: unpacked where it is packed, by the reader of its kind."""

from __future__ import annotations

from pathlib import Path

from firstline.errors import MisuseError, UnreadableError
from firstline.intake.mapping import FilePart
from firstline.intake.reading.columnar import read_parquet
from firstline.intake.reading.delimited import read_delimited
from firstline.intake.reading.icalendar_days import read_icalendar
from firstline.intake.reading.json_document import read_json
from firstline.intake.reading.json_lines import read_json_lines
from firstline.intake.reading.kinds import kind_of
from firstline.intake.reading.table import RawTable
from firstline.intake.reading.unpacking import gunzipped, member_names, unzipped
from firstline.intake.reading.workbook import read_workbook
from firstline.intake.request import ImportRequest
from firstline.warehouse.engine import Warehouse


def read_file(warehouse: Warehouse, request: ImportRequest, file: FilePart, scratch: Path) -> RawTable:
    """Read the requested file, or the requested member of a zip archive; `file` is what the mapping states of it.

    Raises UnreadableError for what cannot be read whole, MisuseError for a question that the mapping must settle.
    """
    path, name = request.path, request.name
    if not path.is_file():
        raise UnreadableError("no_such_file", f"There is no file {name}.", "Check the path.")
    kind, is_gzipped = kind_of(name)
    member = request.member
    if kind == "zip" and member is None:
        member = _only_member(path, name)
        name = f"{name}/{member}"
        kind, is_gzipped = kind_of(member)
    if member is not None:
        path = unzipped(path, member, name, scratch)
    elif is_gzipped:
        path = gunzipped(path, name, scratch)
    sheet = request.sheet if request.sheet is not None else file.sheet
    if kind == "workbook":
        return read_workbook(warehouse, path, name, scratch, file, sheet)
    if kind == "parquet":
        return read_parquet(warehouse, path, name)
    if kind == "icalendar":
        return read_icalendar(warehouse, path, name, scratch)
    if kind == "json":
        return read_json(warehouse, path, name, scratch, file)
    if kind == "json_lines":
        return read_json_lines(warehouse, path, name, scratch, file)
    return read_delimited(warehouse, path, name, scratch, file)


def _only_member(path: Path, name: str) -> str:
    """The one file of an archive of which none was named."""
    members = member_names(path, name)
    if not members:
        raise UnreadableError("empty_file", f"{name} holds no file.", "Pack it again.")
    if len(members) > 1:
        problem = f"{name} holds several files: {', '.join(members)}."
        raise MisuseError("several_members", problem, "Unpack it and import one of them.")
    return members[0]
