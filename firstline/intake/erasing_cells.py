"""Empty the cells of forgotten persons in a file that was read, and keep the file in that form.

What feeds a field that figures are made of stays, as it stays in the landing: a file that is read again under another
mapping gives the same figures. Cells of personal fields, and of columns that no field takes, go.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from firstline.home import Home
from firstline.intake.cells import make_cells
from firstline.intake.forgotten import BETWEEN, OWNERS, Hasher, find_forgotten, knowing_marks
from firstline.intake.mapping import FieldSource
from firstline.intake.match_keys import KeyMaker, key_maker
from firstline.intake.reading.table import RawTable
from firstline.intake.staging import Staged
from firstline.model.erasure import Mark
from firstline.model.vocabulary import vocabulary
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import text_literal

BLANKED = "blanked"
NOTHING: Mapping[str, str] = {}
PARTS = r"[,;|\t\"\r\n]+"
"""What parts the cells of a line that could not be split, whatever its delimiter."""


@dataclass(frozen=True)
class Returned:
    """How many rows of a file are of persons who were forgotten, and how many of these told of them."""

    rows: int
    blanked: int


def note_forgotten(
    warehouse: Warehouse, staged: Staged, maker: KeyMaker, marks: Sequence[Mark], lines: Collection[int] = ()
) -> set[int]:
    """Make scratch table `gone_row` (row_number, unreadable): the rows of a file that are a forgotten person's, with
    the names of fields whose text could not be read; returns the row numbers.

    `lines` are further ones.
    """
    unsplit = _telling_lines(warehouse, staged.raw.rejects, maker, marks) if staged.raw.rejects else set()
    with knowing_marks(warehouse, maker, marks):
        _find_rows(warehouse, staged, {*lines, *unsplit})
    return {row["row_number"] for row in warehouse.rows("SELECT row_number FROM gone_row")}


def _find_rows(warehouse: Warehouse, staged: Staged, lines: Collection[int]) -> None:
    selects = ["SELECT unnest($lines::BIGINT[]) AS row_number, CAST(NULL AS VARCHAR) AS unreadable"]
    for index, part in enumerate(staged.parts):
        find_forgotten(warehouse, part.entity, part.table, "r.row_number", f"found_{index}")
        selects.append(f"SELECT row_number, NULL FROM found_{index}")
    warehouse.execute(f"CREATE OR REPLACE TEMP TABLE gone_row AS {' UNION ALL '.join(selects)}", {"lines": [*lines]})
    unread = " UNION ALL ".join(f"SELECT row_number, unreadable FROM {part.table}" for part in staged.parts)
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE gone_row AS SELECT g.row_number, string_agg(u.unreadable, ',') AS unreadable "
        f"FROM (SELECT DISTINCT row_number FROM gone_row) g LEFT JOIN ({unread}) u USING (row_number) GROUP BY ALL"
    )


def _telling_lines(warehouse: Warehouse, rejects: str, maker: KeyMaker, marks: Sequence[Mark]) -> set[int]:
    """The lines that could not be split in which an id, a number or an address of a forgotten person stands."""
    known = {(mark.kind, mark.hash) for mark in marks}
    hasher = Hasher(maker.secret)

    def is_known(text: str) -> bool:
        if any((kind, hasher.hash_of(kind, BETWEEN + text)) in known for kind in OWNERS.values()):
            return True
        keys = {kind: maker.key(kind, text) for kind in ("phone", "email")}
        return any(key is not None and (kind, hasher.hash_of(kind, key)) in known for kind, key in keys.items())

    return {
        row["row_number"]
        for row in warehouse.rows(f"SELECT row_number, cells FROM {rejects} WHERE cells IS NOT NULL")
        if any(is_known(text) for text in {each.strip() for each in re.split(PARTS, row["cells"])} if text)
    }


def texts_of_others(staged: Staged) -> dict[str, str]:
    """By column of the raw table: a SELECT of the texts in it, of rows that are not in `gone_row`, as far as no field
    of figures is read from it."""
    kept = kept_headers(staged)
    columns = [staged.raw.column(header) for header in staged.raw.headers if header not in kept]
    return {
        column: f"SELECT {column} AS text FROM {staged.raw.name} ANTI JOIN gone_row USING (row_number)"
        for column in columns
    }


def blank_rows(warehouse: Warehouse, staged: Staged, said: Mapping[str, str] = NOTHING) -> RawTable:
    """The file's rows, in another scratch table, with the cells of `gone_row` empty and its unsplit lines out.

    `said` is SQL, by column of the raw table, for whether cells of other rows are to be empty, too.
    """
    raw, stays = staged.raw, _stays(staged)
    cells = "".join(
        f", CASE WHEN (g.row_number IS NULL AND NOT {said.get(raw.column(header), 'false')}) OR "
        f"(g.row_number IS NOT NULL AND {stays[header]}) THEN raw.c{index} END AS c{index}"
        for index, header in enumerate(raw.headers, start=1)
    )
    warehouse.execute(
        f"CREATE OR REPLACE TEMP TABLE {BLANKED} AS SELECT raw.row_number{cells} FROM {raw.name} raw "
        "LEFT JOIN gone_row g USING (row_number)"
    )
    if raw.rejects:
        warehouse.execute(f"DELETE FROM {raw.rejects} WHERE row_number IN (SELECT row_number FROM gone_row)")
    return replace(raw, name=BLANKED)


def forget_again(home: Home, warehouse: Warehouse, staged: Staged) -> tuple[Staged, Returned]:
    """A file without what tells of persons who were forgotten: their rows are in scratch table `gone_row`, their cells
    empty. The parts stay as they are, so that rows are recognised that are here already."""
    marks = [mark for batch in home.ledger.batches() for mark in batch.erases]
    warehouse.execute("CREATE OR REPLACE TEMP TABLE gone_row (row_number BIGINT, unreadable VARCHAR)")
    if not marks:
        return staged, Returned(0, 0)
    rows = note_forgotten(warehouse, staged, key_maker(home), marks)
    if not rows:
        return staged, Returned(0, 0)
    to_blank, _ = cells_to_blank(warehouse, staged)
    raw = blank_rows(warehouse, staged)
    cells = make_cells(warehouse, raw, staged.mapping.file.null_words)
    cells.asked.update(staged.cells.asked)
    return replace(staged, raw=raw, cells=cells), Returned(len(rows), to_blank)


def cells_to_blank(warehouse: Warehouse, staged: Staged) -> tuple[int, Counter[str]]:
    """How many rows of `gone_row` have cells that are to go, and what such cells say that could not be read, with
    how many of them say it."""
    raw, stays = staged.raw, _stays(staged)
    cells = {header: f"CASE WHEN NOT ({stays[header]}) THEN raw.{raw.column(header)} END" for header in raw.headers}
    joined = f"FROM {raw.name} raw JOIN gone_row g USING (row_number)"
    rows = warehouse.value(f"SELECT count(*) {joined} WHERE coalesce({', '.join(cells.values())}) IS NOT NULL")
    if raw.rejects:
        rows += warehouse.value(f"SELECT count(*) FROM {raw.rejects} SEMI JOIN gone_row USING (row_number)")
    texts = Counter[str]()
    for header in kept_headers(staged):
        cell = cells[header]
        found = warehouse.rows(f"SELECT trim({cell}) AS text, count(*) AS n {joined} WHERE {cell} <> '' GROUP BY text")
        texts.update({row["text"]: row["n"] for row in found})
    return int(rows), texts


def kept_headers(staged: Staged) -> set[str]:
    """The columns that only fields of figures are read from, under this mapping."""
    personal = {header for header, name, is_personal in _readings(staged) if is_personal}
    file = staged.mapping.file
    dating = {file.complete_until, file.snapshot_at, *file.key} & {*staged.raw.headers}
    return (staged.reader.used | {header for header in dating if header}) - personal


def _stays(staged: Staged) -> dict[str, str]:
    """By column: SQL for whether its cell stays in a row `g` that is to be emptied."""
    kept = kept_headers(staged)
    found = {}
    for header in staged.raw.headers:
        fields = sorted({name for each, name, _ in _readings(staged) if each == header})
        listed = ", ".join(text_literal(name) for name in fields)
        read = f"NOT coalesce(list_has_any(string_split(g.unreadable, ','), [{listed}]), false)" if fields else "true"
        found[header] = read if header in kept else "false"
    return found


def _readings(staged: Staged) -> Iterator[tuple[str, str, bool]]:
    """Every column that a field is read from, with the field's name and whether it is personal data."""
    mapping = staged.mapping
    groups: list[tuple[str, Mapping[str, FieldSource]]] = [(each.entity, each.fields) for each in mapping.also]
    if mapping.events is None:
        groups.append((staged.plans[0].entity.name, mapping.fields))
    else:
        groups += [("ticket_event", {**mapping.events.fields, "at": mapping.events.at}), ("ticket", mapping.fields)]
    for entity, fields in groups:
        personal = {each.name for each in vocabulary()[entity].personal_fields}
        for name, source in fields.items():
            named = {header for header in staged.raw.headers if source.expr is not None and header in source.expr}
            for header in (*source.used_columns, *named):
                yield header, name, name in personal
