"""What is wrong with rows of the code table and of the driver taxonomy: unknown fields, meanings and parents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from firstline.errors import MisuseError, nearest
from firstline.intake.stage import Part
from firstline.model.codes import CodeField, code_fields
from firstline.model.drivers import DRIVER_ID, UNMAPPED, Driver, parent_of
from firstline.warehouse.engine import Row, Warehouse
from firstline.warehouse.taxonomy import taxonomy

Verdict = tuple[str, str] | None
"""The reason of quarantine and what it says; None for a sound row."""

REASONS = ("unknown_code_field", "missing_meaning", "unknown_meaning", "bad_driver_id", "unknown_parent")


def code_faults(warehouse: Warehouse, part: Part, rank: int) -> list[str]:
    """SELECTs of (row_number, reason, detail, rank) over the faulty rows of a part; none for other entities."""
    judge = _judge(warehouse, part)
    if judge is None:
        return []
    names, verdict_of = judge
    listed = ", ".join(names)
    wrong: list[tuple[Row, Verdict]] = []
    for row in warehouse.rows(f"SELECT DISTINCT {listed} FROM {part.table} WHERE NOT is_deleted"):
        verdict = verdict_of(row)
        if verdict:
            wrong.append((row, verdict))
    columns = {name: [row[name] for row, _ in wrong] for name in names}
    columns["reason"] = [verdict[0] for _, verdict in wrong if verdict]
    columns["detail"] = [verdict[1] for _, verdict in wrong if verdict]
    unnested = ", ".join(f"unnest(CAST(${name} AS VARCHAR[])) AS {name}" for name in columns)
    warehouse.execute(f"CREATE OR REPLACE TEMP TABLE {part.table}_verdict AS SELECT {unnested}", columns)
    same = " AND ".join(f"v.{name} IS NOT DISTINCT FROM p.{name}" for name in names)
    return [
        f"SELECT p.row_number, v.reason, v.detail, {rank} AS rank FROM {part.table} p "
        f"JOIN {part.table}_verdict v ON {same} WHERE NOT p.is_deleted"
    ]


def check_meaning(warehouse: Warehouse, field: str, meaning: str) -> None:
    """Raise MisuseError where a code of the field cannot mean this, naming what it can."""
    drivers = {name: node for name, node in taxonomy(warehouse).items() if not node.is_retired}
    verdict = _of_meaning(field, meaning, drivers)
    if verdict:
        raise MisuseError(
            verdict[0], f"{verdict[1][:1].upper()}{verdict[1][1:]}", "'firstline codes list' shows codes."
        )


def _judge(warehouse: Warehouse, part: Part) -> tuple[tuple[str, ...], Callable[[Row], Verdict]] | None:
    """The columns that decide, and who decides by them."""
    if part.entity.name == "code_meaning":
        drivers = {name: node for name, node in taxonomy(warehouse).items() if not node.is_retired}
        return ("field", "meaning"), lambda row: _of_meaning(row["field"], row["meaning"], drivers)
    if part.entity.name == "driver":
        brought = {row["id"] for row in warehouse.rows(f"SELECT lower(trim(driver_id)) AS id FROM {part.table}")}
        known = {*taxonomy(warehouse), *brought}
        return ("driver_id",), lambda row: _of_driver(row["driver_id"], known)
    return None


def _of_meaning(field_name: str | None, meaning: str | None, drivers: Mapping[str, Driver]) -> Verdict:
    if field_name is None:
        return None
    field = code_fields().get(field_name)
    if field is None:
        hint = _hint(field_name, code_fields(), "Fields are named as in 'ticket.reason_code'.")
        return "unknown_code_field", f"no code stands in a field '{field_name}'. {hint}"
    if meaning is None:
        return "missing_meaning", "code_meaning.meaning is empty"
    if field.kind == "driver" and meaning.lower() not in drivers:
        labels = {node.label: name for name, node in drivers.items()}
        near = nearest(meaning, [*drivers, *labels])
        hint = f"Did you mean '{labels.get(near, near)}'?" if near else "'firstline template driver' shows their form."
        return "unknown_meaning", f"'{meaning}' is no driver of the taxonomy. {hint}"
    if field.kind == "list" and meaning not in field.values:
        return "unknown_meaning", _not_in_list(field, meaning)
    return None


def _not_in_list(field: CodeField, meaning: str) -> str:
    return f"'{meaning}' is not a value of {field.name}. {_hint(meaning, field.values, _allowed(field.values))}"


def _of_driver(driver_id: str | None, known: set[str]) -> Verdict:
    if driver_id is None:
        return None
    plain = driver_id.lower()
    if not re.fullmatch(DRIVER_ID, plain) or UNMAPPED in plain.split("."):
        return "bad_driver_id", f"'{driver_id}' is not named as in 'connectivity.slow.evening'"
    parent = parent_of(plain)
    if parent is not None and parent not in known:
        level = {each for each in known if each.count(".") == parent.count(".")}
        hint = _hint(parent, level, "Add it in the same file.")
        return "unknown_parent", f"there is no '{parent}' above '{driver_id}'. {hint}"
    return None


def _hint(value: str, allowed: Iterable[str], otherwise: str) -> str:
    near = nearest(value, allowed)
    return f"Did you mean '{near}'?" if near else otherwise


def _allowed(values: Iterable[str]) -> str:
    return f"Allowed: {', '.join(values)}."
