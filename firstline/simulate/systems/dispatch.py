"""The dispatch system: jobs with types and completion codes in its own words, times as spreadsheet cells."""

from __future__ import annotations

from string import Template

import numpy as np

from firstline.simulate.cells import Column, in_words, numbers, words
from firstline.simulate.columns import HOUR, NEVER, NOBODY
from firstline.simulate.drivers import CODES
from firstline.simulate.exports import Export, toml_values, wall_times
from firstline.simulate.ids import agents as agent_ids
from firstline.simulate.visits import (
    AVOIDABLE,
    FAULTS,
    OUTCOMES,
    PARTIAL,
    PURPOSES,
    SLOT_HOURS,
    TROUBLE,
    technicians,
)
from firstline.simulate.world import World

TROUBLE_JOBS = {
    "connectivity.slow.evening": "TC - Slow Speed",
    "connectivity.no_service.line_down": "TC - No Internet",
    "connectivity.intermittent.drops": "TC - Intermittent",
    "wifi.coverage.room": "TC - WiFi",
    "equipment.gateway.faulty": "TC - Equipment Swap",
    "voice.quality.noise": "TC - Voice",
    "video.service.freezing": "TC - Video",
}
OTHER_JOBS = {
    "install": "Install - New",
    "disconnect": "Disco - Pick Up Equipment",
    "maintenance": "Maint - Drop Bury",
}
JOB_WORDS = {
    **dict.fromkeys(TROUBLE_JOBS.values(), "trouble"),
    **{job: purpose for purpose, job in OTHER_JOBS.items()},
}
CODE_WORDS = {
    "Complete - Repaired": "completed_fixed",
    "Complete - NTF": "completed_no_fault",
    "Return Trip Needed": "completed_partial",
    "No Access": "no_access",
    "Turned Away at Door": "turned_away",
    "CXL Before Roll": "cancelled_before_dispatch",
    "CXL En Route": "cancelled_after_dispatch",
}
FAULT_WORDS = {
    "Inside Wiring": "inside_wiring",
    "Wi-Fi": "wifi",
    "Gateway/ONT": "cpe",
    "Drop": "drop",
    "Tap/Splitter": "tap_splitter",
    "Plant": "plant",
    "Customer Equip": "customer_equipment",
    "Customer Education": "education",
    "NTF": "none",
}
AVOIDABLE_WORDS = {"No": "no", "Yes": "yes", "Not coded": "unknown"}
COMPANY_WORDS = {"Own crew": "in_house", "Contractor": "contractor"}

MAPPING = Template("""\
# Job list of the dispatch system. It states no costs: truck rolls are then valued at the unit cost in force. What the
# technicians write (Tech Notes) says nothing that is counted: it stays beside the rows.
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
booked_by_agent_id = "Booked By"
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
        "Job #": world.ids.jobs(np.arange(len(visits.created))),
        "Acct": world.ids.accounts(visits.subscriber),
        "Premise": world.ids.premises(visits.subscriber),
        "Ticket Ref": world.ids.tickets(visits.ticket),
        "Job Type": _job_types(world),
        "Booked": wall_times(clock, visits.created),
        "Booked By": agent_ids(world.booked_by),
        "Window From": wall_times(clock, visits.window),
        "Window To": wall_times(clock, visits.window + SLOT_HOURS * HOUR),
        "Rolled": wall_times(clock, np.where(visits.dispatched < clock.end, visits.dispatched, NEVER)),
        "On Site": wall_times(clock, on_site),
        "Finished": wall_times(clock, np.where(done, visits.settled, NEVER)),
        "Completion Code": words(in_words(CODE_WORDS, OUTCOMES), np.where(settled, visits.outcome, NOBODY)),
        "Fault": words(in_words(FAULT_WORDS, FAULTS), np.where(found, visits.fault, NOBODY)),
        "Avoidable": words(in_words(AVOIDABLE_WORDS, AVOIDABLE), np.where(settled, visits.avoidable, NOBODY)),
        "Labor Min": numbers(labour, done),
        "Km": numbers(visits.travel_km, on_site < NEVER),
        "Tech": technicians(visits, world.block),
        "Company": words(tuple(COMPANY_WORDS), visits.contractor.astype(np.int64)),
        "Tech Notes": world.notes.written,
    }
    mapping = MAPPING.substitute(
        zone=clock.zone.key,
        jobs=toml_values(JOB_WORDS),
        codes=toml_values(CODE_WORDS),
        faults=toml_values(FAULT_WORDS),
        avoidable=toml_values(AVOIDABLE_WORDS),
        companies=toml_values(COMPANY_WORDS),
    )
    return Export("dispatch.xlsx", columns, mapping, left=("Tech Notes",))


def _job_types(world: World) -> Column:
    """Trouble jobs by their reason, the others by their purpose."""
    jobs = [*(TROUBLE_JOBS.get(code) for code in CODES), *(OTHER_JOBS.get(purpose) for purpose in PURPOSES)]
    visits = world.visits
    return words(jobs, np.where(visits.purpose == TROUBLE, visits.driver, len(CODES) + visits.purpose))
