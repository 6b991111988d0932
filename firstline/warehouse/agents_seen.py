"""The names and logins that sources give for agents and that nobody has explained yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from firstline.model.vocabulary import vocabulary
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.settling.agents import AGENT_FIELDS, names_an_agent, plain_name
from firstline.warehouse.settling.codes import reading_time


@dataclass(frozen=True)
class UnknownAgent:
    """A name as a source writes it, in how many rows and where, that no list of agents and no alias knows."""

    source: str
    name: str
    rows: int
    fields: tuple[str, ...]
    last_at: datetime | None


def unknown_agents(warehouse: Warehouse, most: int | None = None) -> list[UnknownAgent]:
    """Unexplained names by source, the commonest first; what differs in case and blanks alone is one name."""
    selects = [
        f"SELECT source_system, {field} AS name, '{entity}.{field}' AS field, "
        f"{reading_time(vocabulary()[entity], 'row')} AS happened_at FROM settled_{entity} AS row "
        f"WHERE {field} IS NOT NULL AND NOT coalesce(is_deleted, false) AND {names_an_agent(entity, 'row')}"
        for entity, fields in AGENT_FIELDS.items()
        for field in fields
    ]
    rows = warehouse.rows(
        "SELECT source_system, min(seen.name) AS name, count(*) AS n, list_sort(list(DISTINCT field)) AS fields, "
        f"max(happened_at) AS last_at FROM ({' UNION ALL '.join(selects)}) AS seen "
        "WHERE seen.name NOT IN (SELECT agent_id FROM agent WHERE agent_id IS NOT NULL AND NOT is_deleted) "
        f"GROUP BY source_system, {plain_name('seen.name')} "
        f"ORDER BY n DESC, source_system, name {'LIMIT ' + str(most) if most else ''}"
    )
    return [
        UnknownAgent(row["source_system"], row["name"], row["n"], tuple(row["fields"]), row["last_at"]) for row in rows
    ]
