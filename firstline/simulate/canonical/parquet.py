"""The simulated provider as canonical Parquet: a folder per entity, in it one file per block of subscribers.

Rows have the field names of the vocabulary (`firstline/model/entities`), so that an import needs no mapping.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from firstline.simulate.canonical import customers, network, prices, stated, support
from firstline.simulate.cells import Columns
from firstline.simulate.provider import Provider
from firstline.simulate.world import World

OF_PROVIDER: dict[str, Callable[[Provider], Columns]] = {
    "agent": stated.agents,
    "business_calendar": stated.calendars,
    "queue": stated.queues,
    "team": stated.teams,
    "sla_policy": stated.promises,
    "unit_cost": prices.unit_costs,
    "labour_rate": prices.labour_rates,
    "vendor_contract": prices.vendor_contracts,
}
OF_BLOCK: dict[str, Callable[[World], Columns]] = {
    "subscriber": customers.subscribers,
    "account": customers.accounts,
    "service": customers.services,
    "location": customers.locations,
    "device": customers.devices,
    "network_element": network.elements,
    "outage": network.outages,
    "outage_impact": network.impacts,
    "contact": support.contacts,
    "ticket": support.tickets,
    "ticket_text": support.ticket_texts,
    "ticket_event": support.ticket_events,
    "truck_roll": support.visits,
    "survey_invite": support.invitations,
    "survey_response": support.responses,
    "churn_event": customers.churn_events,
}
"""Entities with the function that gives their rows: those of the whole provider, and those of each block."""


def write_provider(folder: Path, provider: Provider) -> dict[str, int]:
    """Write what is there once; gives the number of rows of each entity."""
    return {entity: write_entity(folder, entity, make(provider), 0) for entity, make in OF_PROVIDER.items()}


def write_block(folder: Path, world: World) -> dict[str, int]:
    """Write the rows of one block; gives the number of rows of each entity."""
    return {entity: write_entity(folder, entity, make(world), world.block) for entity, make in OF_BLOCK.items()}


def write_entity(folder: Path, entity: str, columns: Columns, block: int) -> int:
    """Write the rows that one block has of an entity; gives their number."""
    table = pa.table(dict(columns))
    (folder / entity).mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(table, folder / entity / f"{block + 1:05d}.parquet")
    return int(table.num_rows)
