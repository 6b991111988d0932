"""Read bytes as a file of some name, without a home: what a reader finds, and the rows it gives."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl

from firstline.errors import FirstlineError
from firstline.intake.mapping import FilePart
from firstline.intake.reading.reader import read_file
from firstline.intake.reading.table import RawTable
from firstline.intake.request import ImportRequest
from firstline.warehouse.engine import Warehouse

Rows = dict[int, list[str | None]]


@dataclass(frozen=True)
class Given:
    """What was found in a file: `rows` and `rejects` by their number, or the error in place of all else."""

    table: RawTable | None = None
    rows: dict[int, list[str | None]] | None = None
    rejects: dict[int, tuple[str, str]] | None = None
    error: FirstlineError | None = None

    @property
    def code(self) -> str | None:
        """The error's code."""
        return self.error.code if self.error else None

    @property
    def headers(self) -> tuple[str, ...]:
        """The column names."""
        assert self.table is not None, self.error
        return self.table.headers

    @property
    def cells(self) -> list[list[str | None]]:
        """The rows in order, without their numbers."""
        assert self.rows is not None, self.error
        return [self.rows[number] for number in sorted(self.rows)]


def given(content: str | bytes, name: str = "rows.csv", member: str | None = None, **stated: object) -> Given:
    """Read a file of this name; `stated` is what the mapping says under [file]."""
    warehouse = Warehouse.open()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "given"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        scratch = Path(folder) / "scratch"
        scratch.mkdir()
        request = ImportRequest(path=path, name=name, member=member)
        try:
            table = read_file(warehouse, request, FilePart.model_validate(stated), scratch)
        except FirstlineError as error:
            return Given(error=error)
        rows = {row.pop("row_number"): list(row.values()) for row in warehouse.rows("SELECT * FROM raw")}
        rejects = {}
        if table.rejects:
            listed = warehouse.rows(f"SELECT * FROM {table.rejects}")
            rejects = {row["row_number"]: (row["reason"], row["cells"]) for row in listed}
    warehouse.close()
    assert table.read == len(rows) + len(rejects)
    assert not rows.keys() & rejects.keys()
    return Given(table, rows, rejects)


def gzipped(content: str | bytes) -> bytes:
    """The content packed as gzip does."""
    return gzip.compress(content.encode() if isinstance(content, str) else content)


def zipped(members: dict[str, str | bytes]) -> bytes:
    """A zip archive of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def workbook(sheets: dict[str, Iterable[Iterable[object]]]) -> bytes:
    """A workbook of these sheets."""
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parquet(select: str) -> bytes:
    """The rows of a SELECT as a Parquet file."""
    warehouse = Warehouse.open()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.parquet"
        warehouse.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
        warehouse.close()
        return path.read_bytes()
