"""Who an agent's name or login means: the alias table over every field that names an agent."""

from __future__ import annotations

from firstline.warehouse.settling.codes import reading_time
from firstline.warehouse.settling.layer import Layer, Selecting

AGENT_FIELDS: dict[str, tuple[str, ...]] = {
    "contact": ("agent_id",),
    "contact_leg": ("agent_id",),
    "ticket": ("assigned_agent_id",),
    "ticket_event": ("actor_id",),
    "truck_roll": ("technician_id", "booked_by_agent_id"),
    "truck_roll_event": ("technician_id",),
    "survey_response": ("agent_id",),
    "quality_review": ("agent_id", "reviewer_id"),
    "agent_state_interval": ("agent_id",),
}
"""By entity, the fields in which sources write agents in their own way."""


def plain_name(text: str) -> str:
    """SQL for how a name is compared: case and blanks do not matter."""
    return f"lower(trim(regexp_replace({text}, '\\s+', ' ', 'g')))"


def names_an_agent(entity: str, table: str) -> str:
    """SQL for whether a row's fields name agents: the actor of a ticket event may be the customer or a machine."""
    return f"coalesce({table}.actor_kind, 'agent') = 'agent'" if entity == "ticket_event" else "TRUE"


def _lay(select: Selecting) -> None:
    table = select.entity.name
    at = reading_time(select.entity, table)
    for field in AGENT_FIELDS.get(table, ()):
        for alias, source in ((f"{field}_here", f"= {table}.source_system"), (f"{field}_anywhere", "IS NULL")):
            select.joins.append(
                f"LEFT JOIN agent_name AS {alias} ON {alias}.alias_source {source} "
                f"AND {alias}.name = {plain_name(f'{table}.{field}')} AND {names_an_agent(table, table)} "
                f"AND {alias}.from_at <= {at} AND {alias}.to_at > {at}"
            )
        select.columns[field] = f"coalesce({field}_here.agent_id, {field}_anywhere.agent_id, {select.columns[field]})"


AGENTS = Layer(reads=("agent_name",), lay=_lay)
