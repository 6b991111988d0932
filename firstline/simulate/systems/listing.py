"""Every export of the provider's systems, in the order in which they are imported, and how a block adds to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from itertools import chain
from pathlib import Path

from firstline.simulate.exports import Export, join_exports, write_export
from firstline.simulate.listed import ACTIVE, ROSTER, active_days, file_of, roster_days
from firstline.simulate.systems import partners
from firstline.simulate.systems.active import active_lists
from firstline.simulate.systems.app import app_export
from firstline.simulate.systems.billing import cancellations_export, subscribers_export
from firstline.simulate.systems.callcentre import calls_export, chats_export
from firstline.simulate.systems.devices import devices_export
from firstline.simulate.systems.dispatch import dispatch_export
from firstline.simulate.systems.helpdesk import history_export, tickets_export
from firstline.simulate.systems.inventory import elements_export
from firstline.simulate.systems.networkdesk import outage_customers_export, outages_export
from firstline.simulate.systems.prices import contracts_export, hourly_rates_export, unit_costs_export
from firstline.simulate.systems.setup import hours_export, promises_export, queues_export, teams_export
from firstline.simulate.systems.surveytool import surveys_export
from firstline.simulate.systems.workforce import rosters
from firstline.simulate.wallclock import Clock
from firstline.simulate.world import World

EXPORTS: dict[str, Callable[[World], Export]] = {
    "network_elements.csv": elements_export,
    "subscribers.csv": subscribers_export,
    "devices.csv": devices_export,
    "outages.csv": outages_export,
    "outage_customers.csv": outage_customers_export,
    "tickets.csv": tickets_export,
    "ticket_history.csv": history_export,
    "calls.csv": calls_export,
    "chats.xlsx": chats_export,
    "app_sessions.csv": app_export,
    "dispatch.xlsx": dispatch_export,
    "surveys.csv": surveys_export,
    "cancellations.csv": cancellations_export,
    "opening_hours.csv": hours_export,
    "teams.csv": teams_export,
    "queues.csv": queues_export,
    "promises.csv": promises_export,
    "unit_costs.csv": unit_costs_export,
    "hourly_rates.csv": hourly_rates_export,
    "contracts.csv": contracts_export,
}
"""In import order: people and things before the events that name them."""

OF_PROVIDER = (
    *("opening_hours.csv", "teams.csv", "queues.csv", "promises.csv"),
    *("unit_costs.csv", "hourly_rates.csv", "contracts.csv", partners.FILE),
)
"""What is the same whoever is asked, and is written once."""


def write_block_exports(folder: Path, world: World, exported_at: datetime, lists: int = 0) -> dict[str, int]:
    """Write what one block has for each export, `lists` lists of who is active among them; gives the rows of each."""
    rows = {}
    stated = (make(world) for file, make in EXPORTS.items() if world.block == 0 or file not in OF_PROVIDER)
    for export in chain(rosters(world) if world.block == 0 else (), active_lists(world, lists), stated):
        write_export(folder, export, exported_at, world.block)
        rows[export.file] = export.rows
    return rows


def join_block_exports(folder: Path, clock: Clock, blocks: int, lists: int = 0) -> list[tuple[Path, Path]]:
    """Put the parts of all blocks together; gives (export, mapping) in import order."""
    once = (*OF_PROVIDER, *(file for file, _ in dated_files(clock, 0)))
    files = (*(file for file, _ in dated_files(clock, lists)), *EXPORTS, partners.FILE)
    return [pair for file in files for pair in join_exports(folder, file, 1 if file in once else blocks)]


def dated_files(clock: Clock, lists: int) -> list[tuple[str, date]]:
    """Each file that was made before the others, and on the morning of which day, in import order."""
    rosters = [(file_of(ROSTER, day), day) for day in roster_days(clock)]
    return rosters + [(file_of(ACTIVE, day), day) for day in active_days(clock, lists)]
