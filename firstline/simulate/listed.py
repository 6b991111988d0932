"""Lists as of a day, which a provider keeps in place of a history: the monthly roster, and who is active today.

Each is a file of its own, made at the first instant of its day; those of one kind share a mapping.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np

from firstline.simulate.columns import Flags
from firstline.simulate.people import Agents
from firstline.simulate.subscribers import Subscribers
from firstline.simulate.wallclock import EPOCH, Clock

ROSTER, ACTIVE = "roster", "active_customers"
QUARTER = 3
"""The lists of who is active that a provider still has; judgement."""


def roster_days(clock: Clock) -> list[date]:
    """The first of each month in the span, and the day after its last."""
    firsts = clock.month_starts[1:].tolist()
    return [*(_local_day(clock, at) for at in firsts), clock.last]


def active_days(clock: Clock, lists: int) -> list[date]:
    """The latest firsts of a month in the span, as many as there are `lists`; the customer list itself is newer."""
    return roster_days(clock)[:-1][-lists:] if lists else []


def file_of(kind: str, day: date) -> str:
    """The name of one list's file."""
    return f"{kind}-{day:%Y-%m-%d}.csv"


def on_roster(agents: Agents, clock: Clock) -> list[tuple[date, Flags]]:
    """Each roster's day, and who is on it: all who were employed at any time since the one before."""
    days = roster_days(clock)
    spans = pairwise([clock.first, *days])
    return [(day, (agents.hired < _number(day)) & (agents.left > _number(since))) for since, day in spans]


def are_active(subscribers: Subscribers, left: np.ndarray, day: date) -> Flags:
    """Who has the service on the morning of a day; `left` is the local day on which each ceased to."""
    active: Flags = (subscribers.activated <= _number(day)) & (left > _number(day))
    return active


def _number(day: date) -> int:
    return (day - EPOCH).days


def _local_day(clock: Clock, at: int) -> date:
    return date.fromordinal(EPOCH.toordinal() + int(clock.day(np.array([at]))[0]))
