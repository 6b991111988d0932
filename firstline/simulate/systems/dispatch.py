"""The dispatch system: jobs with types and completion codes in its own words, times as spreadsheet cells."""

from __future__ import annotations

from string import Template

import numpy as np

from firstline.simulate.columns import HOUR, NEVER, NOBODY
from firstline.simulate.drivers import DRIVERS
from firstline.simulate.exports import Cell, Column, Export, numbered, numbers, toml_values, wall_times, words
from firstline.simulate.systems import ids
from firstline.simulate.visits import (
    AVOIDABLE,
    FAULTS,
    OUTCOMES,
    PARTIAL,
    PURPOSES,
    SLOT_HOURS,
    TROUBLE,
)
from firstline.simulate.world import World

TROUBLE_JOBS = tuple(sorted({driver.job for driver in DRIVERS}))
OTHER_JOBS = {
    "Install - New": "install",
    "Disco - Pick Up Equipment": "disconnect",
    "Maint - Drop Bury": "maintenance",
}
JOB_WORDS = {**dict.fromkeys(TROUBLE_JOBS, "trouble"), **OTHER_JOBS}
CODE_WORDS = dict(
    zip(
        (
            *(
                "Complete - Repaired",
                "Complete - NTF",
                "Return Trip Needed",
                "No Access",
                "Turned Away at Door",
            ),
            *("CXL Before Roll", "CXL En Route"),
        ),
        OUTCOMES,
        strict=True,
    )
)
FAULT_WORDS = dict(
    zip(
        (
            *("Inside Wiring", "Wi-Fi", "Gateway/ONT", "Drop", "Tap/Splitter", "Plant", "Customer Equip"),
            *("Customer Education", "NTF"),
        ),
        FAULTS,
        strict=True,
    )
)
AVOIDABLE_WORDS = dict(zip(("No", "Yes", "Not coded"), AVOIDABLE, strict=True))
COMPANY_WORDS = {"Own crew": "in_house", "Contractor": "contractor"}

MAPPING = Template("""\
# Job list of the dispatch system. It states no costs: truck rolls are then valued at the unit cost in force.
source = "dispatch"

[file]
entity = "truck_roll"
timezone = "$zone"
sheet = 1
complete_until = "exported_at"

[fields]
visit_id = "Job #"
ticket_id = "Ticket Ref"
account_id = "Acct"
location_id = "Premise"
purpose = { column = "Job Type", values = $jobs }
created_at = "Booked"
scheduled_start = "Window From"
scheduled_end = "Window To"
dispatched_at = "Rolled"
arrived_at = "On Site"
completed_at = "Finished"
outcome = { column = "Completion Code", values = $codes }
fault_found = { column = "Fault", values = $faults }
avoidable = { column = "Avoidable", values = $avoidable }
labour_s = { column = "Labor Min", unit = "min" }
travel_km = "Km"
technician_id = "Tech"
employer = { column = "Company", values = $companies }
""")


def dispatch_export(world: World) -> Export:
    """dispatch.xlsx: truck rolls, those booked and not yet done included."""
    visits, clock = world.visits, world.clock
    settled = visits.settled < clock.end
    done = settled & (visits.outcome <= PARTIAL)
    found = settled & (visits.fault != NOBODY)
    on_site = np.where(visits.arrived < clock.end, visits.arrived, NEVER)
    labour = np.where(done, visits.settled - np.where(done, visits.arrived, 0), 0) // 60
    columns: dict[str, Column] = {
        "Job #": numbered("J", 900_001, np.arange(len(visits.created))),
        "Acct": ids.accounts(visits.subscriber),
        "Premise": ids.premises(visits.subscriber),
        "Ticket Ref": ids.tickets(visits.ticket),
        "Job Type": _job_types(world),
        "Booked": wall_times(clock, visits.created),
        "Window From": wall_times(clock, visits.window),
        "Window To": wall_times(clock, visits.window + SLOT_HOURS * HOUR),
        "Rolled": wall_times(clock, np.where(visits.dispatched < clock.end, visits.dispatched, NEVER)),
        "On Site": wall_times(clock, on_site),
        "Finished": wall_times(clock, np.where(done, visits.settled, NEVER)),
        "Completion Code": words(tuple(CODE_WORDS), np.where(settled, visits.outcome, NOBODY)),
        "Fault": words(tuple(FAULT_WORDS), np.where(found, visits.fault, NOBODY)),
        "Avoidable": words(tuple(AVOIDABLE_WORDS), np.where(settled, visits.avoidable, NOBODY)),
        "Labor Min": numbers(labour, done),
        "Km": numbers(visits.travel_km, on_site < NEVER),
        "Tech": numbered("TECH", 1, visits.technician),
        "Company": words(tuple(COMPANY_WORDS), visits.contractor.astype(np.int64)),
    }
    mapping = MAPPING.substitute(
        zone=clock.zone.key,
        jobs=toml_values(JOB_WORDS),
        codes=toml_values(CODE_WORDS),
        faults=toml_values(FAULT_WORDS),
        avoidable=toml_values(AVOIDABLE_WORDS),
        companies=toml_values(COMPANY_WORDS),
    )
    return Export("dispatch.xlsx", columns, mapping)


def _job_types(world: World) -> list[Cell]:
    visits = world.visits
    others = dict(zip(PURPOSES[1:], OTHER_JOBS, strict=True))
    return [
        DRIVERS[driver].job if purpose == TROUBLE else others[PURPOSES[purpose]]
        for purpose, driver in zip(visits.purpose.tolist(), visits.driver.tolist(), strict=True)
    ]
