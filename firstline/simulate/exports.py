"""What one system gives out: a file of columns and the mapping that reads it, always the same bytes.

Nothing here reads the clock: a workbook carries the instant of the export where its writer would put now.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
import pyarrow as pa
import pyarrow.csv
from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from firstline.simulate.cells import Column, Columns, joined
from firstline.simulate.columns import DAY, HOUR, NEVER, Ints
from firstline.simulate.wallclock import Clock

TIME_OF_DAY = "%H:%M:%S"
ISO_OFFSET = "iso_offset"
ISO_UTC = "iso_utc"
WORKBOOK = ".xlsx"
DAY_OF_LIST = re.compile(r"-\d{4}-\d\d-\d\d$")


@dataclass(frozen=True)
class Export:
    """One file: its columns by header, its mapping's TOML, and what the mapping leaves aside on purpose."""

    file: str
    columns: Columns
    mapping: str
    left: tuple[str, ...] = field(default=())

    @property
    def rows(self) -> int:
        """How many rows the file has below its header."""
        return len(next(iter(self.columns.values())))


def write_export(folder: Path, export: Export, exported_at: datetime, block: int = 0) -> None:
    """Write what one block of subscribers adds: rows for `join_exports`, or a workbook of its own."""
    path = _path(folder, export.file, block)
    if block == 0:
        _mapping(folder, export.file).write_text(export.mapping, encoding="utf-8", newline="\n")
    if path.suffix == WORKBOOK:
        path.write_bytes(_workbook(export, exported_at))
        return
    with path.open("wb") as stream:
        if block == 0:
            stream.write((",".join(export.columns) + "\n").encode())
        style = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
        pyarrow.csv.write_csv(pa.table(_plain(export.columns)), stream, style)


def join_exports(folder: Path, file: str, blocks: int) -> list[tuple[Path, Path]]:
    """Put what all blocks wrote into one file, but for workbooks; gives each file with its mapping."""
    paths = [_path(folder, file, block) for block in range(blocks)]
    if paths[0].suffix == WORKBOOK:
        return [(path, _mapping(folder, file)) for path in paths]
    with paths[0].open("ab") as whole:
        for part in paths[1:]:
            with part.open("rb") as stream:
                shutil.copyfileobj(stream, whole)
            part.unlink()
    return [(paths[0], _mapping(folder, file))]


def _path(folder: Path, file: str, block: int) -> Path:
    name = Path(file)
    return folder / "exports" / (f"{name.stem}-{block + 1}{name.suffix}" if block else file)


def _mapping(folder: Path, file: str) -> Path:
    """The mapping of a file; lists of several days have one together."""
    return folder / "mappings" / (DAY_OF_LIST.sub("", Path(file).stem) + ".toml")


def _plain(columns: Columns) -> dict[str, Column]:
    """The same with words written out: the writer of texts takes no dictionaries."""
    return {
        name: column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        for name, column in columns.items()
    }


def _workbook(export: Export, exported_at: datetime) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(Path(export.file).stem.title())
    sheet.append(list(export.columns))
    for row in zip(*(column.to_pylist() for column in export.columns.values()), strict=True):
        sheet.append(row)
    book.properties.created = book.properties.modified = exported_at.astimezone(UTC).replace(tzinfo=None)
    draft, final = BytesIO(), BytesIO()
    # The writer itself, because Workbook.save puts the time of day into the file
    ExcelWriter(book, ZipFile(draft, "w")).save()
    with ZipFile(draft) as source, ZipFile(final, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(ZipInfo(name), source.read(name), ZIP_DEFLATED)
    return final.getvalue()


def clock_times(clock: Clock, at: Ints, style: str) -> Column:
    """Instants as a system writes them, null for NEVER.

    `style` is a strftime format of the local day before TIME_OF_DAY, ISO_OFFSET (local with its offset) or ISO_UTC.
    """
    known = at < NEVER
    sure = np.where(known, at, clock.start)
    local = sure if style == ISO_UTC else clock.local(sure)
    iso = style in (ISO_OFFSET, ISO_UTC)
    text = joined(
        _days(local // DAY, known, "%Y-%m-%dT" if iso else style.removesuffix(TIME_OF_DAY)),
        _times_of_day().take(pa.array(local % DAY)),
    )
    if style == ISO_OFFSET:
        ahead, row = np.unique(local - sure, return_inverse=True)
        return joined(text, pa.array([_offset(int(seconds)) for seconds in ahead]).take(pa.array(row)))
    return joined(text, "Z") if iso else text


@cache
def _times_of_day() -> Column:
    """Every second of a day as text."""
    return pa.array([f"{at // 3600:02d}:{at // 60 % 60:02d}:{at % 60:02d}" for at in range(DAY)])


def _days(day: Ints, known: np.ndarray, style: str) -> Column:
    """Local days since 1970 in a strftime format, null where not known; each day is written once."""
    if not len(day):
        return pa.array([], pa.string())
    first = int(day.min())
    every = np.arange(first, int(day.max()) + 1).astype("datetime64[D]").tolist()
    return pa.array([moment.strftime(style) for moment in every]).take(pa.array(day - first, mask=~known))


def _offset(ahead: int) -> str:
    sign, ahead = ("-", -ahead) if ahead < 0 else ("+", ahead)
    return f"{sign}{ahead // 3600:02d}:{ahead % 3600 // 60:02d}"


def wall_times(clock: Clock, at: Ints) -> Column:
    """Instants as spreadsheet cells in local wall time, null for NEVER."""
    known = at < NEVER
    local = clock.local(np.where(known, at, clock.start))
    return pa.array(local.astype("datetime64[s]"), mask=~known)


def dates(day: Ints, style: str) -> Column:
    """Local days since 1970 in a strftime format, null for NEVER."""
    known = day < NEVER
    return _days(np.where(known, day, day[known][0] if known.any() else 0), known, style)


def durations(lengths: Ints, known: np.ndarray) -> Column:
    """Seconds as hours:minutes:seconds, null where not known."""
    hours = pa.array(lengths // HOUR, mask=~known).cast(pa.string())
    rest = pa.array([f":{at // 60:02d}:{at % 60:02d}" for at in range(HOUR)])
    return joined(hours, rest.take(pa.array(lengths % HOUR)))


def toml_values(translations: Mapping[str, str]) -> str:
    """An inline TOML table of words and what they mean."""
    return "{ " + ", ".join(f"{json.dumps(word)} = {json.dumps(code)}" for word, code in translations.items()) + " }"
