"""What an import asks for, and what it answers: the record of the command-line contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from firstline.model.batch import Batch


@dataclass(frozen=True)
class Mending:
    """Rows of `batch` that were quarantined and are brought again: they are read as what they were in its file.

    The file of such a request is a Parquet file of `row_number`, as it was in the first file, and the cells c1..cn
    under `headers`.
    """

    batch: Batch
    headers: tuple[str, ...]


@dataclass(frozen=True)
class Rereading:
    """A kept file is read again: `first` is the batch that brought it first, `withdrawal` the one that withdrew it."""

    first: Batch
    withdrawal: int


@dataclass(frozen=True)
class ImportRequest:
    """One file to import. `mapping_text` is TOML (None: match the header names); instants are aware.

    `name` is what it is called and tells its kind; `member` is the file meant in a zip archive, `name` then goes on to
    it: archive.zip/calls.csv. `source` is the source whose kept mapping is to be used, where the file came with its
    name. `asks_first`: a file that no kept mapping reads, and whose columns have not all our own names, is asked about
    and not imported. `is_one_of_sheets`: the sheet was not named, each of its workbook is tried.
    """

    path: Path
    name: str
    entity: str | None = None
    mapping_text: str | None = None
    mapping_name: str = "mapping"
    sheet: str | None = None
    member: str | None = None
    exported_at: datetime | None = None
    complete_until: datetime | None = None
    source: str | None = None
    mends: Mending | None = None
    again: Rereading | None = None
    asks_first: bool = False
    is_one_of_sheets: bool = False

    @property
    def first(self) -> Batch | None:
        """The batch that brought these rows first, when they are brought again."""
        return self.again.first if self.again else self.mends.batch if self.mends else None


INSIDE = ("exit_code", "faults")
"""What of a record is not part of its JSON form."""


@dataclass(frozen=True)
class ImportRecord:
    """What became of one file. read = accepted + unchanged + quarantined, in source rows.

    `batch` is the last of `batches` (a large file is several); `error` is {code, message, hint} or None;
    `mapping` the TOML that was or would be used, `mapping_from` says in words where it is from; `new_values` are values
    of translated columns that have no meaning yet (see `model.batch.NewValue`); `preview` the first rows as they are
    read (dry run only). `faults` say what is wrong with the first quarantined rows; they quote cells, so that they are
    for the one who sent the file and not part of the JSON form.
    """

    path: str
    entity: str | None = None
    entities: dict[str, int] = field(default_factory=dict)
    read: int = 0
    accepted: int = 0
    unchanged: int = 0
    quarantined: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    batch: int | None = None
    batches: tuple[int, ...] = ()
    sheet: str | None = None
    stated: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    error: dict[str, str] | None = None
    mapping: str | None = None
    mapping_from: str | None = None
    new_values: tuple[dict[str, Any], ...] = ()
    preview: tuple[dict[str, Any], ...] = ()
    exit_code: int = 0

    def as_json(self) -> dict[str, Any]:
        """A JSON-ready dictionary of the contract's keys and ours."""
        plain = {name: value for name, value in self.__dict__.items() if name not in INSIDE}
        for name in ("batches", "stated", "warnings", "new_values", "preview"):
            plain[name] = list(plain[name])
        return plain
