"""The agents who answer: tiers, teams, employers, skill, and when each was hired and left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from firstline.simulate.columns import NEVER, NOBODY, Flags, Floats, Ints, drawn, filled, happens, stack
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
"""Each with its site, tier, and share of the agents of its tier; judgement."""
REPEAT_TEAM = "NorthCall Broadband"
"""The planted vendor team: its fixes fail more often (Rates.repeat_team_factor)."""

MIX_TEAM = "BrightDesk Support"
"""The planted vendor team that only looks bad: it gets the hard calls (Rates.hard_calls_routed)."""

FEWEST_AGENTS = 14


@dataclass(frozen=True)
class Effect:
    """What an agent's times and shares are multiplied by, one row per contact or ticket; 1 is the usual."""

    time: Floats
    solving: Floats
    escalating: Floats


EXIT_REASONS: tuple[str, ...] = ("voluntary", "involuntary")

TIER_2_SHARE = 0.25
"""How many tier 2 has for each in tier 1; judgement."""
PART_TIME_SHARE, PART_TIME_FTE = 0.2, 0.6
"""Who works part time, and how much of a full week; judgement."""
NOBODY_LEAVES, YEAR_DAYS = 1e-6, 365.25
"""A yearly rate of leaving that is none, and the days of a year."""
GAP_DAYS = 21
"""So long a place is empty before somebody new is there; judgement."""

DAYS_A_WEEK = 5

TRIES = 40
"""After so many draws in which nobody of a small crew was on shift, a colleague stands in."""


@dataclass(frozen=True)
class Agents:
    """One row per agent. `hired` and `left` are local days since 1970 (`left` NEVER while employed).

    `reason` is that of leaving, a position in EXIT_REASONS or NOBODY; `skill` has mean 0 in each team, so that no team
    is better than another but by what is planted, and a standard deviation of about 1.
    """

    team: Ints
    hired: Ints
    left: Ints
    part_time: Flags
    reason: Ints
    skill: Floats

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

    def effect(self, agent: Ints, day: Ints, rates: Rates) -> Effect:
        """What skill and tenure make of the work of these agents (rows or NOBODY) on these local days."""
        lacks = np.exp(-np.maximum(day - np.append(self.hired, 0)[agent], 0) / (7 * rates.newcomer_weeks))
        nobody = agent == NOBODY
        lacks, skill = np.where(nobody, 0.0, lacks), np.append(self.skill, 0.0)[agent]
        return Effect(
            time=(1 + rates.newcomer_slower * lacks) * (1 + rates.skill_on_time) ** -skill,
            solving=(1 - rates.newcomer_solves_less * lacks) * (1 + rates.skill_on_solving) ** skill,
            escalating=(1 + rates.newcomer_escalates * lacks) * (1 + rates.skill_on_escalating) ** -skill,
        )

    def working(self, rng: np.random.Generator, day: Ints, tier: int, late: Flags | None = None) -> Ints:
        """One agent of the tier for each local day, drawn from those at work on it.

        `late` says for which in the late shift and for which in the early one; without it in either.
        """
        return self._at_work(rng, day, np.flatnonzero(self.tier == tier), late)

    def at_work(self, agent: Ints, day: Ints, late: Flags | None = None) -> Flags:
        """Which of these agents are employed and on shift on these local days.

        Each works five days of seven, two together are off, and one week the early shift, the next the late one.
        """
        turn = day + agent  # not all have the same days off
        there: Flags = (self.hired[agent] <= day) & (day < self.left[agent]) & (turn % 7 < DAYS_A_WEEK)
        return there if late is None else there & ((turn // 7 + agent) % 2 == late)

    def routed(
        self, rng: np.random.Generator, rates: Rates, agent: Ints, day: Ints, hard: Flags, late: Flags | None = None
    ) -> Ints:
        """The same tier 1 agents, but that a share of the hard calls goes to the team with the bad mix.

        As many of its easy calls go to the others instead. `agent` may be NOBODY, and stays so.
        """
        mixed = np.append(self.team, NOBODY)[agent] == [team.name for team in TEAMS].index(MIX_TEAM)
        moves = (agent != NOBODY) & (mixed != hard) & happens(rng, rates.hard_calls_routed, len(agent))
        chosen = agent.copy()
        tier_1, in_mix = self.tier == 1, self.team == [team.name for team in TEAMS].index(MIX_TEAM)
        for rows, crew in ((moves & hard, tier_1 & in_mix), (moves & ~hard, tier_1 & ~in_mix)):
            chosen[rows] = self._at_work(rng, day[rows], np.flatnonzero(crew), None if late is None else late[rows])
        return chosen

    def _at_work(self, rng: np.random.Generator, day: Ints, crew: Ints, late: Flags | None) -> Ints:
        """One of the crew for each local day, drawn from those at work on it; where nobody is, from those employed."""
        chosen = filled(len(day), NOBODY)
        open_rows, tries = np.arange(len(day)), 0
        # Drawing again until somebody fits: one member of each team never leaves, so this ends.
        while len(open_rows):
            candidate, on = crew[rng.integers(0, len(crew), len(open_rows))], day[open_rows]
            if tries < TRIES:
                fits = self.at_work(candidate, on, None if late is None else late[open_rows])
            else:
                fits = (self.hired[candidate] <= on) & (on < self.left[candidate])
            chosen[open_rows[fits]] = candidate[fits]
            open_rows, tries = open_rows[~fits], tries + 1
        return chosen


def hire_agents(rng: np.random.Generator, first: date, last: date, subscribers: int, rates: Rates) -> Agents:
    """The agents of a span: each leaves at the yearly rate and is replaced three weeks later, again and again."""
    n = max(FEWEST_AGENTS, round(subscribers / rates.subscribers_per_agent))
    shares = [team.share if team.tier == 1 else TIER_2_SHARE for team in TEAMS]
    # Dealt out by share, not drawn: few agents would leave a team too small to compare
    edges = np.cumsum(shares) / sum(shares)
    team = np.searchsorted(edges, (np.arange(n) + 0.5) / n).astype(np.int64)
    begins, ends = (first - EPOCH).days, (last - EPOCH).days
    stays = np.isin(np.arange(n), np.unique(team, return_index=True)[1])  # the first of each team
    crew = _with_exits(rng, rates, team, begins - rng.integers(30, 5 * 365, n), stays, begins, ends)
    crews = []
    while crew.count:
        crews.append(crew)
        freed = crew.left < ends - GAP_DAYS  # NEVER plus days would wrap around
        hired = crew.left[freed] + GAP_DAYS
        crew = _with_exits(rng, rates, crew.team[freed], hired, filled(len(hired), 0) > 0, begins, ends)
    agents = stack(crews)
    mean = np.bincount(agents.team, agents.skill) / np.bincount(agents.team)
    return replace(agents, skill=agents.skill - mean[agents.team])


def _with_exits(
    rng: np.random.Generator, rates: Rates, team: Ints, hired: Ints, stays: Flags, begins: int, ends: int
) -> Agents:
    """Agents hired on these days, who leave at the yearly rate in what is left of the span."""
    n, years = len(team), rng.exponential(1.0, len(team)) / max(rates.agent_leaves_per_year, NOBODY_LEAVES)
    left = np.maximum(hired, begins) + 1 + (years * YEAR_DAYS).astype(np.int64)
    leaving = (left <= ends) & ~stays
    return Agents(
        team=team,
        hired=hired,
        left=np.where(leaving, left, NEVER),
        part_time=happens(rng, PART_TIME_SHARE, n),
        reason=np.where(leaving, drawn(rng, [rates.agent_quits_share, 1 - rates.agent_quits_share], n), NOBODY),
        skill=rng.normal(size=n),
    )
