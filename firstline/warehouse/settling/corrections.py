"""What a person corrected by hand: it outranks whatever the source says."""

from __future__ import annotations

from firstline.model.entity import Entity
from firstline.warehouse.settling.layer import Layer, Selecting

CORRECTED = ("contact", "ticket", "ticket_event", "truck_roll", "survey_response", "churn_event")
"""The entities whose rows can be corrected one by one."""


def correctable(entity: Entity) -> tuple[str, ...]:
    """The fields of an entity that a person may correct: all but personal data, its key and its match keys."""
    if entity.name not in CORRECTED:
        return ()
    return tuple(each.name for each in entity.fields if not each.personal and each.name not in entity.key)


def _lay(select: Selecting) -> None:
    entity = select.entity
    fields = correctable(entity)
    if not fields:
        return
    said = ", ".join(
        f"max(CASE WHEN field = '{name}' THEN coalesce(value, '') END) AS {name}" for name in (*fields, "is_deleted")
    )
    select.joins.append(
        f"LEFT JOIN (SELECT row_source, row_id, {said} FROM correction_now WHERE entity = '{entity.name}' "
        f"GROUP BY row_source, row_id) AS corrected ON corrected.row_source = {entity.name}.source_system "
        f"AND corrected.row_id = {entity.name}.source_id"
    )
    kinds = {name: entity.field(name).sql_type for name in fields}
    for name, kind in kinds.items():
        # an empty correction takes the value away
        select.columns[name] = (
            f"CASE WHEN corrected.{name} IS NULL THEN {select.columns[name]} "
            f"ELSE TRY_CAST(nullif(corrected.{name}, '') AS {kind}) END"
        )


CORRECTIONS = Layer(reads=("correction_now",), lay=_lay)
