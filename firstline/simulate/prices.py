"""What work costs the provider, from when on: a truck roll, an hour by role, what the outsourcing firms are paid.

The amounts are those of the last calendar year of the span; each year before was cheaper by the same share.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from firstline.simulate.people import TEAMS, Agents
from firstline.simulate.wallclock import EPOCH, Clock

CURRENCY = "USD"
TRUCK_ROLL = 138.0
"""A truck roll with labour, vehicle and travel. Reference: 120 to 150 USD, a vendor's KPI guide."""

DEARER_A_YEAR = 0.035
"""How much dearer everything is on 1 January; judgement."""

WAIT_S = 14 * 86_400
"""So long after a month its figures are frozen for payment; judgement."""


@dataclass(frozen=True)
class HourlyRate:
    """What an hour costs with benefits and overhead; `tier` and `employer` are empty for all."""

    role: str
    tier: str | None
    employer: str | None
    amount: float


HOURLY_RATES: tuple[HourlyRate, ...] = (
    HourlyRate("agent", "1", "in_house", 31.50),
    HourlyRate("agent", "2", "in_house", 44.00),
    HourlyRate("agent", "1", "vendor", 24.00),
    HourlyRate("supervisor", None, None, 49.00),
    HourlyRate("technician", None, None, 46.00),
)
"""Judgement: the rate of a first agent is the vocabulary's example, the others follow its order of sizes."""


@dataclass(frozen=True)
class Terms:
    """What a firm is paid for, the price of one, and the least due a month for each of its agents at the start."""

    contract: str
    vendor: str
    pays_per: str
    price: float
    least_per_agent: float


CONTRACTS: tuple[Terms, ...] = (
    Terms("NC-CALLS", "northcall", "handle_minute", 0.62, 1_500.0),
    Terms("BD-CONTACTS", "brightdesk", "contact", 5.20, 1_500.0),
)
"""Judgement: by the minute invites long calls, by the contact short ones (kpi-reference 2.8)."""


def minimum_of(terms: Terms, agents: Agents, clock: Clock) -> float:
    """The least due a month."""
    theirs = np.array([team.vendor == terms.vendor for team in TEAMS])[agents.team]
    return terms.least_per_agent * int((theirs & (agents.hired < (clock.first - EPOCH).days)).sum())


def price_years(clock: Clock) -> Iterator[tuple[date | None, float]]:
    """From when each year's prices hold (None: since always), and what the amounts above are multiplied by."""
    last = clock.last.year
    for year in range(clock.first.year, last + 1):
        yield (None if year == clock.first.year else date(year, 1, 1)), (1 + DEARER_A_YEAR) ** (year - last)
