"""What one system gives out: a file of columns and the mapping that reads it, always the same bytes.

Nothing here reads the clock: a workbook carries the instant of the export where its writer would put now.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from firstline.simulate.columns import NEVER, NOBODY, Ints
from firstline.simulate.wallclock import Clock

Cell = str | int | float | datetime | None
Column = Sequence[Cell]

ISO_OFFSET = "iso_offset"
ISO_UTC = "iso_utc"


@dataclass(frozen=True)
class Export:
    """One file: its columns by header, its mapping's TOML, and what the mapping leaves aside on purpose."""

    file: str
    columns: Mapping[str, Column]
    mapping: str
    left: tuple[str, ...] = field(default=())

    @property
    def rows(self) -> int:
        """How many rows the file has below its header."""
        return len(next(iter(self.columns.values())))


def write_export(folder: Path, export: Export, exported_at: datetime) -> tuple[Path, Path]:
    """Write `exports/FILE` and `mappings/FILE.toml` into the folder; gives both paths."""
    path = folder / "exports" / export.file
    mapping = folder / "mappings" / (Path(export.file).stem + ".toml")
    if path.suffix == ".xlsx":
        path.write_bytes(_workbook(export, exported_at))
    else:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(export.columns)
            writer.writerows(zip(*export.columns.values(), strict=True))
    mapping.write_text(export.mapping, encoding="utf-8", newline="\n")
    return path, mapping


def _workbook(export: Export, exported_at: datetime) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(Path(export.file).stem.title())
    sheet.append(list(export.columns))
    for row in zip(*export.columns.values(), strict=True):
        sheet.append(row)
    book.properties.created = book.properties.modified = exported_at.astimezone(UTC).replace(tzinfo=None)
    draft, final = BytesIO(), BytesIO()
    # The writer itself, because Workbook.save puts the time of day into the file
    ExcelWriter(book, ZipFile(draft, "w")).save()
    with ZipFile(draft) as source, ZipFile(final, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(ZipInfo(name), source.read(name), ZIP_DEFLATED)
    return final.getvalue()


def clock_times(clock: Clock, at: Ints, style: str) -> list[Cell]:
    """Instants as a system writes them, None for NEVER.

    `style` is a strftime format of local wall time, ISO_OFFSET (local with its offset) or ISO_UTC.
    """
    known = at < NEVER
    sure = np.where(known, at, clock.start)
    local = clock.local(sure)
    wall = [str(text) for text in np.datetime_as_string((sure if style == ISO_UTC else local).astype("datetime64[s]"))]
    if style == ISO_UTC:
        texts = [text + "Z" for text in wall]
    elif style == ISO_OFFSET:
        texts = [text + _offset(int(ahead)) for text, ahead in zip(wall, local - sure, strict=True)]
    else:
        texts = [moment.strftime(style) for moment in local.astype("datetime64[s]").tolist()]
    return [text if is_known else None for text, is_known in zip(texts, known, strict=True)]


def _offset(ahead: int) -> str:
    sign, ahead = ("-", -ahead) if ahead < 0 else ("+", ahead)
    return f"{sign}{ahead // 3600:02d}:{ahead % 3600 // 60:02d}"


def wall_times(clock: Clock, at: Ints) -> list[Cell]:
    """Instants as spreadsheet cells in local wall time, None for NEVER."""
    known = at < NEVER
    moments = clock.local(np.where(known, at, clock.start)).astype("datetime64[s]").tolist()
    return [moment if is_known else None for moment, is_known in zip(moments, known, strict=True)]


def dates(day: Ints, style: str) -> list[Cell]:
    """Local days since 1970 in a strftime format, None for NEVER."""
    known = day < NEVER
    moments = np.where(known, day, 0).astype("datetime64[D]").tolist()
    return [moment.strftime(style) if is_known else None for moment, is_known in zip(moments, known, strict=True)]


def words(choices: Sequence[str], positions: Ints) -> list[Cell]:
    """The word at each position, None for NOBODY (-1)."""
    return [choices[position] if position != NOBODY else None for position in positions.tolist()]


def numbered(prefix: str, first: int, rows: Ints) -> list[Cell]:
    """Ids made from row numbers, None for NOBODY."""
    return [f"{prefix}{first + row}" if row != NOBODY else None for row in rows.tolist()]


def numbers(values: Ints, known: np.ndarray | None = None) -> list[Cell]:
    """Whole numbers; None where not known."""
    if known is None:
        return list(values.tolist())
    return [value if is_known else None for value, is_known in zip(values.tolist(), known.tolist(), strict=True)]


def in_words(translations: Mapping[str, str], codes: Sequence[str]) -> list[str]:
    """The system's word for each code, in the order of the codes; KeyError for one it has no word for."""
    word_of = {code: word for word, code in translations.items()}
    return [word_of[code] for code in codes]


def toml_values(translations: Mapping[str, str]) -> str:
    """An inline TOML table of words and what they mean."""
    return "{ " + ", ".join(f"{json.dumps(word)} = {json.dumps(code)}" for word, code in translations.items()) + " }"
