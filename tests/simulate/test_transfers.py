"""A contact that is handed on is more than a mark: who, why, for how long, and how it is felt."""

from __future__ import annotations

import numpy as np
import pytest

from firstline.simulate.columns import NOBODY, pick
from firstline.simulate.contacts import ANSWERED, CHAT, PHONE, Contacts
from firstline.simulate.drivers import HARD, OUTAGE, number_of
from firstline.simulate.rates import RATES
from firstline.simulate.surveys import CSAT, TRANSFER_ANNOYS
from firstline.simulate.transfers import BEFORE, EASY_MOVES, HARD_MOVES, TIER_2_SOLVES
from firstline.simulate.world import World


@pytest.fixture(scope="module")
def answered(world: World) -> Contacts:
    """The contacts that an agent answered."""
    return pick(world.contacts, world.contacts.disposition == ANSWERED)


def test_hard_reasons_and_newcomers_hand_on_more(world: World, answered: Contacts) -> None:
    moved, hard = answered.transfers > 0, HARD[answered.driver]
    effect = world.agents.effect(answered.taken_by, world.clock.day(answered.entered), RATES).escalating
    for some, times in ((hard, HARD_MOVES), (~hard, EASY_MOVES)):
        for kind in (some, some & (effect > 1.15), some & (effect < 0.95)):
            asked = RATES.transfer_share * times * float(effect[kind].mean())
            apart = 4 * np.sqrt(asked / kind.sum())
            # The second agent is drawn from a handful: now and then it is the first, who then keeps the contact
            assert asked * 0.85 - apart < moved[kind].mean() < asked + apart
    assert 0.08 < moved.mean() < 0.13


def test_another_agent_has_it_last_and_hard_reasons_go_to_tier_two_in_its_hours(
    world: World, answered: Contacts
) -> None:
    moved = answered.transfers > 0
    assert ((answered.agent != answered.taken_by) == moved).all()
    tier, hard = world.agents.tier[answered.agent], HARD[answered.driver]
    # A bot may have had it first, before the network desk opened
    at_first, when_queued = (world.clock.is_network_open(at) for at in (answered.entered, answered.queued))
    assert (moved & hard & (at_first | when_queued))[tier == 2].all()
    assert (tier == 2)[moved & hard & at_first & when_queued].all()
    assert (tier == 2).sum() > 300
    assert (world.contacts.taken_by[world.contacts.disposition != ANSWERED] == NOBODY).all()


def test_two_agents_take_longer_and_the_second_is_waited_for(answered: Contacts) -> None:
    moved = answered.transfers > 0
    for hard in (False, True):
        some = (HARD[answered.driver] == hard) & (answered.channel == PHONE) & ~answered.chases
        talk = answered.talk_s[some & moved].mean() / answered.talk_s[some & ~moved].mean()
        assert talk == pytest.approx(1 + BEFORE, rel=0.1)
        longer = answered.hold_s[some & moved].mean() - answered.hold_s[some & ~moved].mean()
        assert longer == pytest.approx(RATES.transfer_wait_s, rel=0.25)
    assert (answered.hold_s[answered.channel == CHAT] == 0).all()


def test_tier_two_solves_more_and_the_customer_likes_it_less_all_the_same(world: World, answered: Contacts) -> None:
    hard = HARD[answered.driver] & (answered.driver != number_of(OUTAGE))
    by_tier_2 = hard & (world.agents.tier[answered.agent] == 2)
    better = answered.solved[by_tier_2].mean() / answered.solved[hard & (answered.transfers == 0)].mean()
    assert better == pytest.approx(TIER_2_SOLVES, rel=0.15)
    surveys, contacts = world.surveys, world.contacts
    felt = {}
    for moves in (0, 1):
        some = (
            (surveys.kind == CSAT) & contacts.solved[surveys.contact] & (contacts.transfers[surveys.contact] == moves)
        )
        felt[moves] = surveys.score[some].mean()
    # What is above five is five, so the best lose less of it
    assert 0.6 * TRANSFER_ANNOYS < felt[0] - felt[1] < 1.1 * TRANSFER_ANNOYS
