"""Which rows behind a figure have a time that a rule decided, because a change of clocks skips or repeats it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from firstline.catalogue.kpi import Fact
from firstline.model.clock_marks import marks_in_words
from firstline.warehouse.clock_marks import marked_rows
from firstline.warehouse.engine import Row, Warehouse

MARK = "read_by_rule"
"""The column of a row behind a figure that says so; null where no time of it is in doubt."""
BEHIND: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    **dict.fromkeys(
        ("fact_ticket", "fact_ticket_flow", "fact_sla"),
        (("ticket", "ticket_id", "ticket_id"), ("ticket_event", "ticket_id", "ticket_id")),
    ),
    "fact_issue": (
        ("contact", "contact_id", "index_contact_id"),
        ("ticket", "ticket_id", "first_ticket_id"),
        ("ticket_event", "ticket_id", "first_ticket_id"),
    ),
    **dict.fromkeys(
        ("fact_acd", "fact_handling"),
        (("contact", "contact_id", "row_id"), ("queue_interval", "source_id", "row_id")),
    ),
}
"""The rows that give a fact's row its times, where there are others than its own: their entity, its id, and the fact's
column that names it."""


def behind(fact: Fact) -> tuple[tuple[str, str, str], ...]:
    """The rows that give a fact's row its times: those of `BEHIND`, else the one row that it is."""
    own = (fact.thing or fact.key)[-1]
    return BEHIND.get(fact.name, ((fact.entity, own, own),))


def with_marks(warehouse: Warehouse, fact: Fact, rows: Sequence[Row]) -> list[Row]:
    """The rows of a fact, each with what `MARK` says; a time that a person corrected is no longer in doubt."""
    told: dict[int, list[str]] = defaultdict(list)
    for entity, column, named in behind(fact):
        found = marked_rows(warehouse, entity, column, [str(row[named]) for row in rows if row[named] is not None])
        place = "" if named == column and entity == fact.entity else f"{entity}."
        for index, row in enumerate(rows):
            for each in found.get((row["source_system"], row[named]), ()):
                told[index] += marks_in_words(each.marks, each.corrected, place)
    return [{**row, MARK: "; ".join(dict.fromkeys(told[index])) or None} for index, row in enumerate(rows)]
