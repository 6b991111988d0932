"""What was asked for is what happens: observed rates of 20,000 subscribers against the rates table.

Bounds are four standard errors of the observed count, plus what the text beside each says.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import sqrt

import numpy as np
import pytest

from firstline.simulate.churn import bad_experiences
from firstline.simulate.columns import DAY, HOUR, NEVER, Flags, pick
from firstline.simulate.contacts import (
    ABANDONED,
    ANSWERED,
    APP,
    CHAT,
    CONTAINED,
    FLAG_MISSING,
    FLAG_YES,
    NEXT_CHANNEL,
    PHONE,
    WRITTEN,
)
from firstline.simulate.drivers import BY_TECH, DRIVERS, IS_BILLING, TROUBLE_OF_TECH
from firstline.simulate.issues import Issues, draw_issues
from firstline.simulate.outages import draw_outages
from firstline.simulate.planted import Planted
from firstline.simulate.rates import HOUR_WEIGHTS, RATES, SEASON_WEIGHTS, WEEKDAY_WEIGHTS
from firstline.simulate.surveys import CSAT
from firstline.simulate.visits import CANCELLED, MISSES, NO_ACCESS, TROUBLE
from firstline.simulate.world import World
from tests.simulate.conftest import world_of

MONTHS = 6.0


def _share(chosen: Flags, of: Flags) -> float:
    return float((chosen & of).sum() / of.sum())


def _close(observed: float, asked: float, n: float) -> bool:
    return abs(observed - asked) <= 4 * sqrt(asked * (1 - asked) / n)


def _everyday_issues(world: World, seed: int) -> Issues:
    """The demand of the same subscribers with nothing planted and without outages."""
    rng, clock, people = np.random.default_rng(seed), world.clock, world.subscribers
    none = draw_outages(rng, clock, people, world.network, None, replace(RATES, outages=0.0))
    return draw_issues(rng, clock, people, world.gateways, Planted(), *none, RATES)


def test_contacts_per_subscriber_and_month_are_about_0_3(world: World) -> None:
    live = (world.contacts.channel <= CHAT) & (world.contacts.disposition != CONTAINED)
    assert 0.27 < live.sum() / 20_000 / MONTHS < 0.33


def test_channels_of_first_attempts_have_their_shares(world: World) -> None:
    """More chats about bills, in place of calls."""
    contacts = pick(world.contacts, world.contacts.disposition != CONTAINED)
    first = pick(contacts, np.unique(contacts.issue, return_index=True)[1])
    more = RATES.chat_share * (RATES.billing_chats - 1)
    for some, phone, chat in (
        (~IS_BILLING[first.driver], RATES.phone_share, RATES.chat_share),
        (IS_BILLING[first.driver], RATES.phone_share - more, RATES.chat_share + more),
    ):
        assert _close(_share(first.channel == PHONE, some), phone, some.sum())
        assert _close(_share(first.channel == CHAT, some), chat, some.sum())


def test_who_is_in_touch_again_comes_by_the_channel_that_the_last_contact_makes_likely(world: World) -> None:
    contacts = pick(world.contacts, world.contacts.disposition != CONTAINED)
    order = np.lexsort((contacts.entered, contacts.issue))
    before, after = pick(contacts, order[:-1]), pick(contacts, order[1:])
    # Who asks how far a ticket is comes in between and calls
    follows = (before.issue == after.issue) & ~after.chases & ~before.chases
    reached = np.isin(before.disposition, (ANSWERED, WRITTEN))
    for (last, lost), shares in NEXT_CHANNEL.items():
        some = follows & (before.channel == last) & (reached != lost)
        assert some.sum() > 100
        for channel, share in enumerate(shares):
            assert _close(_share(after.channel == channel, some), share, some.sum()), (last, lost, channel)


def test_unidentified_contacts_and_missing_flags(world: World) -> None:
    contacts = world.contacts
    others = contacts.channel != APP
    assert _close(_share(~contacts.identified, others), RATES.unidentified_share, others.sum())
    assert contacts.identified[~others].all()
    answered = contacts.disposition == ANSWERED
    assert _close(_share(contacts.flag == FLAG_MISSING, answered), RATES.flag_missing_share, answered.sum())
    flagged = answered & (contacts.flag != FLAG_MISSING)
    wrong = (contacts.flag == FLAG_YES) != contacts.solved
    assert _close(_share(wrong, flagged), RATES.flag_wrong_share, flagged.sum())


def test_issues_arise_when_the_hour_the_week_and_the_season_say(world: World) -> None:
    """Demand before queues and repeats: nobody is turned to the next morning yet."""
    issues = _everyday_issues(world, 3)
    local = world.clock.local(issues.at)
    n = len(local)
    assert n > 25_000
    for observed, weights in (
        (np.bincount(local % DAY // HOUR, minlength=24) / n, HOUR_WEIGHTS),
        (np.bincount((local // DAY + 3) % 7, minlength=7) / n, WEEKDAY_WEIGHTS),
    ):
        asked = np.array(weights) / sum(weights)
        # 26 weeks and a day, subscribers who join later: the calendar itself moves a share by up to 1.5 %
        assert np.abs(observed / asked - 1)[asked > 0.02].max() < 0.08
    assert _close(float((local % DAY // HOUR < 6).mean()), sum(HOUR_WEIGHTS[:6]) / sum(HOUR_WEIGHTS), n)
    per_day = np.bincount(world.clock.month(issues.at)) / [31, 30, 31, 31, 28, 31]
    assert per_day[3] / per_day[0] == pytest.approx(SEASON_WEIGHTS[0] / SEASON_WEIGHTS[9], rel=0.07)


def test_callers_hang_up_when_the_wait_outlasts_them(world: World) -> None:
    contacts = world.contacts
    phone = contacts.channel == PHONE
    queued = phone & ((contacts.disposition == ANSWERED) | (contacts.disposition == ABANDONED))
    abandoned = _share(contacts.disposition == ABANDONED, queued)
    # Agents are planned for so many at most, and whole agents are more than that needs; nobody plans for outages
    assert 0.03 < abandoned < 0.07 < RATES.planned_abandonment
    short_of_agents = world_of(
        *(date(2025, 10, 1), date(2025, 11, 1), "America/Denver", 20_000, 11),
        replace(RATES, planned_abandonment=0.3),
    ).contacts
    hung_up = (short_of_agents.disposition == ABANDONED) & (short_of_agents.channel == PHONE)
    offered = hung_up | ((short_of_agents.disposition == ANSWERED) & (short_of_agents.channel == PHONE))
    assert _share(hung_up, offered) > abandoned * 1.5


def test_lines_answer_only_while_they_are_staffed(world: World) -> None:
    answered = world.contacts.disposition == ANSWERED
    assert world.clock.is_open(world.contacts.entered[answered]).all()


def test_drivers_follow_the_access_technology(world: World) -> None:
    people = world.subscribers
    issues = _everyday_issues(world, 4)
    for tech, weights in enumerate(BY_TECH):
        drivers = issues.driver[people.tech[issues.subscriber] == tech]
        for driver, weight in zip(DRIVERS, weights, strict=True):
            # voice and video depend on what was bought; who has neither is counted as unknown
            if not driver.code.startswith(("voice", "video", "other")):
                observed = float((drivers == DRIVERS.index(driver)).mean())
                assert _close(observed, weight / weights.sum(), len(drivers)), driver.code


def test_fixed_wireless_has_more_trouble_than_fiber(world: World) -> None:
    people, issues = world.subscribers, _everyday_issues(world, 5)
    per_head = [(people.tech[issues.subscriber] == tech).sum() / (people.tech == tech).sum() for tech in (0, 2)]
    assert per_head[1] / per_head[0] == pytest.approx(TROUBLE_OF_TECH[2] / TROUBLE_OF_TECH[0], rel=0.1)


def test_about_four_in_a_hundred_tickets_are_reopened(world: World) -> None:
    solved = world.tickets.solved < world.clock.end
    assert 0.034 < _share(world.tickets.reopened < world.clock.end, solved) < 0.046


def test_about_thirteen_in_a_hundred_tickets_rise_to_tier_two(world: World) -> None:
    solved = world.tickets.solved < world.clock.end
    assert 0.115 < _share(world.tickets.escalated < NEVER, solved) < 0.15


def test_about_ten_truck_rolls_per_thousand_subscribers_and_month(world: World) -> None:
    visits = world.visits
    rolled = (visits.purpose == TROUBLE) & (visits.dispatched < world.clock.end)
    assert 8 < rolled.sum() / 20 / MONTHS < 12
    first = rolled.copy()
    # a return trip finds somebody at home: judge the first trip of each ticket
    _, firsts = np.unique(visits.ticket, return_index=True)
    first &= np.isin(np.arange(len(rolled)), firsts)
    missed = dict(zip(MISSES.tolist(), RATES.visit_misses, strict=True))
    asked = missed[NO_ACCESS] / (1 - missed[CANCELLED])
    assert _close(_share(visits.outcome == NO_ACCESS, first), asked, first.sum())


def test_about_one_in_a_hundred_subscribers_leaves_a_month(world: World) -> None:
    leaving = world.departures.leaves.sum() / 20_000 / MONTHS
    assert 0.0115 < leaving < 0.0145


def test_bad_experience_makes_leaving_likelier(world: World) -> None:
    bad = bad_experiences(world.clock, world.subscribers, world.contacts, world.tickets, world.cut_offs)
    month = world.clock.month(world.departures.effective_at)
    left = np.zeros((len(world.clock.month_starts), world.subscribers.count), dtype=np.bool_)
    left[month, world.departures.subscriber] = True
    recent = bad[1:4] + bad[2:5]
    base = left[3:6][recent == 0].mean()
    burnt = left[3:6][recent >= 2].mean()
    assert burnt > 1.6 * base


def test_who_answers_a_survey_depends_on_how_it_went(world: World) -> None:
    surveys = world.surveys
    csat = surveys.kind == CSAT
    unhappy, lukewarm = csat & (surveys.score <= 2), csat & (surveys.score == 4)
    assert _share(surveys.answered, unhappy) > 1.3 * _share(surveys.answered, lukewarm)
    solved = world.contacts.solved[surveys.contact] & csat
    unsolved = ~world.contacts.solved[surveys.contact] & csat
    assert surveys.score[solved].mean() > surveys.score[unsolved].mean() + 0.7


def test_a_change_to_surveys_leaves_the_calls_as_they_were() -> None:
    span = (date(2025, 10, 1), date(2025, 12, 1), "UTC", 300, 5)
    one = world_of(*span, RATES)
    other = world_of(*span, replace(RATES, contact_responds=0.9))
    assert (one.contacts.entered == other.contacts.entered).all()
    assert (one.visits.dispatched == other.visits.dispatched).all()
    assert one.surveys.answered.sum() < other.surveys.answered.sum()
