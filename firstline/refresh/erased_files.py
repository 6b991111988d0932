"""Landed files without a person's rows: personal data, leftovers, quarantined rows, reasons of corrections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from firstline.home import Home
from firstline.landing.files import LEFTOVER, PERSONAL, QUARANTINE
from firstline.landing.folder import columns_of
from firstline.model.batch import Batch, Reword
from firstline.model.entity import Entity
from firstline.model.erasure import ERASED, Replacement
from firstline.model.vocabulary import vocabulary
from firstline.refresh.mentions import CERTAINTY, WITHOUT, Mentions, Named, mentions_of, note_said, says
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import text_literal

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

    `number` is the erasure's, None when it is only tried out: nothing is written then. `counts` are rows by kind, and
    `others` rows of others whose texts tell of the person; `named` are those that only have the full name.
    """

    home: Home
    warehouse: Warehouse
    batches: Sequence[Batch]
    number: int | None
    replaces: list[Replacement] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    others: int = 0
    named: set[Named] = field(default_factory=set)


def find_telling(erasing: Erasing, names_too: bool) -> Mentions:
    """Make scratch tables `telling` and `others` (field, text, plain): what tells who the person is, and what of that
    stands in lists as somebody else's; returns how texts of others are searched for it."""
    for table in ("telling", "others"):
        erasing.warehouse.execute(f"CREATE OR REPLACE TEMP TABLE {table} (field VARCHAR, text VARCHAR, plain VARCHAR)")
    for table in ("telling", "others"):
        for batch in erasing.batches:
            for entity in vocabulary().values():
                _note_telling(erasing, batch, entity, table)
    return mentions_of(erasing.warehouse, erasing.home.settings.country, names_too)


def find_lines(erasing: Erasing, mentions: Mentions) -> dict[int, list[int]]:
    """The row numbers, by batch, of the rows of files that became the person's, or are quarantined and tell of them.

    To be called after `find_telling`.
    """
    warehouse = erasing.warehouse
    warehouse.execute("CREATE OR REPLACE TEMP TABLE gone_line (batch BIGINT, row_number BIGINT)")
    for batch in erasing.batches:
        for entity in vocabulary().values():
            _note_lines(erasing, batch, entity)
    with mentions.knowing(warehouse):
        for batch in erasing.batches:
            _note_quarantined(erasing, batch)
    lines: dict[int, list[int]] = {}
    for row in warehouse.rows("SELECT DISTINCT batch, row_number FROM gone_line ORDER BY ALL"):
        lines.setdefault(row["batch"], []).append(row["row_number"])
    return lines


def erase_from_landing(erasing: Erasing, lines: Mapping[int, Collection[int]], mentions: Mentions) -> None:
    """Write landed files anew without the person's rows, and without texts of others that tell of them; `lines` are
    the row numbers of the person's rows by batch."""
    for number, rows in lines.items():
        erasing.warehouse.execute(f"INSERT INTO gone_line SELECT {number}, unnest($rows::BIGINT[])", {"rows": [*rows]})
    note_said(erasing.warehouse, mentions, [*_texts(erasing)])
    with mentions.knowing(erasing.warehouse):
        for batch in erasing.batches:
            for entity in vocabulary().values():
                _erase_personal(erasing, batch, entity, mentions)
            if batch.file(QUARANTINE) is not None:
                _rewrite(erasing, batch, QUARANTINE, _on_line(batch))
            _erase_leftover(erasing, batch, mentions)
            _erase_reasons(erasing, batch, mentions)


def _texts(erasing: Erasing) -> Iterator[str]:
    """SELECTs of the texts of others in personal data and reasons of corrections."""
    for batch in erasing.batches:
        for entity in vocabulary().values():
            path = batch.file(f"{PERSONAL}/{entity.name}")
            for column in _personal_columns(erasing, batch, entity):
                yield f"SELECT {column} AS text FROM {_file(erasing, str(path))} WHERE NOT {_is_gone(entity)}"
        path = batch.file("row_correction")
        if path is not None:
            yield f"SELECT reason AS text FROM {_file(erasing, path)}"


def telling_texts(warehouse: Warehouse) -> list[str]:
    """The texts that tell who the person is."""
    return [row["text"] for row in warehouse.rows("SELECT DISTINCT text FROM telling ORDER BY text")]


def reworded(batches: Iterable[Batch], telling: Sequence[str], unread: Mapping[str, int]) -> list[Reword]:
    """What the records of batches say without these texts, where they quote one.

    `unread` are what cells of the person say that are no values, with how many say it; where more do, it is a source's
    word.
    """
    longest_first = sorted(telling, key=len, reverse=True)
    alone = [f"'{text}' ({rows})" for text, most in unread.items() for rows in range(1, most + 1)]
    found = []
    for batch in batches:
        warnings = tuple(_without(warning, [*longest_first, *alone]) for warning in batch.warnings)
        new_values = tuple(
            each
            for each in batch.new_values
            if _without(each.value, telling) == each.value and each.rows > unread.get(each.value, 0)
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


def _note_telling(erasing: Erasing, batch: Batch, entity: Entity, table: str) -> None:
    path = batch.file(f"{PERSONAL}/{entity.name}")
    if path is None or (table == "others" and entity.owner == "source"):
        return
    whose = _is_gone(entity)
    if table == "others":
        whose = f"NOT {whose} AND plain IN (SELECT plain FROM telling)"
    for column in _personal_columns(erasing, batch, entity, TELLING):
        name = column.removeprefix("f.").strip('"')
        erasing.warehouse.execute(
            f"INSERT INTO {table} SELECT DISTINCT '{name}', trim({column}), lower(regexp_replace({column}, "
            f"'[^\\pL\\pN]', '', 'g')) AS plain FROM {_file(erasing, path)} "
            f"WHERE length(trim({column})) >= {LEAST_LETTERS} AND {whose}"
        )


def _erase_personal(erasing: Erasing, batch: Batch, entity: Entity, mentions: Mentions) -> None:
    """Land the personal data of an entity without the person's, and without what others' texts say of them; a row of
    theirs that says nothing may stay."""
    columns = _personal_columns(erasing, batch, entity)
    if columns:
        gone = f"({_is_gone(entity)} AND coalesce({', '.join(columns)}) IS NOT NULL)"
        said = " OR ".join(says(column, mentions.erased) for column in columns)
        kept = ", ".join(
            f"CASE WHEN {_is_gone(entity)} OR NOT {says(column, mentions.erased)} THEN {column} END "
            f"AS {column.removeprefix('f.')}"
            for column in columns
        )
        telling = Telling(f"NOT {_is_gone(entity)} AND ({said})", kept)
        _rewrite(erasing, batch, f"{PERSONAL}/{entity.name}", gone, "content_hash", telling)
        only_named = " OR ".join(says(column, ("name",)) for column in columns)
        path = str(batch.file(f"{PERSONAL}/{entity.name}"))
        _note_named(erasing, mentions, entity.name, path, f"NOT {_is_gone(entity)} AND ({only_named})")


def _erase_leftover(erasing: Erasing, batch: Batch, mentions: Mentions) -> None:
    """Cells that became no field are the person's on their lines; on others' lines, those that tell of them go."""
    path = batch.file(LEFTOVER)
    if path is None:
        return
    mine = f"coalesce({_on_line(batch)}, false)"
    said = f"NOT {mine} AND {CERTAINTY}(f.cells, 'cells')"
    listed = ", ".join(map(text_literal, mentions.erased))
    telling = Telling(f"{said} IN ({listed})", f"{WITHOUT}(f.cells, '') AS cells")
    _rewrite(erasing, batch, LEFTOVER, _on_line(batch), telling=telling)
    _note_named(erasing, mentions, batch.entity, path, f"{said} = 'name'")


def _note_named(erasing: Erasing, mentions: Mentions, entity: str, path: str, condition: str) -> None:
    """Note rows of others in which the full name alone stands, if these stay."""
    if mentions.names_too or mentions.telltale.name is None:
        return
    found = erasing.warehouse.rows(
        f"SELECT DISTINCT f.source_system, f.source_id FROM {_file(erasing, path)} WHERE {condition}"
    )
    erasing.named |= {Named(entity, row["source_system"] or "", row["source_id"] or "") for row in found}


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
        "EXISTS (SELECT 1 FROM telling t WHERE contains(lower(f.cells), lower(t.text)) AND (t.field <> 'name' OR "
        f"contains(t.text, ' '))) OR {CERTAINTY}(f.cells, 'cells') IS NOT NULL OR EXISTS (SELECT 1 "
        f"FROM gone g WHERE g.entity IN ({', '.join(map(text_literal, TOLD_BY_ID))}) AND (length(g.thing) > 2 "
        "AND regexp_matches(f.cells, '(^|[^0-9A-Za-z])' || regexp_escape(g.thing) || '($|[^0-9A-Za-z])') "
        "OR contains(f.cells, '\"' || g.thing || '\"')))"
    )
    erasing.warehouse.execute(
        f"INSERT INTO gone_line SELECT {batch.number}, f.row_number FROM {_file(erasing, path)} WHERE {told}"
    )


def _erase_reasons(erasing: Erasing, batch: Batch, mentions: Mentions) -> None:
    """A correction stays, as figures rest on it; what was written about the person goes."""
    path = batch.file("row_correction")
    if path is None:
        return
    theirs = (
        f"f.reason IS DISTINCT FROM '{ERASED}' AND (EXISTS (SELECT 1 FROM gone g WHERE g.entity = f.entity "
        f"AND g.source_id = f.row_id AND g.scope IN ('', f.row_source)) OR {says('f.reason', mentions.erased)})"
    )
    reason = f"CASE WHEN {theirs} THEN '{ERASED}' ELSE f.reason END AS reason"
    _rewrite(erasing, batch, "row_correction", "false", "content_hash", Telling(theirs, reason))


@dataclass(frozen=True)
class Telling:
    """Rows that stay but for what they tell: SQL for which these are, and for how their columns are read."""

    which: str
    replaced: str


def _rewrite(
    erasing: Erasing,
    batch: Batch,
    kind: str,
    gone: str,
    row_hash: str = "md5(CAST(r AS VARCHAR))",
    telling: Telling | None = None,
) -> None:
    """Land a batch's file of a kind without the rows that `gone` says, and without what others of its rows tell."""
    path = batch.file(kind)
    assert path is not None
    file = _file(erasing, path)
    rows = int(erasing.warehouse.value(f"SELECT count(*) FROM {file} WHERE {gone}") or 0)
    told = int(erasing.warehouse.value(f"SELECT count(*) FROM {file} WHERE {telling.which}") or 0) if telling else 0
    if kind == "row_correction":
        erasing.counts[kind] += told
    else:
        erasing.counts[kind] += rows
        erasing.others += told
    if not rows + told or erasing.number is None:
        return
    columns = f"* REPLACE ({telling.replaced})" if telling and told else "*"
    kept = f"SELECT {columns} FROM {file} WHERE NOT coalesce({gone}, false)"
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
