"""Kept files in which a person stood: read again as they were read, and kept as cells without what tells of them."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

from firstline.errors import FirstlineError
from firstline.home import Home
from firstline.intake.erasing_cells import blank_rows, cells_to_blank, note_forgotten, texts_of_others
from firstline.intake.mapping import read_mapping
from firstline.intake.match_keys import KeyMaker
from firstline.intake.reading.kept_cells import kept_cells_name, sha256_in, write_kept_cells
from firstline.intake.request import ImportRequest, Mending, Rereading
from firstline.intake.staging import Staged, stage_file
from firstline.landing.files import sha256_of
from firstline.landing.received import received_file
from firstline.model.batch import RECEIVED, Batch
from firstline.model.erasure import LandedFile, Mark, Replacement
from firstline.refresh.mentions import Mentions, note_said, says
from firstline.warehouse.engine import Warehouse

Table = tuple[str | None, str | None, int | None]
"""One table of a kept file: the member of an archive, the sheet of a workbook, the batch whose rows it mends."""


@dataclass(frozen=True)
class Found:
    """The row numbers of a person's rows in a table, and how many of them have cells that are to go."""

    rows: set[int]
    to_blank: int


@dataclass
class ReceivedErasing:
    """What is being erased from the kept files. `lines` are row numbers of the person's rows by batch; `number` is the
    erasure's, None when it is only tried out. `dropped` are files that could not be read again and go as a whole,
    `unread` what cells of theirs say that are no values, with in how many of a table at most.
    """

    home: Home
    maker: KeyMaker
    marks: Sequence[Mark]
    mentions: Mentions
    lines: Mapping[int, Sequence[int]]
    batches: Sequence[Batch]
    number: int | None
    replaces: list[Replacement] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    dropped: list[str] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)


def erase_from_received(erasing: ReceivedErasing) -> dict[int, set[int]]:
    """Write kept files in which the person stands anew, each of their tables for itself.

    Returns the row numbers of the person's rows by batch, those that it found among the rest.
    """
    lines: dict[int, set[int]] = {}
    names = dict.fromkeys(batch.received for batch in erasing.batches if batch.received)
    for name in names:
        if name and received_file(erasing.home.path, name).exists():
            _erase_file(erasing, name, [batch for batch in erasing.batches if batch.received == name], lines)
    return lines


def _erase_file(erasing: ReceivedErasing, name: str, batches: Sequence[Batch], lines: dict[int, set[int]]) -> None:
    tables: dict[Table, list[Batch]] = {}
    before = len(erasing.replaces)
    for batch in batches:
        tables.setdefault((batch.member, batch.sheet, batch.mends), []).append(batch)
    try:
        found = {table: _find(erasing, of_table) for table, of_table in tables.items()}
        for table, of_table in tables.items():
            for batch in of_table:
                span = range(batch.first_row, batch.last_row + 1)
                lines[batch.number] = {row for row in found[table].rows if row in span}
        to_blank = sum(each.to_blank for each in found.values())
        erasing.counts[RECEIVED] += to_blank
        if erasing.number is None or not to_blank:
            return
        for index, (table, of_table) in enumerate(tables.items()):
            target = received_file(erasing.home.path, kept_cells_name(sha256_in(name), erasing.number, index))
            _stage(erasing, of_table[-1], found[table].rows, target)
            _replace(erasing, name, of_table, target)
    except FirstlineError:
        # what cannot be read cannot be searched either
        del erasing.replaces[before:]
        erasing.dropped.append(batches[0].file_name)
        _replace(erasing, name, batches, None)


def _find(erasing: ReceivedErasing, batches: Sequence[Batch]) -> Found:
    """The person's rows under every mapping that the table was read with."""
    rows = {row for batch in batches for row in erasing.lines.get(batch.number, ())}
    to_blank = 0
    for batch in {each.mapping: each for each in batches}.values():
        found = _stage(erasing, batch, rows, None)
        rows, to_blank = rows | found.rows, max(to_blank, found.to_blank)
    return Found(rows, to_blank)


def _stage(erasing: ReceivedErasing, batch: Batch, lines: Iterable[int], target: Path | None) -> Found:
    """Read a table with the mapping of a batch and find the person's rows in it; keep it without them in `target`."""
    home = erasing.home
    warehouse = home.warehouse.cursor()
    try:
        with tempfile.TemporaryDirectory(dir=home.path / "scratch") as scratch:
            accepted_at = batch.accepted_at.astimezone(UTC).replace(tzinfo=None)
            request = _request(erasing, batch)
            staged = stage_file(home, warehouse, request, accepted_at, Path(scratch), formats=batch.formats)
            rows = note_forgotten(warehouse, staged, erasing.maker, erasing.marks, [*lines])
            to_blank, unread = cells_to_blank(warehouse, staged)
            erasing.unread |= unread
            said = _said(erasing, warehouse, staged)
            if target is not None:
                write_kept_cells(warehouse, blank_rows(warehouse, staged, said), target)
            return Found(rows, to_blank + _rows_that_say(warehouse, staged, said))
    finally:
        warehouse.close()


def _said(erasing: ReceivedErasing, warehouse: Warehouse, staged: Staged) -> dict[str, str]:
    """SQL, by column, for whether a cell of somebody else's row tells of the person."""
    texts = texts_of_others(staged)
    note_said(warehouse, erasing.mentions, [*texts.values()])
    return {column: says(column, erasing.mentions.erased) for column in texts}


def _rows_that_say(warehouse: Warehouse, staged: Staged, said: Mapping[str, str]) -> int:
    if not said:
        return 0
    told = f"SELECT count(*) FROM {staged.raw.name} raw ANTI JOIN gone_row USING (row_number) WHERE "
    return int(warehouse.value(told + " OR ".join(said.values())))


def _request(erasing: ReceivedErasing, batch: Batch) -> ImportRequest:
    """The request with which the table was imported by this batch."""
    assert batch.received is not None
    mapping = read_mapping(batch.mapping or "", f"the mapping of batch {batch.number}")
    mended = next((each for each in erasing.batches if each.number == batch.mends), None)
    return ImportRequest(
        path=received_file(erasing.home.path, batch.received),
        name=batch.file_name,
        entity=batch.entity if mapping.file.entity is None and mapping.events is None else None,
        mapping_text=batch.mapping,
        sheet=batch.sheet,
        member=batch.member,
        exported_at=batch.exported_at,
        complete_until=batch.complete_until,
        mends=Mending(mended, batch.headers) if mended else None,
        again=Rereading(batch, 0),
    )


def _replace(erasing: ReceivedErasing, name: str, batches: Iterable[Batch], target: Path | None) -> None:
    file = None
    if target is not None:
        file = LandedFile(path=f"{RECEIVED}/{target.name}", rows=0, sha256=sha256_of(target))
    erasing.replaces += [Replacement(batch=batch.number, was=f"{RECEIVED}/{name}", file=file) for batch in batches]
