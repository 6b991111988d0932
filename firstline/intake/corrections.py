"""Correct a row by hand: a value in place of the source's, or the row out of every figure, with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from firstline.errors import MisuseError, unknown_name
from firstline.home import Home
from firstline.intake.correction_checks import EXCLUDED, check_change
from firstline.intake.own_rows import import_own_rows
from firstline.intake.request import ImportRecord
from firstline.model.entity import Entity
from firstline.model.vocabulary import vocabulary
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.settling.corrections import CORRECTED, correctable
from firstline.warehouse.text import quoted

NOTE = "correction by hand"


@dataclass(frozen=True)
class RowKey:
    """A row of an entity: the source it came from and its key there."""

    source: str
    row_id: str


@dataclass(frozen=True)
class Correction:
    """A correction in force. `was` is what the source said when it was made, `source_says` what it says now; where
    they differ the source changed the field since, and both are to be shown."""

    entity: str
    row: RowKey
    field: str
    value: str | None
    was: str | None
    source_says: str | None
    reason: str
    corrected_by: str | None
    batch: int
    corrected_at: datetime

    @property
    def has_source_changed(self) -> bool:
        """True when the source has changed the field since it was corrected."""
        return self.field != EXCLUDED and self.was != self.source_says


def correct_rows(
    home: Home,
    entity_name: str,
    rows: Sequence[RowKey],
    changes: Mapping[str, str | None],
    reason: str,
    now: datetime,
    corrected_by: str | None = None,
) -> ImportRecord:
    """Correct the same fields of some rows, as one batch that the caller applies; undoing it undoes all of it.

    `changes` maps fields (or `excluded`) to values as text in the stored unit; None takes the source's value away.
    Raises MisuseError for an unknown entity, field, value or row, or without a reason.
    """
    found = check_correction(home.warehouse, entity_name, rows, changes, reason)
    corrected = [
        {
            "entity": entity_name,
            "row_source": row.source,
            "row_id": row.row_id,
            "field": name,
            "value": value,
            "was": found[row].get(name),
            "reason": reason.strip(),
            "corrected_by": corrected_by,
        }
        for row in rows
        for name, value in changes.items()
    ]
    return import_own_rows(home, "row_correction", corrected, now, NOTE)


def check_correction(
    warehouse: Warehouse, entity_name: str, rows: Sequence[RowKey], changes: Mapping[str, str | None], reason: str
) -> dict[RowKey, dict[str, str | None]]:
    """What the source says now of the fields that are to change, by row. Raises MisuseError as `correct_rows` does."""
    entity = corrected_entity(entity_name)
    if not reason.strip():
        raise MisuseError("no_reason", "A correction needs a reason.", "Say why, so that it can be judged later.")
    if not rows or not changes:
        raise MisuseError("nothing_to_correct", "No row or no change is named.", "Name rows and FIELD=VALUE.")
    for name, value in changes.items():
        check_change(warehouse, entity, name, value)
    return _current(warehouse, entity, rows, [name for name in changes if name != EXCLUDED])


def rows_where(warehouse: Warehouse, entity_name: str, where: Mapping[str, str | None]) -> list[RowKey]:
    """The rows of an entity whose fields have these values now, as the sources say; None stands for no value."""
    entity = corrected_entity(entity_name)
    for name in where:
        if name not in (*correctable(entity), *entity.key, "source_system"):
            raise unknown_name(f"field of {entity.name}", name, correctable(entity))
    tests = " AND ".join(f"CAST({quoted(name)} AS VARCHAR) IS NOT DISTINCT FROM ${name}" for name in where) or "true"
    found = warehouse.rows(
        f"SELECT source_system, source_id FROM {entity.name} WHERE NOT is_deleted AND {tests} ORDER BY ALL", dict(where)
    )
    return [RowKey(row["source_system"], row["source_id"]) for row in found]


def row_as_told(warehouse: Warehouse, entity_name: str, row: RowKey) -> dict[str, str | None]:
    """What the source says of one row, by correctable field, as text. Raises MisuseError when it is not there."""
    entity = corrected_entity(entity_name)
    return _current(warehouse, entity, [row], correctable(entity))[row]


def corrections_in_force(warehouse: Warehouse) -> list[Correction]:
    """Every correction that holds now, newest first."""
    found: list[Correction] = []
    for entity in (vocabulary()[name] for name in CORRECTED):
        says = " ".join(f"WHEN '{name}' THEN CAST(t.{quoted(name)} AS VARCHAR)" for name in correctable(entity))
        rows = warehouse.rows(
            f"SELECT c.*, CASE c.field {says} END AS source_says FROM row_correction c "
            f"LEFT JOIN {entity.name} t ON t.source_system = c.row_source AND t.source_id = c.row_id "
            "WHERE c.entity = $entity AND NOT c.is_deleted",
            {"entity": entity.name},
        )
        found += [
            Correction(
                entity=entity.name,
                row=RowKey(row["row_source"], row["row_id"]),
                field=row["field"],
                value=row["value"],
                was=row["was"],
                source_says=row["source_says"],
                reason=row["reason"],
                corrected_by=row["corrected_by"],
                batch=row["batch"],
                corrected_at=row["changed_at"],
            )
            for row in rows
        ]
    return sorted(found, key=lambda each: (-each.batch, each.entity, each.row.row_id, each.field))


def corrected_entity(name: str) -> Entity:
    """The entity of that name, whose rows can be corrected. Raises MisuseError naming the nearest one."""
    if name not in CORRECTED:
        raise unknown_name("entity with rows to correct", name, CORRECTED)
    return vocabulary()[name]


def _current(
    warehouse: Warehouse, entity: Entity, rows: Sequence[RowKey], names: Sequence[str]
) -> dict[RowKey, dict[str, str | None]]:
    """What the source says of these rows now; MisuseError names one that is not there."""
    columns = "".join(f", CAST({quoted(name)} AS VARCHAR) AS {quoted(name)}" for name in names)
    told = warehouse.rows(
        f"SELECT source_system, source_id{columns} FROM {entity.name} WHERE list_contains($ids, source_id)",
        {"ids": [row.row_id for row in rows]},
    )
    found = {RowKey(row.pop("source_system"), row.pop("source_id")): row for row in told}
    for row in rows:
        if row not in found:
            problem = f"There is no {entity.name} '{row.row_id}' of source '{row.source}'."
            raise MisuseError("unknown_row", problem, "The rows behind a figure show key and source.")
    return found
