"""Landed files without a person's rows: personal data, leftovers, quarantined rows, reasons of corrections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from firstline.home import Home
from firstline.landing.files import LEFTOVER, PERSONAL, QUARANTINE
from firstline.landing.folder import columns_of
from firstline.model.batch import Batch, Reword
from firstline.model.entity import Entity
from firstline.model.erasure import Replacement
from firstline.model.vocabulary import vocabulary
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import text_literal

ERASED = "(erased)"
"""Stands where a text was that had to go while its row stays."""
TELLING = (
    "name", "phone", "email", "street_address", "address", "serial", "mac", "device_serial", "device_mac", "value",
    "host_name",
)  # fmt: skip
"""Personal fields whose text tells who it is wherever it stands; a town or a comment does not."""
LEAST_LETTERS = 5
"""Shorter texts stand in too many cells that have nothing to do with the person (judgement)."""
TOLD_BY_ID = ("subscriber", "account", "service")


@dataclass
class Erasing:
    """What is being erased from the landing, on a connection whose scratch table `gone` has the person's rows.

    `number` is the erasure's, None when it is only tried out: nothing is written then. `counts` are rows by kind.
    """

    home: Home
    warehouse: Warehouse
    batches: Sequence[Batch]
    number: int | None
    replaces: list[Replacement] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def find_lines(erasing: Erasing) -> dict[int, list[int]]:
    """The row numbers, by batch, of the rows of files that became the person's, or are quarantined and tell of them."""
    warehouse = erasing.warehouse
    warehouse.execute("CREATE OR REPLACE TEMP TABLE gone_line (batch BIGINT, row_number BIGINT)")
    warehouse.execute("CREATE OR REPLACE TEMP TABLE telling (text VARCHAR)")
    for batch in erasing.batches:
        for entity in vocabulary().values():
            _note_lines(erasing, batch, entity)
            _note_telling(erasing, batch, entity)
    for batch in erasing.batches:
        _note_quarantined(erasing, batch)
    lines: dict[int, list[int]] = {}
    for row in warehouse.rows("SELECT DISTINCT batch, row_number FROM gone_line ORDER BY ALL"):
        lines.setdefault(row["batch"], []).append(row["row_number"])
    return lines


def erase_from_landing(erasing: Erasing, lines: Mapping[int, Collection[int]]) -> None:
    """Write landed files anew without the person's rows; `lines` are their row numbers by batch."""
    for number, rows in lines.items():
        erasing.warehouse.execute(f"INSERT INTO gone_line SELECT {number}, unnest($rows::BIGINT[])", {"rows": [*rows]})
    for batch in erasing.batches:
        for entity in vocabulary().values():
            _erase_personal(erasing, batch, entity)
        for kind in (QUARANTINE, LEFTOVER):
            if batch.file(kind) is not None:
                _rewrite(erasing, batch, kind, _on_line(batch))
        _erase_reasons(erasing, batch)


def telling_texts(warehouse: Warehouse) -> list[str]:
    """The texts that tell who the person is."""
    return [row["text"] for row in warehouse.rows("SELECT DISTINCT text FROM telling ORDER BY text")]


def reworded(batches: Iterable[Batch], telling: Sequence[str], unread: Collection[str]) -> list[Reword]:
    """What the records of batches say without these texts, where they quote one.

    `unread` are what cells of the person say that are no values; one that stands elsewhere, too, is a source's word.
    """
    longest_first = sorted(telling, key=len, reverse=True)
    alone = [f"'{text}' (1)" for text in unread]
    found = []
    for batch in batches:
        warnings = tuple(_without(warning, [*longest_first, *alone]) for warning in batch.warnings)
        new_values = tuple(
            each
            for each in batch.new_values
            if _without(each.value, telling) == each.value and not (each.rows == 1 and each.value in unread)
        )
        if (warnings, new_values) != (batch.warnings, batch.new_values):
            found.append(Reword(batch=batch.number, warnings=warnings, new_values=new_values))
    return found


def _without(text: str, telling: Sequence[str]) -> str:
    for each in telling:
        text = text.replace(each, ERASED)
    return text


def _note_lines(erasing: Erasing, batch: Batch, entity: Entity) -> None:
    """Where the person's rows stood in the file of a batch."""
    path = batch.file(entity.name)
    if path is not None:
        erasing.warehouse.execute(
            f"INSERT INTO gone_line SELECT {batch.number}, f.row_number FROM {_file(erasing, path)} "
            f"WHERE {_is_gone(entity)}"
        )


def _note_telling(erasing: Erasing, batch: Batch, entity: Entity) -> None:
    path = batch.file(f"{PERSONAL}/{entity.name}")
    if path is None:
        return
    for column in _personal_columns(erasing, batch, entity, TELLING):
        erasing.warehouse.execute(
            f"INSERT INTO telling SELECT DISTINCT trim({column}) FROM {_file(erasing, path)} "
            f"WHERE length(trim({column})) >= {LEAST_LETTERS} AND {_is_gone(entity)}"
        )


def _erase_personal(erasing: Erasing, batch: Batch, entity: Entity) -> None:
    """Land the personal data of an entity without the person's; a row of theirs that says nothing may stay."""
    said = ", ".join(_personal_columns(erasing, batch, entity))
    if said:
        gone = f"({_is_gone(entity)} AND coalesce({said}) IS NOT NULL)"
        _rewrite(erasing, batch, f"{PERSONAL}/{entity.name}", gone, "content_hash")


def _personal_columns(erasing: Erasing, batch: Batch, entity: Entity, only: Collection[str] | None = None) -> list[str]:
    """SQL of the personal fields in a batch's file, all or `only` these; one of an older release may lack some."""
    path = batch.file(f"{PERSONAL}/{entity.name}")
    if path is None:
        return []
    present = columns_of(erasing.warehouse, erasing.home.landing.folder / path)
    names = [field.name for field in entity.personal_fields if field.name in present]
    return [f'f."{name}"' for name in names if only is None or name in only]


def _note_quarantined(erasing: Erasing, batch: Batch) -> None:
    """Quarantined rows are nobody's for certain: one that tells of the person goes."""
    path = batch.file(QUARANTINE)
    if path is None:
        return
    told = (
        "EXISTS (SELECT 1 FROM telling t WHERE contains(lower(f.cells), lower(t.text))) OR EXISTS (SELECT 1 "
        f"FROM gone g WHERE g.entity IN ({', '.join(map(text_literal, TOLD_BY_ID))}) AND length(g.thing) > 2 "
        "AND regexp_matches(f.cells, '(^|[^0-9A-Za-z])' || regexp_escape(g.thing) || '($|[^0-9A-Za-z])'))"
    )
    erasing.warehouse.execute(
        f"INSERT INTO gone_line SELECT {batch.number}, f.row_number FROM {_file(erasing, path)} WHERE {told}"
    )


def _erase_reasons(erasing: Erasing, batch: Batch) -> None:
    """A correction stays, as figures rest on it; what was written about it goes."""
    path = batch.file("row_correction")
    if path is None:
        return
    theirs = (
        f"f.reason IS DISTINCT FROM '{ERASED}' AND EXISTS (SELECT 1 FROM gone g WHERE g.entity = f.entity "
        "AND g.source_id = f.row_id AND g.scope IN ('', f.row_source))"
    )
    kept = f"* REPLACE (CASE WHEN {theirs} THEN '{ERASED}' ELSE f.reason END AS reason)"
    _rewrite(erasing, batch, "row_correction", theirs, "content_hash", f"SELECT {kept} FROM {_file(erasing, path)}")


def _rewrite(
    erasing: Erasing,
    batch: Batch,
    kind: str,
    gone: str,
    row_hash: str = "md5(CAST(r AS VARCHAR))",
    select: str | None = None,
) -> None:
    """Land a batch's file of a kind without the rows that `gone` says, or as `select` gives it, if there are any."""
    path = batch.file(kind)
    assert path is not None
    file = _file(erasing, path)
    rows = int(erasing.warehouse.value(f"SELECT count(*) FROM {file} WHERE {gone}") or 0)
    erasing.counts[kind] += rows
    if not rows or erasing.number is None:
        return
    kept = select or f"SELECT * FROM {file} WHERE NOT coalesce({gone}, false)"
    name = f"{kind}/{erasing.number:08d}-{batch.number:08d}.parquet"
    landed = erasing.home.landing.write(erasing.warehouse, kind, batch, kept, row_hash, name)
    erasing.replaces.append(Replacement(batch=batch.number, was=path, file=landed))


def _file(erasing: Erasing, path: str) -> str:
    return f"read_parquet({text_literal(str(erasing.home.landing.folder / path))}) f"


def _is_gone(entity: Entity) -> str:
    scope = "f.source_system" if entity.owner == "source" else "''"
    return (
        f"EXISTS (SELECT 1 FROM gone g WHERE g.entity = '{entity.name}' AND g.scope = {scope} "
        "AND g.source_id = f.source_id)"
    )


def _on_line(batch: Batch) -> str:
    return f"f.row_number IN (SELECT row_number FROM gone_line WHERE batch = {batch.number})"
