"""The workforce system: who answers, in which team, for which employer."""

from __future__ import annotations

from string import Template

import numpy as np

from firstline.simulate.cells import Column, in_words, words
from firstline.simulate.columns import NEVER
from firstline.simulate.exports import Export, dates, toml_values
from firstline.simulate.ids import agents as agent_ids
from firstline.simulate.people import EXIT_REASONS, TEAMS
from firstline.simulate.world import World

DATE = "%Y-%m-%d"
EMPLOYER_WORDS = {"Own staff": "in_house", "Outsourced": "vendor"}

REASON_WORDS = {"Resigned": "voluntary", "Dismissed": "involuntary"}

MAPPING = Template("""\
# Roster of the workforce system: one row per agent, those who left included.
source = "workforce"

[file]
entity = "agent"
timezone = "$zone"
complete_until = "exported_at"

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
""")


def agents_export(world: World) -> Export:
    """agents.csv: agents."""
    agents = world.agents
    outsourced = np.array([bool(team.vendor) for team in TEAMS], dtype=np.int64)
    columns: dict[str, Column] = {
        "Employee No": agent_ids(np.arange(agents.count)),
        "Team": words([team.name for team in TEAMS], agents.team),
        "Site": words([team.site for team in TEAMS], agents.team),
        "Tier": words([str(team.tier) for team in TEAMS], agents.team),
        "Employment": words(tuple(EMPLOYER_WORDS), outsourced[agents.team]),
        "Partner": words([team.vendor for team in TEAMS], agents.team),
        "FTE": words(("1.0", "0.6"), agents.part_time.astype(np.int64)),
        "Hired": dates(agents.hired, DATE),
        "Last Day": dates(np.where(agents.left < NEVER, agents.left - 1, NEVER), DATE),
        "Left Because": words(in_words(REASON_WORDS, EXIT_REASONS), agents.reason),
    }
    mapping = MAPPING.substitute(
        zone=world.clock.zone.key,
        date=DATE,
        employers=toml_values(EMPLOYER_WORDS),
        reasons=toml_values(REASON_WORDS),
    )
    return Export("agents.csv", columns, mapping)
