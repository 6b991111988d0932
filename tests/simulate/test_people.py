"""Tenure and skill of agents make a difference in what happens, as large as was asked for; who leaves is replaced."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from firstline.simulate.columns import NEVER, NOBODY, Flags, Floats, Ints
from firstline.simulate.contacts import ANSWERED, CHAT
from firstline.simulate.drivers import OUTAGE, SOLVED, TALK_S, number_of
from firstline.simulate.people import EXIT_REASONS, GAP_DAYS, TEAMS, Agents, hire_agents
from firstline.simulate.provider import generator
from firstline.simulate.rates import RATES, Rates
from firstline.simulate.run import Simulated
from firstline.simulate.world import World
from tests.simulate.conftest import END, ZONE, world_of

Read = Callable[[str], pd.DataFrame]
SAME_FOR_ALL = replace(
    RATES,
    newcomer_slower=0.0,
    newcomer_solves_less=0.0,
    newcomer_escalates=0.0,
    skill_on_time=0.0,
    skill_on_solving=0.0,
    skill_on_escalating=0.0,
)


def _many(rates: Rates = RATES, seed: int = 1) -> Agents:
    """The agents of a provider of 700,000 subscribers over two years."""
    return hire_agents(generator(seed, "agents"), date(2024, 4, 1), END, 700_000, rates)


def _answered(world: World) -> tuple[Flags, Ints, Ints]:
    """The answered contacts that could be solved by one agent, who that was, and for how many days already."""
    contacts = world.contacts
    chosen = (contacts.disposition == ANSWERED) & (contacts.driver != number_of(OUTAGE)) & (contacts.transfers == 0)
    agent = contacts.agent[chosen]
    return chosen, agent, world.clock.day(contacts.entered[chosen]) - world.agents.hired[agent]


def _talk(world: World, chosen: Flags) -> Floats:
    """Talk time against what is usual for the reason, the channel and for asking how far a ticket is."""
    contacts = world.contacts
    usual = (
        TALK_S[contacts.driver] * np.where(contacts.chases, 0.35, 1.0) * np.where(contacts.channel == CHAT, 1.5, 1.0)
    )
    return ((contacts.talk_s - 20) / usual)[chosen]


@pytest.fixture(scope="module")
def alike() -> World:
    """The same provider with agents who are all alike."""
    return world_of(date(2025, 10, 1), END, ZONE, 20_000, 11, SAME_FOR_ALL)


def test_newcomers_take_longer_and_solve_less_and_grow_out_of_it(world: World, alike: World) -> None:
    for one, slower, less in ((world, RATES.newcomer_slower, RATES.newcomer_solves_less), (alike, 0.0, 0.0)):
        chosen, agent, days = _answered(one)
        # skill is taken out: the few who are new may be good ones
        skill = one.agents.skill[agent] if slower else np.zeros(len(agent))
        talk = _talk(one, chosen) * (1 + RATES.skill_on_time) ** skill
        solved = one.contacts.solved[chosen] / (1 + RATES.skill_on_solving) ** skill
        usual = SOLVED[one.contacts.driver[chosen]]
        fresh, old = days < 28, days > 365
        assert fresh.sum() > 500
        lacks = float(np.exp(-days[fresh] / (7 * RATES.newcomer_weeks)).mean())
        assert talk[fresh].mean() / talk[old].mean() == pytest.approx(1 + slower * lacks, rel=0.08)
        apart = (solved[fresh].sum() / usual[fresh].sum()) / (solved[old].sum() / usual[old].sum())
        assert apart == pytest.approx(1 - less * lacks, rel=0.08)


def test_skill_shortens_calls_and_solves_more(world: World, alike: World) -> None:
    for one, per_skill in ((world, 1.0), (alike, 0.0)):
        chosen, agent, days = _answered(one)
        kept = days > 180
        skill, usual = one.agents.skill[agent], SOLVED[one.contacts.driver[chosen]]
        talk, solved = _talk(one, chosen), one.contacts.solved[chosen]
        better = (1 + RATES.skill_on_solving) ** (skill * per_skill)
        shares = []
        for some in (kept & (skill > 0.7), kept & (skill < -0.7)):
            assert some.sum() > 1_000
            quick = float(((1 + RATES.skill_on_time) ** (-skill[some] * per_skill)).mean())
            assert talk[some].mean() == pytest.approx(quick * talk[kept].mean(), rel=0.06)
            # who is cut off cannot be helped, and the best cannot solve more than all
            expected = float(np.minimum(usual * better, 0.97)[some].sum())
            shares.append((solved[some].sum() / expected, expected / usual[some].sum()))
        assert shares[0][0] == pytest.approx(shares[1][0], rel=0.06)
        assert (shares[0][1] / shares[1][1] > 1.1) == bool(per_skill)


def _escalated(world: World, chosen: Flags) -> float:
    return float((world.tickets.escalated[chosen] < NEVER).mean())


def test_newcomers_and_the_less_skilled_hand_on_more_tickets(world: World, alike: World) -> None:
    shares = []
    for one in (world, alike):
        agent, tickets = one.agents, one.tickets
        plain = tickets.can_fail & (tickets.issue != NOBODY)
        effect = agent.effect(tickets.agent, one.clock.day(tickets.opened), RATES).escalating
        often, seldom = plain & (effect > 1.15), plain & (effect < 0.95)
        asked = float(effect[often].mean() / effect[seldom].mean())
        shares.append((_escalated(one, often) / _escalated(one, seldom), asked))
    # about 300 and 900 escalated tickets: one standard error is 7 %
    assert shares[0][0] == pytest.approx(shares[0][1], rel=0.2)
    assert shares[1][0] == pytest.approx(1, abs=0.2)
    assert shares[0][1] > 1.3


def test_no_team_is_better_by_chance() -> None:
    agents = _many()
    for team in range(len(TEAMS)):
        skill = agents.skill[agents.team == team]
        assert skill.mean() == pytest.approx(0, abs=1e-9)
        assert skill.std() == pytest.approx(1, abs=0.15)


def test_who_leaves_is_replaced_in_the_same_team_and_newcomers_leave_as_well() -> None:
    agents = _many()
    begins, ends = (day.toordinal() - date(1970, 1, 1).toordinal() for day in (date(2024, 4, 1), END))
    gone = agents.left < NEVER
    present = sum(np.minimum(agents.left, ends) - np.maximum(agents.hired, begins)) / 365.25
    asked = RATES.agent_leaves_per_year
    assert gone.sum() / present == pytest.approx(asked, abs=4 * np.sqrt(asked / present))
    later = agents.hired >= begins
    freed = sorted((agents.left[agents.left < ends - GAP_DAYS] + GAP_DAYS).tolist())
    assert sorted(agents.hired[later].tolist()) == freed
    assert agents.count == 1_000 + len(freed)
    assert (gone & later).sum() > 50
    quits = agents.reason[gone] == EXIT_REASONS.index("voluntary")
    assert quits.mean() == pytest.approx(RATES.agent_quits_share, abs=4 * np.sqrt(0.75 * 0.25 / gone.sum()))
    assert (agents.reason[~gone] == NOBODY).all()


def test_the_truth_names_every_agent_as_the_roster_does(provider: Simulated, export: Read) -> None:
    known = json.loads(provider.truth.read_text("utf-8"))["agents"]
    roster = export("roster").set_index("Employee No")
    assert set(known) == set(roster.index)
    words = {"voluntary": "Resigned", "involuntary": "Dismissed"}
    for number, agent in known.items():
        row = roster.loc[number]
        assert (row["Team"], row["Hired"]) == (agent["team"], agent["hired"])
        last = None if agent["left"] is None else pd.Timestamp(agent["left"]) - pd.Timedelta(days=1)
        assert (pd.isna(row["Last Day"]) and last is None) or pd.Timestamp(row["Last Day"]) == last
        assert (pd.isna(row["Left Because"]) and last is None) or row["Left Because"] == words[agent["reason"]]
    assert abs(sum(agent["skill"] for agent in known.values())) < 0.01


def test_agents_work_five_days_of_seven_in_one_shift_of_the_day(world: World) -> None:
    agents, one = world.agents, np.flatnonzero(world.agents.left == NEVER)[:1]
    days = np.arange(20_000, 20_028)
    who = np.repeat(one, len(days))
    there = agents.at_work(who, days)
    assert all(there[first : first + 7].sum() == 5 for first in range(22))
    early, late = (agents.at_work(who, days, np.full(len(days), shift)) for shift in (False, True))
    assert ((early ^ late) == there).all()
    assert early.sum() == late.sum()
    contacts = world.contacts
    taken = contacts.taken_by != NOBODY
    agent, day = contacts.taken_by[taken], world.clock.day(contacts.entered[taken])
    # Who begins with a bot just before the shift changes has its agent of the shift that was on when it was handed over
    late_in = world.clock.is_late(contacts.entered[taken])
    assert agents.at_work(agent, day, late_in).mean() > 0.99
    assert len(np.unique(agent)) > 20
