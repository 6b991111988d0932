"""Plan a whole file: the main entity, those of [[also]], and the two that an event log gives."""

from __future__ import annotations

from firstline.intake.mapping import FieldSource, Mapping, mapping_error
from firstline.intake.parts import CHANGED_AT, FieldPlan, PartPlan, Reader
from firstline.warehouse.text import text_literal

EARLIEST = "TIMESTAMP '1970-01-01'"


def plan_parts(reader: Reader, mapping: Mapping) -> list[PartPlan]:
    """All entities cut from the file: the main one first, then those of [[also]]; an event log gives two."""
    if mapping.events is not None:
        parts = _plan_events(reader, mapping)
    else:
        if mapping.file.entity is None:
            raise mapping_error(
                reader.text,
                reader.place,
                ["file"],
                "the entity is not stated.",
                'Add entity = "..." under [file].',
            )
        parts = [reader.part(mapping.file.entity, mapping.fields, [])]
    for also in mapping.also:
        plan = reader.part(also.entity, also.fields, ["also"], outer=parts[0])
        if also.when is not None:
            plan.when = reader.condition(also.when, plan, ["also"], parts[0])
        parts.append(plan)
    return parts


def _plan_events(reader: Reader, mapping: Mapping) -> list[PartPlan]:
    """An event log: each row is a ticket event, and says that its ticket exists with the case's attributes."""
    events = mapping.events
    assert events is not None
    kind = FieldSource(column=events.activity, values=dict(events.values))
    sources = {
        "ticket_id": FieldSource(column=events.case),
        "at": events.at,
        "type": kind,
        "to_value": FieldSource(column=events.activity),
        **({"actor_id": FieldSource(column=events.resource)} if events.resource else {}),
        **events.fields,
    }
    event_part = reader.part("ticket_event", sources, ["events"])
    if events.reopens:
        words = ", ".join(text_literal(word.strip().lower()) for word in events.reopens)
        known = event_part.entity.field("reopens")
        cells = event_part.fields["to_value"].value
        event_part.fields["reopens"] = FieldPlan(known, f"(lower({cells}) IN ({words}))", told="activities in reopens")
    ticket_part = reader.part(
        "ticket", {"ticket_id": FieldSource(column=events.case), **mapping.fields}, [], event_part
    )
    # a case attribute is the ticket's as of the event that shows it; a log without any says no more than that the
    # ticket exists, so it must never win over a row of a ticket list
    seen_at = event_part.fields["at"].value if mapping.fields else EARLIEST
    ticket_part.fields.setdefault("changed_at", FieldPlan(CHANGED_AT, seen_at, told="event time"))
    return [event_part, ticket_part]
