"""Which imports a path stands for: a folder's files, an archive's members, a workbook's sheets, or itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from firstline.errors import FirstlineError, MisuseError, UnreadableError
from firstline.intake.reading.kinds import READABLE, kind_of
from firstline.intake.reading.unpacking import gunzipped, member_names, unzipped
from firstline.intake.reading.workbook import sheet_names
from firstline.intake.request import ImportRecord, ImportRequest
from firstline.state.generation import is_home

MAPPING_ENDING = ".toml"


def gather(asked: ImportRequest) -> list[ImportRequest | ImportRecord]:
    """The imports that a path stands for, in order; where one cannot even be begun, the record that says why.

    A folder stands for its files and those of the folders in it, but for hidden ones, mappings and homes; a zip archive
    for its members; a workbook, if neither sheet nor mapping is stated, for its sheets with rows; any other path for
    itself, also if there is no such file.
    """
    try:
        if asked.path.is_dir():
            return _of_folder(asked)
        members = list(_members(asked))
    except FirstlineError as error:
        return [_refused(asked.name, error)]
    return [one for request in members for one in _sheets_or_refusal(request)]


def _of_folder(asked: ImportRequest) -> list[ImportRequest | ImportRecord]:
    found: list[ImportRequest | ImportRecord] = []
    for path in _files(asked.path):
        if path.is_file():
            found += gather(replace(asked, path=path, name=str(path)))
        else:
            error = UnreadableError("no_such_file", f"{path} leads to no file.", "Check where the link leads.")
            found.append(_refused(str(path), error))
    if not found:
        hint = f"Read: {', '.join(READABLE)}."
        what = "is a home; what it keeps is no export" if is_home(asked.path) else "holds no file"
        raise UnreadableError("empty_folder", f"{asked.name} {what}.", hint)
    return found


def _files(folder: Path) -> list[Path]:
    """The files below a folder, sorted; a folder that links lead back to is entered once, a home never.

    The home stands beside the exports where nobody says otherwise: what it keeps would come in a second time.
    """
    entered: set[str] = set()
    found = []
    for place, folders, files in os.walk(folder, followlinks=True):
        entered.add(os.path.realpath(place))
        if is_home(Path(place)):
            folders.clear()
            continue
        folders[:] = [
            name
            for name in sorted(folders)
            if not name.startswith(".") and os.path.realpath(Path(place, name)) not in entered
        ]
        entered.update(os.path.realpath(Path(place, name)) for name in folders)
        found += [Path(place, name) for name in files if not name.startswith(".") and not _is_mapping(name)]
    return sorted(found)


def _is_mapping(name: str) -> bool:
    return name.lower().endswith(MAPPING_ENDING)


def _members(asked: ImportRequest) -> Iterator[ImportRequest]:
    """The file itself, or each member of it; raises UnreadableError for a kind of file that is not read."""
    if not asked.path.is_file() or asked.member is not None or kind_of(asked.name)[0] != "zip":
        yield asked
        return
    members = member_names(asked.path, asked.name)
    if not members:
        raise UnreadableError("empty_file", f"{asked.name} holds no file.", "Pack it again.")
    for member in members:
        yield replace(asked, member=member, name=f"{asked.name}/{member}")


def _sheets_or_refusal(asked: ImportRequest) -> list[ImportRequest | ImportRecord]:
    """A workbook that cannot be opened stops no other file of its archive."""
    try:
        return _sheets(asked)
    except FirstlineError as error:
        return [_refused(asked.name, error)]


def _sheets(asked: ImportRequest) -> list[ImportRequest | ImportRecord]:
    """The file itself, or each sheet of a workbook that has rows."""
    if not asked.path.is_file():
        return [asked]
    if kind_of(asked.member or asked.name)[0] != "workbook":
        return [replace(asked, sheet=None)]
    if asked.sheet is not None or asked.mapping_text is not None:
        return [asked]
    names = _sheet_names(asked)
    if len(names) < 2:
        return [asked]
    if asked.entity:
        listed = ", ".join(f"'{name}'" for name in names)
        hint = "Name one with --sheet, or leave out --as."
        raise MisuseError("several_sheets", f"{asked.name} has several sheets with rows: {listed}.", hint)
    return [replace(asked, sheet=name, is_one_of_sheets=True) for name in names]


def _sheet_names(asked: ImportRequest) -> list[str]:
    """The sheets with rows of a workbook, which may be packed."""
    with TemporaryDirectory() as folder:
        path = asked.path
        if asked.member is not None:
            path = unzipped(path, asked.member, asked.name, Path(folder))
        elif kind_of(asked.name)[1]:
            path = gunzipped(path, asked.name, Path(folder))
        return sheet_names(path, asked.name)


def _refused(name: str, error: FirstlineError) -> ImportRecord:
    return ImportRecord(name, error=error.as_dict(), exit_code=error.exit_code)
