"""The workforce system: who answers, in which team, for which employer."""

from __future__ import annotations

from collections.abc import Iterator
from string import Template

import numpy as np

from firstline.simulate.cells import Column, in_words, words
from firstline.simulate.columns import NEVER, NOBODY
from firstline.simulate.exports import Export, dates, toml_values
from firstline.simulate.ids import agents as agent_ids
from firstline.simulate.listed import ROSTER, file_of, on_roster
from firstline.simulate.people import EXIT_REASONS, TEAMS
from firstline.simulate.wallclock import EPOCH
from firstline.simulate.world import World

DATE = "%Y-%m-%d"
EMPLOYER_WORDS = {"Own staff": "in_house", "Outsourced": "vendor"}

REASON_WORDS = {"Resigned": "voluntary", "Dismissed": "involuntary"}

MAPPING = Template("""\
# Roster of the workforce system: everybody who was employed at any time since the one before, those who left included.
source = "workforce"

[file]
entity = "agent"
timezone = "$zone"
complete_until = "exported_at"
snapshot_at = "exported_at"
full = true

[fields]
agent_id = "Employee No"
hire_date = { column = "Hired", format = "$date" }
exit_date = { column = "Last Day", format = "$date" }
exit_reason = { column = "Left Because", values = $reasons }
tier = "Tier"
team = "Team"
site_id = "Site"
employer = { column = "Employment", values = $employers }
vendor_id = "Partner"
fte = "FTE"
valid_from = { column = "Hired", format = "$date" }
valid_to = { column = "Gone From", format = "$date" }
""")


def rosters(world: World) -> Iterator[Export]:
    """roster-DAY.csv: agents, as each roster lists them on its day."""
    agents = world.agents
    outsourced = np.array([bool(team.vendor) for team in TEAMS], dtype=np.int64)
    mapping = MAPPING.substitute(
        zone=world.clock.zone.key,
        date=DATE,
        employers=toml_values(EMPLOYER_WORDS),
        reasons=toml_values(REASON_WORDS),
    )
    for day, listed in on_roster(agents, world.clock):
        rows = np.flatnonzero(listed)
        team, left = agents.team[rows], agents.left[rows]
        # who will leave later is told by a later roster
        gone = left <= (day - EPOCH).days
        columns: dict[str, Column] = {
            "Employee No": agent_ids(rows),
            "Team": words([team.name for team in TEAMS], team),
            "Site": words([team.site for team in TEAMS], team),
            "Tier": words([str(team.tier) for team in TEAMS], team),
            "Employment": words(tuple(EMPLOYER_WORDS), outsourced[team]),
            "Partner": words([team.vendor for team in TEAMS], team),
            "FTE": words(("1.0", "0.6"), agents.part_time[rows].astype(np.int64)),
            "Hired": dates(agents.hired[rows], DATE),
            "Last Day": dates(np.where(gone, left - 1, NEVER), DATE),
            "Gone From": dates(np.where(gone, left, NEVER), DATE),
            "Left Because": words(in_words(REASON_WORDS, EXIT_REASONS), np.where(gone, agents.reason[rows], NOBODY)),
        }
        yield Export(file_of(ROSTER, day), columns, mapping)
