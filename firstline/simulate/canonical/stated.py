"""What the provider states about itself as canonical rows, once for all blocks: agents, hours, queues, promises."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from firstline.simulate.canonical.moments import days, midnights
from firstline.simulate.cells import Columns, words
from firstline.simulate.columns import HOUR, NEVER
from firstline.simulate.contacts import QUEUES
from firstline.simulate.ids import agents as agent_ids
from firstline.simulate.people import EXIT_REASONS, PART_TIME_FTE, TEAMS
from firstline.simulate.provider import Provider
from firstline.simulate.systems.setup import (
    LEVEL_S,
    NETWORK,
    PROMISES,
    SHORT_S,
    SUPPORT,
    calendar_rows,
)


def agents(provider: Provider) -> Columns:
    """One row per agent, those who left included."""
    people, clock = provider.agents, provider.clock
    employer = np.array([bool(team.vendor) for team in TEAMS], dtype=np.int64)[people.team]
    return {
        "agent_id": agent_ids(np.arange(people.count)),
        "hire_date": days(people.hired),
        "exit_date": days(np.where(people.left < NEVER, people.left - 1, NEVER)),
        "exit_reason": words(EXIT_REASONS, people.reason),
        "tier": words([str(team.tier) for team in TEAMS], people.team),
        "team": words([team.name for team in TEAMS], people.team),
        "site_id": words([team.site for team in TEAMS], people.team),
        "employer": words(("in_house", "vendor"), employer),
        "vendor_id": words([team.vendor or None for team in TEAMS], people.team),
        "fte": words((1.0, PART_TIME_FTE), people.part_time.astype(np.int64)),
        "valid_from": midnights(clock, people.hired),
        "valid_to": midnights(clock, people.left),
    }


def calendars(provider: Provider) -> Columns:
    """Opening hours: one row per weekday."""
    clock = provider.clock
    rows = calendar_rows(clock)
    names = ("calendar_id", "weekday", "opens", "closes")
    stated = {name: pa.array(cells) for name, cells in zip(names, zip(*rows, strict=True), strict=True)}
    return {**stated, "tz": pa.array([clock.zone.key] * len(rows))}


def queues(_: Provider) -> Columns:
    """Queues and their limits; '*' stands for all that is not stated otherwise."""
    n = 1 + len(QUEUES)
    return {
        "queue_id": pa.array(("*", *QUEUES)),
        "calendar_id": pa.array([SUPPORT] * n),
        "service_level_s": pa.array([LEVEL_S] * n),
        "short_abandon_s": pa.array([SHORT_S] * n),
    }


def teams(_: Provider) -> Columns:
    """Teams with their tier and hours."""
    return {
        "team": pa.array([team.name for team in TEAMS]),
        "tier": pa.array([str(team.tier) for team in TEAMS]),
        "calendar_id": pa.array([SUPPORT if team.tier == 1 else NETWORK for team in TEAMS]),
    }


def promises(_: Provider) -> Columns:
    """What customers are promised."""
    return {
        "policy_id": pa.array([promise.name for promise in PROMISES]),
        "clock": pa.array([promise.clock for promise in PROMISES]),
        "priority": pa.array([promise.priority for promise in PROMISES]),
        "target_s": pa.array([promise.hours * HOUR for promise in PROMISES]),
        "calendar_id": pa.array([SUPPORT] * len(PROMISES)),
        "pauses_on": pa.array(["pending"] * len(PROMISES)),
    }
