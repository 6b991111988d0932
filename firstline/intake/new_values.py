"""Values of translated columns that nothing gives a meaning: they stop no import, and are listed and counted."""

from __future__ import annotations

from collections.abc import Iterator

from firstline.intake.cells import Cells
from firstline.intake.parts import FieldPlan
from firstline.intake.stage import LONGEST_CODE, Part
from firstline.model.batch import NewValue
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import text_literal

MOST_LISTED = 200
"""Of one column the commonest are listed: with more of them it holds free text."""


def find_new_values(warehouse: Warehouse, cells: Cells, parts: list[Part]) -> Iterator[NewValue]:
    """The values of every column with a value table or a closed list that neither knows, the commonest first.

    Rows are those read as the entity, whatever their fate. Upper and lower case are the same; a long text is no value.
    Personal data are not listed.
    """
    for part in parts:
        for name, plan in part.plan.fields.items():
            if plan.raw is None or plan.field.personal or not (plan.words or plan.field.type == "enum"):
                continue
            found = warehouse.rows(
                f"SELECT min({plan.raw}) AS value, count(*) AS n FROM {cells.table} "
                f"JOIN {part.table} part USING (row_number) WHERE length({plan.raw}) <= {LONGEST_CODE} "
                f"AND {_is_new(part, name, plan)} "
                f"GROUP BY lower({plan.raw}) ORDER BY n DESC, value LIMIT {MOST_LISTED}"
            )
            for row in found:
                yield NewValue(entity=part.entity.name, field=name, value=row["value"], rows=row["n"])


def _is_new(part: Part, name: str, plan: FieldPlan) -> str:
    """SQL: whether a cell is none of the table's words and meanings, or (of another type than text) was not read."""
    if plan.field.type != "str":
        return f"list_contains(string_split(part.unreadable, ','), '{name}')"
    known = ", ".join(text_literal(word) for word in sorted({word.strip().lower() for word in plan.words}))
    return f"lower({plan.raw}) NOT IN ({known})"
