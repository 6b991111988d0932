"""Read a mended export of the quarantine: check which entries its rows are, and cut it into one import for each batch.

Each row is read with the mapping, export date and date formats of the batch that quarantined it, under its first row
number, so that the version rule and the next look at the quarantine see it as the row it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from firstline.errors import FirstlineError, MisuseError, UnreadableError
from firstline.home import Home
from firstline.intake.guarded import unguarded
from firstline.intake.mapping import FilePart, mapping_error, read_mapping
from firstline.intake.quarantine import check_batch, entries_sql
from firstline.intake.reading.mended import ENTRY, OWN_COLUMNS
from firstline.intake.reading.reader import read_file
from firstline.intake.reading.table import RawTable
from firstline.intake.reading.workbook import sheet_names
from firstline.intake.request import ImportRequest, Mending
from firstline.model.batch import Batch
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import text_literal

TEXT_KINDS = (".csv", ".tsv", ".txt")
WORKBOOK_KINDS = (".xlsx", ".xlsm")
AS_EXPORTED = FilePart(header_row=1, skip_total=False)
"""How our own exports are laid out, whatever their cells say."""
EXPORT_HINT = "Make one with 'firstline quarantine export', mend its cells, and leave its quarantine_ columns."
IMPORTED = "is_open AND NOT is_unfilled"


@dataclass(frozen=True)
class RetryRequest:
    """A mended export to bring back; `mapping_text` (TOML) stands in for the mappings the rows were read with."""

    path: Path
    name: str
    mapping_text: str | None = None
    mapping_name: str = "mapping"


@dataclass(frozen=True)
class MendedFile:
    """What a mended export asks for: an import for each batch it has rows of.

    `closed_before` counts rows whose entry is closed already, `unfilled` (by reason) rows of lines that could not be
    split and whose cells are still empty: neither is imported.
    """

    imports: tuple[ImportRequest, ...]
    closed_before: int
    unfilled: Mapping[str, int]


def read_mended_file(home: Home, warehouse: Warehouse, request: RetryRequest, scratch: Path) -> MendedFile:
    """Read and check a mended export; the files of its imports are made in `scratch`.

    Raises UnreadableError for a file that cannot be read whole, MisuseError for one that is no export of ours or that
    names an entry that is not there: nothing of it is imported then.
    """
    batches = {batch.number: batch for batch in home.ledger.batches()}
    entries = entries_sql(home.landing.folder, list(batches.values()))
    warehouse.execute(f"CREATE OR REPLACE TEMP TABLE entry AS {entries}")
    imports: list[ImportRequest] = []
    closed, unfilled = 0, dict[str, int]()
    for raw in _tables(warehouse, request, scratch):
        headers = _match(warehouse, raw, request.name)
        _check(warehouse, batches, request.name)
        for number, needed in _batches_met(warehouse).items():
            if missing := [header for header in needed if header not in headers]:
                problem = f"{request.name} lacks the column '{missing[0]}' of batch {number}."
                raise MisuseError("missing_column", problem, "Export the rows again, and leave all columns there.")
            path = scratch / f"mended-{len(imports)}.parquet"
            cells = "".join(f", c{index}" for index in range(1, len(headers) + 1))
            warehouse.execute(
                f"COPY (SELECT entry_row AS row_number{cells} FROM mended WHERE batch = {number} AND {IMPORTED} "
                f"ORDER BY entry_row) TO {text_literal(str(path))} (FORMAT parquet)"
            )
            imports.append(_import(request, batches[number], path, headers))
        closed += int(warehouse.value("SELECT count(*) FROM mended WHERE NOT is_open") or 0)
        left = "SELECT reason, count(*) AS n FROM mended WHERE is_open AND is_unfilled GROUP BY reason ORDER BY reason"
        for row in warehouse.rows(left):
            unfilled[row["reason"]] = unfilled.get(row["reason"], 0) + row["n"]
    return MendedFile(tuple(imports), closed, unfilled)


def _tables(warehouse: Warehouse, request: RetryRequest, scratch: Path) -> Iterator[RawTable]:
    """The tables of the file, one after the other in scratch table `raw`: a workbook has one on each sheet."""
    kind = Path(request.name).suffix.lower()
    if not request.path.is_file():
        raise UnreadableError("no_such_file", f"There is no file {request.name}.", "Check the path.")
    if kind in TEXT_KINDS:
        sheets: list[str | None] = [None]
    elif kind in WORKBOOK_KINDS:
        sheets = [*sheet_names(request.path, request.name)]
    else:
        problem = f"{request.name}: mended rows come in files of type {', '.join((*TEXT_KINDS, *WORKBOOK_KINDS))}."
        raise UnreadableError("unknown_format", problem, EXPORT_HINT)
    for sheet in sheets:
        asked = ImportRequest(path=request.path, name=request.name, sheet=sheet)
        raw = read_file(warehouse, asked, AS_EXPORTED, scratch)
        if raw.rejects:
            told = warehouse.value(f"SELECT arg_min(detail, row_number) FROM {raw.rejects}")
            raise UnreadableError("unreadable_row", f"{request.name}: {told}", "Mend the line; nothing was imported.")
        yield raw


def _match(warehouse: Warehouse, raw: RawTable, name: str) -> tuple[str, ...]:
    """Scratch table `mended`: the file's rows beside their entries; returns the headers of its cells c1..cn."""
    for own in ENTRY:
        if own not in raw.headers:
            raise MisuseError("not_an_export", f"{name} has no column '{own}'.", EXPORT_HINT)
    columns = [raw.column(header) for header in raw.headers if header not in OWN_COLUMNS]
    cells = "".join(f", {unguarded(column)} AS c{index}" for index, column in enumerate(columns, start=1))
    filled = " OR ".join(f"trim({column}) <> ''" for column in columns) or "false"
    batch, row = (f"TRY_CAST(trim({raw.column(own)}) AS BIGINT)" for own in ENTRY)
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE mended AS SELECT given.*, entry.reason, entry.headers, entry.is_open, "
        "entry.batch IS NOT NULL AS is_known, NOT is_filled AND coalesce(CASE WHEN json_valid(entry.cells) "
        "THEN json_type(entry.cells) END, '') <> 'OBJECT' AS is_unfilled FROM ("
        f"SELECT row_number AS line, {batch} AS batch, {row} AS entry_row, coalesce({filled}, false) AS is_filled"
        f"{cells} FROM {raw.name}) given LEFT JOIN entry ON entry.batch = given.batch "
        "AND entry.row_number = given.entry_row"
    )
    return tuple(_plain(header) for header in raw.headers if header not in OWN_COLUMNS)


def _check(warehouse: Warehouse, batches: Mapping[int, Batch], name: str) -> None:
    """Refuse rows that are no entry, or the same one as another row."""
    strangers = warehouse.rows("SELECT * FROM mended WHERE NOT is_known ORDER BY line LIMIT 1")
    if strangers:
        line, batch, row = (strangers[0][key] for key in ("line", "batch", "entry_row"))
        if batch is None or row is None:
            hint = "Rows can be changed and left out, but not added: import new ones as a file of their own."
            raise MisuseError("unknown_entry", f"{name}: row {line} does not say which entry it is.", hint)
        try:
            check_batch(batches.values(), batch)
        except FirstlineError as error:
            raise MisuseError(error.code, f"{name}, row {line}: {error.message}", error.hint) from None
        hint = "'firstline quarantine list' shows what is; leave the quarantine_ columns as they were exported."
        raise MisuseError("unknown_entry", f"{name}, row {line}: row {row} of batch {batch} is not quarantined.", hint)
    twice = warehouse.rows(
        "SELECT batch, entry_row, list(line ORDER BY line) AS lines FROM mended GROUP BY batch, entry_row "
        "HAVING count(*) > 1 ORDER BY lines LIMIT 1"
    )
    if twice:
        first, second = twice[0]["lines"][:2]
        problem = (
            f"{name}: rows {first} and {second} are both row {twice[0]['entry_row']} of batch {twice[0]['batch']}."
        )
        raise MisuseError("repeated_entry", problem, "Leave one; import a further row as a file of its own.")


def _batches_met(warehouse: Warehouse) -> dict[int, list[str]]:
    """The batches of the rows that are to be imported, each with the columns of its file (as far as they are kept)."""
    found = warehouse.rows(
        f"SELECT batch, max(headers) AS headers FROM mended WHERE {IMPORTED} GROUP BY batch ORDER BY batch"
    )
    return {row["batch"]: json.loads(row["headers"] or "[]") for row in found}


def _import(request: RetryRequest, batch: Batch, path: Path, headers: tuple[str, ...]) -> ImportRequest:
    """The import of the rows of one batch, with everything that was said of it."""
    text, name = request.mapping_text, request.mapping_name
    if text is None:
        text, name = batch.mapping or "", f"the mapping of batch {batch.number}"
    mapping = read_mapping(text, name)
    if mapping.source != batch.source:
        problem = f"source = '{mapping.source}', but the rows of batch {batch.number} came from '{batch.source}'."
        hint = f'Write source = "{batch.source}", or bring rows of other sources in a file of their own.'
        raise mapping_error(text, name, ["source"], problem, hint)
    stated = {reach.stated_until for reach in batch.reach.values()}
    return ImportRequest(
        path=path,
        name=request.name,
        entity=batch.entity if mapping.file.entity is None and mapping.events is None else None,
        mapping_text=text,
        mapping_name=name,
        sheet=batch.sheet,
        exported_at=batch.exported_at,
        # where the entities of the file reach differently far, the mapping says how far
        complete_until=stated.pop() if len(stated) == 1 else None,
        mends=Mending(batch, headers),
    )


def _plain(header: str) -> str:
    return header[1:] if header.startswith("'") and header.lstrip("'")[:1] in ("=", "+", "-", "@") else header
