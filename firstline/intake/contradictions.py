"""Rows that contradict themselves: a span of negative length, an end before its start, a score off its scale.

No figure could be made of such a row without guessing which of its cells is wrong, so it is quarantined.
"""

from __future__ import annotations

from collections.abc import Iterator

from firstline.intake.parts import PartPlan
from firstline.intake.stage import Part
from firstline.model.entity import Entity
from firstline.warehouse.text import quoted, text_literal

SPANS = (
    ("entered_at", "ended_at"), ("dispatched_at", "completed_at"), ("arrived_at", "completed_at"),
    ("scheduled_start", "scheduled_end"), ("onset_at", "restored_at"), ("lost_at", "restored_at"),
    ("activated_at", "disconnected_at"), ("hire_date", "exit_date"), ("first_seen_at", "last_seen_at"),
    ("period_start", "period_end"), ("valid_from", "valid_to"), ("from_at", "to_at"), ("from_at", "until_at"),
)  # fmt: skip
"""Fields that begin and end something, in whichever entity has both."""

ENDINGS = ("resolved", "closed", "cancelled", "rejected")
"""Events that end a ticket, where its row brings them."""

REASONS = ("negative_duration", "end_before_start", "score_outside_scale", "score_without_scale", "link_to_nobody")
FIRST_RANK = 50


def contradictions(parts: list[Part]) -> list[str]:
    """SELECTs of (row_number, reason, detail, rank) over the rows of a file that contradict themselves.

    A row that says it was deleted is not looked at: it often carries its key alone.
    """
    selects = [
        f"SELECT row_number, '{reason}' AS reason, {detail} AS detail, {index * 100 + FIRST_RANK} AS rank "
        f"FROM {part.table} JOIN cells USING (row_number) WHERE NOT is_deleted AND {condition}"
        for index, part in enumerate(parts)
        for reason, condition, detail in _in_part(part)
    ]
    tickets = [part for part in parts if part.entity.name == "ticket" and "opened_at" in part.plan.fields]
    endings = ", ".join(f"'{name}'" for name in ENDINGS)
    for index, part in enumerate(parts):
        if tickets and part.entity.name == "ticket_event":
            end = f'event."at" < ticket.opened_at AND NOT {_may_be_the_same_day(part.plan, "at", "ticket.opened_at")}'
            words = "event.type || ' at ' || event.\"at\" || ', before opened_at ' || ticket.opened_at"
            selects.append(
                f"SELECT row_number, 'end_before_start' AS reason, {words} AS detail, "
                f"{index * 100 + FIRST_RANK} AS rank FROM {part.table} event JOIN {tickets[0].table} ticket "
                f"USING (row_number) JOIN cells USING (row_number) "
                f"WHERE NOT ticket.is_deleted AND event.type IN ({endings}) AND {end}"
            )
    return selects


def _in_part(part: Part) -> Iterator[tuple[str, str, str]]:
    """Reason, condition and words of each contradiction that the part's fields can show."""
    entity, fields = part.entity, part.plan.fields
    for field in entity.fields:
        if field.unit == "s" and field.name in fields:
            name = quoted(field.name)
            yield "negative_duration", f"{name} < 0", f"'{field.name} ' || {name}"
    for start, end in SPANS:
        if start in fields and end in fields and _has(entity, start, end):
            first, last = quoted(start), quoted(end)
            words = f"'{end} ' || CAST({last} AS VARCHAR) || ', before {start} ' || CAST({first} AS VARCHAR)"
            condition = f"{last} < {first} AND NOT {_may_be_the_same_day(part.plan, end, first)}"
            yield "end_before_start", condition, words
    if _has(entity, "score", "scale_min", "scale_max"):
        scale = "scale_min || ' to ' || scale_max"
        yield (
            "score_outside_scale",
            "(score < scale_min OR score > scale_max)",
            f"'score ' || score || ' of ' || {scale}",
        )
        # a file that states no scale at all is another matter: the KPIs that need one say so
        if {"scale_min", "scale_max"} <= set(fields):
            missing = "(score IS NOT NULL AND (scale_min IS NULL OR scale_max IS NULL))"
            yield "score_without_scale", missing, "'score ' || score || ' of an unknown scale'"
    if entity.name == "identity_link":
        nobody = "account_id IS NULL AND NOT coalesce(is_shared, false)"
        yield "link_to_nobody", nobody, "'neither an account nor is_shared is stated'"


def _has(entity: Entity, *names: str) -> bool:
    return set(names) <= set(entity.field_names)


def _may_be_the_same_day(plan: PartPlan, end: str, start: str) -> str:
    """SQL: the end is written as a day alone, which may be the day of the start: at midnight it only seems earlier."""
    text = plan.fields[end].raw
    if text is None or plan.entity.field(end).type == "date":
        return "false"
    is_number = f"TRY_CAST({text} AS DOUBLE) IS NOT NULL"
    within = f"{start} - {quoted(end)} < {text_literal('1 day')}::INTERVAL"
    return f"coalesce(NOT contains({text}, ':') AND NOT ({is_number}) AND {within}, false)"
