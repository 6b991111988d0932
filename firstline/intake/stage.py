"""Read a file's rows as typed parts in scratch tables: fields, key, content hash and version time of each row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from firstline.intake.cells import Cells
from firstline.intake.match_keys import keyed_sql
from firstline.intake.parts import FieldPlan, PartPlan
from firstline.model.entity import Entity
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import quoted, text_literal

SEPARATOR = "chr(31)"
LONGEST_CODE = 60
"""A longer text in a field with a closed list is no code; it stays with the leftover cells."""


@dataclass(frozen=True)
class Stamp:
    """What a whole import says: its source, when it is accepted (UTC), and when it was exported (UTC or None).

    `first_accepted_at` is when its rows first came: the same but for mended rows, whose version is the one they were.
    """

    source: str
    accepted_at: datetime
    exported_at: datetime | None
    first_accepted_at: datetime


@dataclass(frozen=True)
class Part:
    """A staged part: its plan and its scratch table.

    The table has row_number, the entity's fields and match keys, changed_at, is_deleted, unreadable (names of fields
    whose text could not be read), nevers (names of times that say never), unread_codes (JSON of the texts that no list
    has, by field), unclear_times (marks of times that a rule decided), source_id, scope (source of the key; empty for
    the provider's ids), by_content, content_hash, is_stated (its version time comes from the source or the export),
    listed_at and version_at.
    """

    plan: PartPlan
    table: str
    is_further: bool = False
    """It is cut from the same rows besides the main entity."""

    @property
    def entity(self) -> Entity:
        """The entity this part becomes."""
        return self.plan.entity

    @property
    def did_not_happen(self) -> str:
        """SQL for whether a row's time says never: then there is nothing to tell besides the main entity.

        A list of tickets may write 1970-01-01 as the resolution of those that are open.
        """
        times = self.entity.placed_by if self.is_further else ()
        if not times:
            return "false"
        nevers = " OR ".join(f"list_contains(string_split(nevers, ','), '{name}')" for name in times)
        return f"(coalesce({', '.join(quoted(name) for name in times)}) IS NULL AND coalesce({nevers}, false))"


def stage_parts(
    warehouse: Warehouse, cells: Cells, plans: list[PartPlan], key_columns: tuple[str, ...], stamp: Stamp
) -> list[Part]:
    """Fill one scratch table per part from the raw rows."""
    parts = []
    for index, plan in enumerate(plans):
        table = f"part_{index}"
        key = key_columns if index == 0 else ()
        _stage(warehouse, cells, plan, table, key, stamp)
        parts.append(Part(plan, table, is_further=index > 0))
    return parts


def _stage(
    warehouse: Warehouse,
    cells: Cells,
    plan: PartPlan,
    table: str,
    key_columns: tuple[str, ...],
    stamp: Stamp,
) -> None:
    values = [f"{_value(plan, name, kind)} AS {quoted(name)}" for name, kind in _columns(plan.entity)]
    names = ", ".join(quoted(name) for name, _ in _columns(plan.entity))
    unread = {
        name: (f"{found.raw} IS NOT NULL AND {_stored(found, name)} IS NULL", found.is_never)
        for name, found in plan.fields.items()
        if found.raw is not None and found.field.type != "str"
    }
    unreadable = [_named(name, lost, f"NOT {never}" if never else "") for name, (lost, never) in unread.items()]
    nevers = [_named(name, lost, never) for name, (lost, never) in unread.items() if never]
    own_key = (
        f"nullif(concat_ws('|', {', '.join(cells.of(header) for header in key_columns)}), '')"
        if key_columns
        else "CAST(NULL AS VARCHAR)"
    )
    condition = f" WHERE {plan.when}" if plan.when else ""
    fields = [*plan.entity.field_names, *(each.name for each in plan.entity.match_keys)]
    exported = (
        f"TIMESTAMP '{stamp.exported_at:%Y-%m-%d %H:%M:%S.%f}'" if stamp.exported_at else "CAST(NULL AS TIMESTAMP)"
    )
    accepted = f"TIMESTAMP '{stamp.first_accepted_at:%Y-%m-%d %H:%M:%S.%f}'"
    said = [
        f"CASE WHEN {quoted(name)} IS NOT NULL THEN '{name}=' || CAST({quoted(name)} AS VARCHAR) END"
        for name in sorted(fields)
    ]
    deleted = "CASE WHEN is_deleted THEN 'is_deleted' END, unread_codes"
    scope = text_literal(stamp.source if plan.entity.owner == "source" else "")
    warehouse.execute(
        # each step names what the next ones use: written out again, it would be planned again
        f"CREATE OR REPLACE TEMP TABLE {table} AS WITH read AS ("
        f"SELECT *, {', '.join(values)} FROM {cells.table}{condition}), typed AS ("
        f"SELECT row_number, {names}, {_listed(unreadable)} AS unreadable, {_listed(nevers)} AS nevers, "
        f"{_unread_codes(plan)} AS unread_codes, {own_key} AS own_key, {plan.listed_at or 'NULL'} AS full_at "
        "FROM read), "
        f"keyed AS ({keyed_sql(plan, 'typed')}), hashed AS ("
        f"SELECT *, md5(concat_ws({SEPARATOR}, {', '.join(said)}, {deleted})) AS content_hash FROM keyed), "
        f"known AS (SELECT *, {_key(plan, bool(key_columns))} AS key_text FROM hashed) "
        f"SELECT * EXCLUDE (own_key, full_at, key_text), {scope} AS scope, "
        f"{text_literal(stamp.source)} AS source_system, "
        "CAST(NULL AS VARCHAR) AS unclear_times, "
        f"key_text IS NULL AS by_content, coalesce(key_text, content_hash) AS source_id, {exported} AS exported_at, "
        f"coalesce(changed_at, {exported}) IS NOT NULL AS is_stated, {_listed_at(plan, exported)} AS listed_at, "
        f"coalesce(changed_at, {exported}, {accepted}) AS version_at FROM known"
    )
    _fill_single_key(warehouse, plan, table)


def _listed_at(plan: PartPlan, exported: str) -> str:
    """SQL for when a row was listed: a full list's date, else the file's or the row's own."""
    return "full_at" if plan.listed_at else f"coalesce({exported}, changed_at)"


def _stored(found: FieldPlan, name: str) -> str:
    """SQL for a field's value where its row has been read."""
    return f"({found.value})" if name == "is_deleted" else quoted(name)


def _named(name: str, condition: str, further: str) -> str:
    """SQL for a field's name where a condition holds, and a further one, which is only looked at then."""
    inner = f"CASE WHEN {further} THEN '{name}' END" if further else f"'{name}'"
    return f"CASE WHEN {condition} THEN {inner} END"


def _listed(names: list[str]) -> str:
    return f"nullif(concat_ws(',', {', '.join(names)}), '')" if names else "CAST(NULL AS VARCHAR)"


def _unread_codes(plan: PartPlan) -> str:
    """SQL for the texts that the lists of their fields have not got, so that the code table can give them a meaning."""
    pairs = [
        f"CASE WHEN {quoted(name)} IS NULL AND length({found.raw}) <= {LONGEST_CODE} "
        f"THEN '\"{name}\":' || CAST(to_json({found.raw}) AS VARCHAR) END"
        for name, found in plan.fields.items()
        if found.raw is not None and found.field.type == "enum"
    ]
    return f"nullif('{{' || concat_ws(',', {', '.join(pairs)}) || '}}', '{{}}')" if pairs else "CAST(NULL AS VARCHAR)"


def _columns(entity: Entity) -> list[tuple[str, str]]:
    return [
        *((field.name, field.sql_type) for field in entity.fields),
        ("changed_at", "TIMESTAMP"),
        ("is_deleted", "BOOLEAN"),
    ]


def _value(plan: PartPlan, name: str, kind: str) -> str:
    found = plan.fields.get(name)
    value = f"CAST({found.value} AS {kind})" if found else f"CAST(NULL AS {kind})"
    return f"coalesce({value}, false)" if name == "is_deleted" else value


def _key(plan: PartPlan, has_own_key: bool) -> str:
    """SQL for the row's key as text; null where the row is known by its content."""
    entity = plan.entity
    if not keys_mapped(plan):
        return "own_key" if has_own_key else "CAST(NULL AS VARCHAR)"
    parts = [f"coalesce(CAST({quoted(name)} AS VARCHAR), '')" for name in entity.key]
    joined = f"concat_ws('|', {', '.join(parts)})"
    if entity.known_by_content and entity.open_key:
        empty = " OR ".join(f"{quoted(name)} IS NULL" for name in entity.open_key)
        return f"CASE WHEN {empty} THEN NULL ELSE {joined} END"
    return joined


def keys_mapped(plan: PartPlan) -> bool:
    """Whether the mapping fills every key field that may not be open (and the open ones, if content would do)."""
    entity = plan.entity
    key = entity.stated_key
    needed = key if entity.known_by_content else tuple(name for name in key if name not in entity.open_key)
    return all(name in plan.fields for name in needed)


def _fill_single_key(warehouse: Warehouse, plan: PartPlan, table: str) -> None:
    """A row without an id of its own is given its source_id as id, so that others can refer to it."""
    keys = [name for name in plan.entity.key if name not in plan.entity.open_key]
    if len(keys) == 1 and keys[0] not in plan.fields and plan.entity.field(keys[0]).type == "str":
        warehouse.execute(f"UPDATE {table} SET {quoted(keys[0])} = source_id WHERE {quoted(keys[0])} IS NULL")
