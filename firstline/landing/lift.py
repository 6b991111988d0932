"""Read landed files of older model versions in today's shape. Landed files are never rewritten for a new model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Lift:
    """What changed in one field when the model went past `before` (the last version without the change).

    `was` is the field's older name when it was renamed; `value` an SQL expression over the older columns when
    it was retyped or is computed from others. A field that was added needs no step: it is read as null.
    """

    before: int
    entity: str
    field: str
    was: str | None = None
    value: str | None = None


LIFTS: tuple[Lift, ...] = ()
"""In model order. The vocabulary stands at version 1, so there is nothing to lift yet."""


def lifted_columns(
    entity: str,
    columns: Sequence[tuple[str, str]],
    present: Sequence[str],
    file_version: int,
    lifts: Sequence[Lift] = LIFTS,
) -> list[str]:
    """SELECT items that give today's (name, type) `columns` from a file that has `present` columns.

    A value that cannot be read as the new type becomes null, as it would at import.
    """
    due = [lift for lift in lifts if lift.entity == entity and lift.before >= file_version]
    items = []
    for name, kind in columns:
        source, old_name = None, name
        for lift in reversed(due):
            if lift.field == old_name:
                if lift.value is not None:
                    source = lift.value
                    break
                old_name = lift.was or old_name
        if source is None and old_name in present:
            source = f'"{old_name}"'
        items.append(f'TRY_CAST({source or "NULL"} AS {kind}) AS "{name}"')
    return items
