"""The first rows of a waiting file, read once and kept beside it: the editor reads them again at every change."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from firstline.intake.mapping import FilePart
from firstline.intake.reading.mended import refuse_reserved
from firstline.intake.reading.reader import read_file
from firstline.intake.reading.table import RawTable
from firstline.intake.request import ImportRequest
from firstline.settings import Settings
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.tables import create_tables
from firstline.warehouse.text import text_literal

SAMPLE_ROWS = 20_000
"""Enough to see how columns are written, and read again within a moment."""


class Sample(BaseModel):
    """What is known of the file: its column names, its rows, and how many of them are in the sample.

    `stated` is what was found (encoding, delimiter ...), `reading` how it was asked to be read.
    """

    model_config = ConfigDict(frozen=True)

    headers: tuple[str, ...]
    read: int
    rows: int
    stated: tuple[str, ...]
    notes: tuple[str, ...]
    sheet: str | None
    has_points: bool
    reading: FilePart

    @property
    def is_whole(self) -> bool:
        """Whether all rows of the file are in it."""
        return self.rows >= self.read


@contextmanager
def sampled(
    home: Path, folder: Path, settings: Settings, request: ImportRequest, file: FilePart
) -> Iterator[tuple[Warehouse, Sample, RawTable]]:
    """The sample of a file in an engine of its own, beside which imports go on; `folder` keeps it for next time.

    Raises UnreadableError or MisuseError where the file cannot be read.
    """
    with tempfile.TemporaryDirectory(dir=home / "scratch") as scratch:
        sample = _kept(folder, file)
        if sample is None:
            with _engine(Path(scratch)) as warehouse, warehouse.within(settings.import_memory_mb):
                sample = _take(warehouse, folder, request, file, Path(scratch))
        with _engine(Path(scratch)) as warehouse:
            create_tables(warehouse)
            rows = text_literal(str(folder / "sample.parquet"))
            warehouse.execute(f"CREATE TEMP TABLE raw AS SELECT * FROM read_parquet({rows})")
            found = (sample.headers, sample.rows, sample.stated, None, sample.sheet, (), sample.has_points)
            yield warehouse, sample, RawTable("raw", *found)


@contextmanager
def _engine(scratch: Path) -> Iterator[Warehouse]:
    warehouse = Warehouse.open(temp_folder=scratch)
    try:
        yield warehouse
    finally:
        warehouse.close()


def _kept(folder: Path, file: FilePart) -> Sample | None:
    about = folder / "sample.json"
    if not about.exists():
        return None
    sample = Sample.model_validate_json(about.read_text("utf-8"))
    return sample if sample.reading == file.reading else None


def _take(warehouse: Warehouse, folder: Path, request: ImportRequest, file: FilePart, scratch: Path) -> Sample:
    raw = read_file(warehouse, request, file, scratch)
    refuse_reserved(raw, request.name)
    target = text_literal(str(folder / "sample.parquet"))
    first = f"SELECT * FROM {raw.name} ORDER BY row_number LIMIT {SAMPLE_ROWS}"
    warehouse.execute(f"COPY ({first}) TO {target} (FORMAT parquet)")
    sample = Sample(
        headers=raw.headers,
        read=raw.read,
        rows=int(warehouse.value(f"SELECT count(*) FROM read_parquet({target})") or 0),
        stated=raw.stated,
        notes=raw.notes,
        sheet=raw.sheet,
        has_points=raw.has_points,
        reading=file.reading,
    )
    (folder / "sample.json").write_text(sample.model_dump_json(), "utf-8")
    return sample
