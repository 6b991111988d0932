"""What the codes of a source mean: the code table over reasons, free codes and fields with a closed list.

A source's reasons are read by the driver taxonomy once its code table has any row for the field: from then on a
reason that neither the table nor the taxonomy names counts as unmapped. Until then they pass as they are.
"""

from __future__ import annotations

from firstline.model.codes import CodeField, code_fields
from firstline.model.drivers import UNMAPPED
from firstline.model.entity import Entity
from firstline.warehouse.settling.layer import Layer, Selecting
from firstline.warehouse.text import quoted

ALWAYS = "TIMESTAMP '9999-01-01 00:00:00'"
"""Where a row has no time: the latest meaning holds."""


def plain_code(text: str) -> str:
    """SQL for how a code is compared: without surrounding blanks, case ignored."""
    return f"lower(trim({text}))"


def placing_time(entity: Entity, table: str) -> str:
    """SQL for the time that places a row, else when it was changed; null where there is neither."""
    times = [f"CAST({table}.{quoted(name)} AS TIMESTAMP)" for name in entity.placed_by]
    return f"coalesce({', '.join([*times, f'{table}.changed_at', 'CAST(NULL AS TIMESTAMP)'])})"


def reading_time(entity: Entity, table: str) -> str:
    """SQL for the instant whose meanings a row takes; what has no time of its own takes the latest."""
    return f"coalesce({placing_time(entity, table)}, {ALWAYS})" if entity.placed_by else ALWAYS


def unread_code(table: str, field: str) -> str:
    """SQL for the text that a field's list has not got, as it stands beside the row."""
    return f"json_extract_string({table}.unread_codes, '$.{field}')"


def _lay(select: Selecting) -> None:
    fields = [each for each in code_fields().values() if each.entity == select.entity.name]
    for field in fields:
        if field.kind != "list":
            _lay_texts(select, field)
    listed = [each for each in fields if each.kind == "list"]
    if listed:
        _lay_lists(select, listed)


def _lay_texts(select: Selecting, field: CodeField) -> None:
    """A field that keeps the source's own text: what the table says in its place."""
    table, name = select.entity.name, field.field
    text = f"{table}.{name}"
    meant = f"{name}_meaning"
    select.joins.append(_meaning(meant, f"{table}.source_system", field.name, plain_code(text), _time(select)))
    otherwise = text
    if field.kind == "driver":
        node, mapped = f"{name}_node", f"{name}_mapped"
        select.joins.append(f"LEFT JOIN driver_node AS {node} ON {node}.driver_id = {plain_code(text)}")
        select.joins.append(
            f"LEFT JOIN (SELECT DISTINCT code_source FROM code_span WHERE field = '{field.name}') AS {mapped} "
            f"ON {mapped}.code_source = {table}.source_system"
        )
        otherwise = (
            f"CASE WHEN {node}.driver_id IS NOT NULL THEN {node}.driver_id "
            f"WHEN {mapped}.code_source IS NOT NULL AND trim({text}) <> '' THEN '{UNMAPPED}' ELSE {text} END"
        )
    select.columns[name] = f"coalesce({meant}.meaning, {otherwise})"


def _lay_lists(select: Selecting, fields: list[CodeField]) -> None:
    """Fields with a closed list: what the table says of the texts that the lists have not got."""
    table = select.entity.name
    # most rows have no such text, so they are looked up apart from the others and joined by their key
    said = " UNION ALL ".join(
        f"SELECT source_system, source_id, '{field.name}' AS field, {plain_code(unread_code(table, field.field))} "
        f"AS value, {_time(select)} AS read_at FROM {table} WHERE unread_codes IS NOT NULL"
        for field in fields
    )
    meant = ", ".join(
        f"max(CASE WHEN said.field = '{field.name}' THEN span.meaning END) AS {quoted(field.field)}" for field in fields
    )
    select.joins.append(
        f"LEFT JOIN (SELECT said.source_system, said.source_id, {meant} FROM ({said}) AS said "
        "JOIN code_span AS span ON span.code_source = said.source_system AND span.field = said.field "
        "AND span.value = said.value AND span.from_at <= said.read_at AND span.to_at > said.read_at "
        "GROUP BY said.source_system, said.source_id) AS decoded "
        f"ON decoded.source_system = {table}.source_system AND decoded.source_id = {table}.source_id"
    )
    for field in fields:
        select.columns[field.field] = f"coalesce({select.columns[field.field]}, decoded.{field.field})"


def _meaning(alias: str, source: str, field: str, value: str, read_at: str) -> str:
    return (
        f"LEFT JOIN code_span AS {alias} ON {alias}.code_source = {source} AND {alias}.field = '{field}' "
        f"AND {alias}.value = {value} AND {alias}.from_at <= {read_at} AND {alias}.to_at > {read_at}"
    )


def _time(select: Selecting) -> str:
    return reading_time(select.entity, select.entity.name)


CODES = Layer(reads=("code_span", "driver_node"), lay=_lay)
