"""The truth about who answers: every agent with team, days of employment, why they left, and skill."""

from __future__ import annotations

from typing import Any

import numpy as np

from firstline.simulate.columns import NEVER, NOBODY
from firstline.simulate.ids import agents as agent_ids
from firstline.simulate.people import EXIT_REASONS, TEAMS, Agents


def agents_of(agents: Agents) -> dict[str, dict[str, Any]]:
    """Each agent by employee number; `left` is the first day without them, None while employed.

    What skill and tenure make of times and shares stands in the rates.
    """
    rows = range(agents.count)
    return {
        number: {
            "team": TEAMS[int(agents.team[row])].name,
            "hired": _day(int(agents.hired[row])),
            "left": _day(int(agents.left[row])) if agents.left[row] < NEVER else None,
            "reason": EXIT_REASONS[int(agents.reason[row])] if agents.reason[row] != NOBODY else None,
            "skill": round(float(agents.skill[row]), 4),
        }
        for row, number in zip(rows, agent_ids(np.array(rows)).to_pylist(), strict=True)
    }


def _day(day: int) -> str:
    return str(np.datetime64(day, "D"))
