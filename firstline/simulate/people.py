"""The agents who answer: tiers, teams, employers, and when each was hired and left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from firstline.simulate.columns import NEVER, NOBODY, Flags, Floats, Ints, filled, happens, stack
from firstline.simulate.rates import Rates
from firstline.simulate.wallclock import EPOCH


@dataclass(frozen=True)
class Team:
    """A group of agents; `vendor` is empty for our own people, `share` is its part of the tier."""

    name: str
    site: str
    tier: int
    share: float
    vendor: str = ""


TEAMS: tuple[Team, ...] = (
    Team("Desk North", "Denver", 1, 0.34),
    Team("Desk South", "Pueblo", 1, 0.22),
    Team("NorthCall Broadband", "Tulsa", 1, 0.22, vendor="northcall"),
    Team("BrightDesk Support", "Boise", 1, 0.22, vendor="brightdesk"),
    Team("Network Desk", "Denver", 2, 1.0),
)
REPEAT_TEAM = "NorthCall Broadband"
"""The planted vendor team: its fixes fail more often (Rates.repeat_team_factor)."""

MIX_TEAM = "BrightDesk Support"
"""The planted vendor team that only looks bad: it gets the hard calls (Rates.hard_calls_routed)."""

FEWEST_AGENTS = 14


@dataclass(frozen=True)
class Agents:
    """One row per agent. `hired` and `left` are local days since 1970 (`left` NEVER while employed)."""

    team: Ints
    hired: Ints
    left: Ints
    part_time: Flags

    @property
    def count(self) -> int:
        """How many agents there are, those who left included."""
        return len(self.team)

    @property
    def tier(self) -> Ints:
        """Tier of each agent, 1 or 2."""
        return np.array([team.tier for team in TEAMS], dtype=np.int64)[self.team]

    def failing(self, rates: Rates) -> Floats:
        """How much oftener than usual each agent's solutions turn out to be none."""
        factors = [rates.repeat_team_factor if team.name == REPEAT_TEAM else 1.0 for team in TEAMS]
        return np.array(factors)[self.team]

    def working(self, rng: np.random.Generator, day: Ints, tier: int) -> Ints:
        """One agent of the tier for each local day, drawn from those employed on it."""
        return self._employed(rng, day, np.flatnonzero(self.tier == tier))

    def routed(self, rng: np.random.Generator, rates: Rates, agent: Ints, day: Ints, hard: Flags) -> Ints:
        """The same tier 1 agents, but that a share of the hard calls goes to the team with the bad mix.

        As many of its easy calls go to the others instead. `agent` may be NOBODY, and stays so.
        """
        mixed = np.append(self.team, NOBODY)[agent] == [team.name for team in TEAMS].index(MIX_TEAM)
        moves = (agent != NOBODY) & (mixed != hard) & happens(rng, rates.hard_calls_routed, len(agent))
        chosen = agent.copy()
        tier_1, in_mix = self.tier == 1, self.team == [team.name for team in TEAMS].index(MIX_TEAM)
        for rows, crew in ((moves & hard, tier_1 & in_mix), (moves & ~hard, tier_1 & ~in_mix)):
            chosen[rows] = self._employed(rng, day[rows], np.flatnonzero(crew))
        return chosen

    def _employed(self, rng: np.random.Generator, day: Ints, crew: Ints) -> Ints:
        """One of the crew for each local day, drawn from those employed on it."""
        chosen = filled(len(day), NOBODY)
        open_rows = np.arange(len(day))
        # Drawing again until the agent was employed: one member of each team never leaves, so this ends.
        while len(open_rows):
            candidate = crew[rng.integers(0, len(crew), len(open_rows))]
            fits = (self.hired[candidate] <= day[open_rows]) & (day[open_rows] < self.left[candidate])
            chosen[open_rows[fits]] = candidate[fits]
            open_rows = open_rows[~fits]
        return chosen


def hire_agents(rng: np.random.Generator, first: date, last: date, subscribers: int, rates: Rates) -> Agents:
    """The agents of a span: each leaves at the yearly rate and is replaced three weeks later."""
    n = max(FEWEST_AGENTS, round(subscribers / rates.subscribers_per_agent))
    shares = [team.share if team.tier == 1 else 0.25 for team in TEAMS]
    # Dealt out by share, not drawn: few agents would leave a team too small to compare
    edges = np.cumsum(shares) / sum(shares)
    team = np.searchsorted(edges, (np.arange(n) + 0.5) / n).astype(np.int64)
    begins, ends = (first - EPOCH).days, (last - EPOCH).days
    hired = begins - rng.integers(30, 5 * 365, n)
    chance = 1 - np.exp(-rates.agent_leaves_per_year * (ends - begins) / 365.25)
    stays = np.isin(np.arange(n), np.unique(team, return_index=True)[1])  # the first of each team
    leaving = happens(rng, chance, n) & ~stays
    left = np.where(leaving, rng.integers(begins + 1, ends + 1, n), NEVER)
    here = Agents(team, hired, left, happens(rng, 0.2, n))
    replaced = leaving & (left + 21 < ends)
    later = Agents(
        team[replaced],
        left[replaced] + 21,
        filled(int(replaced.sum()), NEVER),
        happens(rng, 0.2, int(replaced.sum())),
    )
    return stack([here, later])
