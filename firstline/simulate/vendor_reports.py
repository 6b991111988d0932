"""What the outsourcing firms report of themselves by month, and what the rows say: which differ in known ways.

Each block counts the firms' work; the counts of all blocks add up, and the reports are made of the sums.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from math import ceil
from typing import Any

import numpy as np

from firstline.periods import calendar_periods, local_date, midnight
from firstline.simulate.columns import DAY, Flags
from firstline.simulate.contacts import ANSWERED, FLAG_MISSING, FLAG_YES
from firstline.simulate.people import TEAMS
from firstline.simulate.truth_months import by_month
from firstline.simulate.wallclock import Clock
from firstline.simulate.world import World

Counts = dict[str, list[float]]
VENDORS: tuple[str, ...] = tuple(team.vendor for team in TEAMS if team.vendor)
DECIMALS = {"s": 1, "fraction": 4}
"""Firms report seconds to a tenth and shares to a hundredth of a percent."""

FLAGGED, MISSING, YES = "contacts_flagged", "contacts_without_flag", "contacts_flagged_resolved"
ANSWERS, TALK, WRAP = "contacts_answered", "talk_and_hold_s", "wrap_s"
SOLVED, REOPENED, REOPENED_SOON = "tickets_solved", "tickets_reopened", "tickets_reopened_within_24h"


@dataclass(frozen=True)
class Claim:
    """A measure of the reports: which KPI it claims to be, the firms' word and unit, how each firm makes it."""

    kpi: str
    word: str
    unit: str
    told: Mapping[str, str]


@dataclass(frozen=True)
class Reported:
    """What a firm reports of one month, or of the part of it that lies in the span: [start, end), local days.

    `rows` is the figure by the provider's rows, `n` what both are made of; None where the firm had nothing to do.
    """

    vendor: str
    measure: str
    start: date
    end: date
    value: float | None
    rows: float | None
    n: int


def _claims() -> dict[str, Claim]:
    text = files("firstline.simulate").joinpath("vendor_reports.toml").read_text("utf-8")
    return {name: Claim(**declared) for name, declared in tomllib.loads(text).items()}


CLAIMS = _claims()
AS_THE_ROWS = "as the rows"
HONEST = {name: replace(claim, told=dict.fromkeys(VENDORS, AS_THE_ROWS)) for name, claim in CLAIMS.items()}
"""The same measures where every firm counts as the rows do."""


def vendor_work(world: World, counted: Flags) -> dict[str, Counts]:
    """By firm: what it did, by month. `counted` are the tickets that figures count.

    Contacts count in the month in which they began, tickets in that of their first solution, by who solved them.
    """
    contacts, tickets, clock = world.contacts, world.tickets, world.clock
    firm = np.array([VENDORS.index(team.vendor) if team.vendor else -1 for team in TEAMS])[world.agents.team]
    handler, solver = np.append(firm, -1)[contacts.agent], np.append(firm, -1)[tickets.solver]
    found = {}
    for row, vendor in enumerate(VENDORS):
        mine = (contacts.disposition == ANSWERED) & (handler == row)
        said = mine & (contacts.flag != FLAG_MISSING)
        at = contacts.entered
        solved = counted & (tickets.solved < clock.end) & (solver == row)
        again = solved & (tickets.reopened < clock.end)
        soon = again & (np.where(again, tickets.reopened, 0) - tickets.solved <= DAY)
        found[vendor] = {
            ANSWERS: by_month(world, at, mine),
            TALK: by_month(world, at, mine, contacts.talk_s + contacts.hold_s),
            WRAP: by_month(world, at, mine, contacts.wrap_s),
            FLAGGED: by_month(world, at, said),
            MISSING: by_month(world, at, mine & ~said),
            YES: by_month(world, at, said & (contacts.flag == FLAG_YES)),
            SOLVED: by_month(world, tickets.solved, solved),
            REOPENED: by_month(world, tickets.solved, again),
            REOPENED_SOON: by_month(world, tickets.solved, soon),
        }
    return found


def vendor_reports(work: Mapping[str, Counts], clock: Clock, claims: Mapping[str, Claim]) -> list[Reported]:
    """What each firm reports of each month by these claims, by firm, measure and month."""
    months = calendar_periods(midnight(clock.first, clock.zone), midnight(clock.last, clock.zone), "month", clock.zone)
    spans = [(local_date(month.start, clock.zone), local_date(month.end, clock.zone)) for month in months]
    return [
        _reported(vendor, measure, claim.told[vendor], {name: values[row] for name, values in counts.items()}, span)
        for vendor, counts in work.items()
        for measure, claim in claims.items()
        for row, span in enumerate(spans)
    ]


def _reported(vendor: str, measure: str, told: str, had: Mapping[str, float], span: tuple[date, date]) -> Reported:
    sides = {
        "handle_time": (had[TALK] + had[WRAP], had[ANSWERS]),
        "said_solved": (had[YES], had[FLAGGED]),
        "reopened": (had[REOPENED], had[SOLVED]),
    }
    other = {
        "without after-call work": (had[TALK], had[ANSWERS]),
        "no flag counts as resolved": (had[YES] + had[MISSING], had[FLAGGED] + had[MISSING]),
        "reopenings of the first 24 hours alone": (had[REOPENED_SOON], had[SOLVED]),
    }
    part, whole = other.get(told, sides[measure])
    if not whole:
        return Reported(vendor, measure, *span, None, None, 0)
    is_raised = told == "rounded up to a whole percent"
    value = ceil(part * 100 / whole) / 100 if is_raised else round(part / whole, DECIMALS[CLAIMS[measure].unit])
    own, of = sides[measure]
    return Reported(vendor, measure, *span, value, own / of if of else None, int(whole))


def truth_of_reports(reports: Sequence[Reported], claims: Mapping[str, Claim]) -> dict[str, Any] | None:
    """By firm and measure: how the figure is made, what was reported and what the rows say, in the order of months.

    None where every firm counts as the rows do.
    """
    if claims == HONEST:
        return None
    found: dict[str, Any] = {vendor: {} for vendor in VENDORS}
    for row in reports:
        claim = claims[row.measure]
        fresh = {"kpi": claim.kpi, "told": claim.told[row.vendor], "reported": [], "rows": []}
        entry = found[row.vendor].setdefault(row.measure, fresh)
        entry["reported"].append(row.value)
        entry["rows"].append(row.rows)
    return found
