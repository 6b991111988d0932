"""The first rows of a waiting file, read once and kept beside it: the editor reads them again at every change."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from firstline.errors import FirstlineError
from firstline.intake.cells import Cells, made_cells, make_cells
from firstline.intake.mapping import FilePart
from firstline.intake.reading.mended import refuse_reserved
from firstline.intake.reading.reader import read_file
from firstline.intake.reading.table import RawTable
from firstline.intake.request import ImportRequest
from firstline.settings import Settings
from firstline.warehouse.engine import Row, Warehouse
from firstline.warehouse.tables import create_tables
from firstline.warehouse.text import text_literal

SAMPLE_ROWS, SAMPLE_CELLS = 20_000, 1_000_000
"""Enough to see how columns are written, and read again within a moment; of a wide file fewer rows."""
EXAMPLES = 3
TOP_CELLS = 8
"""So many cells of a file's top rows are kept, to see where its header stands."""
CAUSES = {
    "wrong_encoding": "encoding",
    "bad_mapping": "encoding",
    "no_such_row": "header_row",
    "unknown_sheet": "sheet",
}
"""Errors of reading, and the key of [file] that each is about."""


class ColumnSample(BaseModel):
    """What a column of the sample holds: how many cells say something, how many differ, and the commonest."""

    model_config = ConfigDict(frozen=True)

    filled: int
    distinct: int
    examples: tuple[str, ...]


class Sample(BaseModel):
    """What is known of the file: its column names, its rows, and how many of them are in the sample.

    `stated` is what was found (encoding, delimiter ...), `header_row`, `sheets` and `top` as `RawTable` has them,
    `reading` how it was asked to be read.
    """

    model_config = ConfigDict(frozen=True)

    headers: tuple[str, ...]
    read: int
    rows: int
    stated: tuple[str, ...]
    notes: tuple[str, ...]
    sheet: str | None
    sheets: tuple[str, ...]
    header_row: int | None
    top: tuple[tuple[str, ...], ...]
    has_points: bool
    columns: tuple[ColumnSample, ...]
    reading: FilePart
    asked_sheet: str | None

    @property
    def is_whole(self) -> bool:
        """Whether all rows of the file are in it."""
        return self.rows >= self.read


def take_sample(home: Path, folder: Path, settings: Settings, request: ImportRequest, file: FilePart) -> Sample:
    """The sample of a file read as `file` says; `folder` keeps it for next time.

    Raises UnreadableError or MisuseError where the file cannot be read so.
    """
    sample = _kept(folder, request, file)
    if sample is not None:
        return sample
    with (
        tempfile.TemporaryDirectory(dir=home / "scratch") as scratch,
        _engine(Path(scratch)) as warehouse,
        warehouse.within(settings.import_memory_mb),
    ):
        return _take(warehouse, folder, request, file, Path(scratch))


def sample_that_reads(
    home: Path, folder: Path, settings: Settings, request: ImportRequest, file: FilePart, before: FilePart
) -> tuple[FilePart, dict[str, FirstlineError]]:
    """Take the sample as `file` says, where that cannot be as `before` says, and else as it is found.

    Returns how it could be read, and by key what is wrong with how it was asked to be. Raises the error of a file that
    cannot be read at all.
    """
    wrong: dict[str, FirstlineError] = {}
    while True:
        try:
            take_sample(home, folder, settings, request, file)
            return file, wrong
        except FirstlineError as error:
            keys = _differing(file, before)
            if not keys:
                before, keys = FilePart(), _differing(file, FilePart())
            if not keys:
                raise
            key = CAUSES[error.code] if CAUSES.get(error.code) in keys else keys[0]
            wrong[key] = error
            file = file.model_copy(update={key: getattr(before, key)})


@contextmanager
def sampled(home: Path, folder: Path, sample: Sample) -> Iterator[tuple[Warehouse, Cells]]:
    """The cells of a sample in an engine of its own, beside which imports go on."""
    with tempfile.TemporaryDirectory(dir=home / "scratch") as scratch, _engine(Path(scratch)) as warehouse:
        create_tables(warehouse)
        rows = text_literal(str(folder / "cells.parquet"))
        # a table and no view: with hundreds of columns every look at a view takes as long as making it
        warehouse.execute(f"CREATE TEMP TABLE cells AS SELECT * FROM read_parquet({rows})")
        warehouse.execute("CREATE TEMP VIEW raw AS SELECT row_number FROM cells")
        found = (sample.headers, sample.rows, sample.stated, None, sample.sheet, (), sample.has_points)
        yield warehouse, made_cells(RawTable("raw", *found), sample.reading.null_words)


@contextmanager
def _engine(scratch: Path) -> Iterator[Warehouse]:
    warehouse = Warehouse.open(temp_folder=scratch)
    try:
        yield warehouse
    finally:
        warehouse.close()


def _differing(one: FilePart, other: FilePart) -> list[str]:
    return [name for name in FilePart.model_fields if getattr(one.reading, name) != getattr(other.reading, name)]


def _kept(folder: Path, request: ImportRequest, file: FilePart) -> Sample | None:
    about = folder / "cells.json"
    if not about.exists():
        return None
    sample = Sample.model_validate_json(about.read_text("utf-8"))
    return sample if (sample.reading, sample.asked_sheet) == (file.reading, request.sheet) else None


def _take(warehouse: Warehouse, folder: Path, request: ImportRequest, file: FilePart, scratch: Path) -> Sample:
    raw = read_file(warehouse, request, file, scratch)
    refuse_reserved(raw, request.name)
    rows = min(SAMPLE_ROWS, SAMPLE_CELLS // len(raw.headers) + 1)
    warehouse.execute(f"CREATE TEMP TABLE head AS SELECT * FROM {raw.name} ORDER BY row_number LIMIT {rows}")
    make_cells(warehouse, replace(raw, name="head"), file.null_words)
    warehouse.execute("CREATE TEMP TABLE sample AS SELECT * FROM cells")
    about, kept = folder / "cells.json", text_literal(str(folder / "cells.parquet"))
    about.unlink(missing_ok=True)
    warehouse.execute(f"COPY (FROM sample ORDER BY row_number) TO {kept} (FORMAT parquet)")
    sample = Sample(
        headers=raw.headers,
        read=raw.read,
        rows=int(warehouse.value("SELECT count(*) FROM sample") or 0),
        stated=raw.stated,
        notes=raw.notes,
        sheet=raw.sheet,
        sheets=raw.sheets,
        header_row=raw.header_row,
        top=tuple(tuple(cell[:60] for cell in row[:TOP_CELLS]) for row in raw.top),
        has_points=raw.has_points,
        columns=tuple(_columns(warehouse, len(raw.headers))),
        reading=file.reading,
        asked_sheet=request.sheet,
    )
    about.write_text(sample.model_dump_json(), "utf-8")
    return sample


def _columns(warehouse: Warehouse, width: int) -> Iterator[ColumnSample]:
    for index in range(1, width + 1):
        found = warehouse.row(f"SELECT count(c{index}) AS filled, count(DISTINCT c{index}) AS n FROM sample")
        examples = tuple(str(row["v"]) for row in commonest(warehouse, "sample", f"c{index}", EXAMPLES))
        yield ColumnSample(filled=found["filled"], distinct=found["n"], examples=examples)


def commonest(warehouse: Warehouse, table: str, cells: str, most: int) -> list[Row]:
    """The commonest words of a column, as v and n, case aside; `cells` is SQL over the table."""
    return warehouse.rows(
        f"SELECT min({cells}) AS v, count(*) AS n FROM {table} WHERE {cells} IS NOT NULL "
        f"GROUP BY lower({cells}) ORDER BY n DESC, v LIMIT {most}"
    )
