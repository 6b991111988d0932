"""The truth about the mistakes of the feeds: which export, from when, and what it should have said."""

from __future__ import annotations

from typing import Any

import numpy as np

from firstline.simulate.columns import NEVER, iso
from firstline.simulate.contacts import PHONE
from firstline.simulate.ids import agents, renamed_agents
from firstline.simulate.mistakes import RECODED, RENAMED_TEAM, SILENT_SITE
from firstline.simulate.people import TEAMS
from firstline.simulate.world import World

CALLS, CHATS, SURVEYS = "calls.csv", "chats.xlsx", "surveys.csv"


def mistakes_of(world: World) -> dict[str, Any]:
    """Each mistake by name; None for one that there is not."""
    flaws = world.flaws
    return {
        "switchboard": _switchboard(world) if flaws.switchboard_accounts else None,
        "time_zone": {"export": CHATS, "since": iso(flaws.zone_from), "written": "local time, called UTC"}
        if flaws.zone_from < NEVER
        else None,
        "renamed_agents": _renamed(world) if flaws.renamed_from < NEVER else None,
        "missing_calls": _missing(world) if flaws.missing_from < NEVER else None,
        "recoded_reasons": {"export": CALLS, "since": iso(flaws.recoded_from), "codes": RECODED}
        if flaws.recoded_from < NEVER
        else None,
        "late_source": {"export": SURVEYS, "read_at": iso(flaws.late_from)} if flaws.late_from < NEVER else None,
    }


def _switchboard(world: World) -> dict[str, Any]:
    shared = world.flaws.sharing(world.subscribers, world.block)
    return {
        "export": CALLS,
        "number": world.ids.numbers(shared, shared)[0].as_py() if len(shared) else None,
        "accounts": world.ids.accounts(shared).to_pylist(),
    }


def _renamed(world: World) -> dict[str, Any]:
    team = [item.name for item in TEAMS].index(RENAMED_TEAM)
    rows = np.flatnonzero(world.agents.team == team)
    names = zip(agents(rows).to_pylist(), renamed_agents(rows, rows >= 0).to_pylist(), strict=True)
    return {
        "exports": [CALLS, CHATS],
        "since": iso(world.flaws.renamed_from),
        "team": RENAMED_TEAM,
        "names": dict(names),
    }


def _missing(world: World) -> dict[str, Any]:
    contacts, flaws = world.contacts, world.flaws
    lost = (contacts.channel == PHONE) & flaws.lost(world.agents, contacts.agent, contacts.entered)
    return {
        "export": CALLS,
        "site": SILENT_SITE,
        "from": iso(flaws.missing_from),
        "until": iso(flaws.missing_until),
        "calls": int(lost.sum()),
    }
