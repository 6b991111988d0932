"""What bots hand over and keep, and what is done in the app, against what was asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from math import sqrt

import numpy as np
import pandas as pd
import pytest

from firstline.simulate.columns import DAY, HOUR, MINUTE, MONTH_DAYS, NEVER, pick
from firstline.simulate.contacts import ABANDONED, ANSWERED, APP, BOT, CHAT, CONTAINED, PHONE, WRITTEN, Contacts
from firstline.simulate.drivers import CODES
from firstline.simulate.rates import NOTHING_PLANTED, RATES
from firstline.simulate.run import Simulated
from firstline.simulate.selfservice import SELF_SERVED
from firstline.simulate.world import World
from tests.simulate.conftest import END, ZONE, world_of

SPAN = (date(2026, 1, 1), END, ZONE, 20_000, 5)
CALM = replace(NOTHING_PLANTED, outages=0.0)


@pytest.fixture(scope="module")
def calm() -> World:
    """A quarter without outages."""
    return world_of(*SPAN, CALM)


@pytest.fixture(scope="module")
def without_bots() -> World:
    """The same quarter with neither bots nor an app."""
    none = replace(CALM, phone_bot=0.0, chat_bot=0.0, tried_first_share=0.0)
    return world_of(*SPAN, replace(none, phone_bot_sessions=0.0, chat_bot_sessions=0.0, app_sessions=0.0))


def _by_people(world: World) -> Contacts:
    return pick(world.contacts, world.contacts.disposition != CONTAINED)


def _close(observed: float, asked: float, n: float, besides: float = 0.0) -> bool:
    return abs(observed - asked) <= 4 * sqrt(asked * (1 - asked) / n) + besides


@pytest.mark.parametrize(("channel", "asked"), [(PHONE, RATES.phone_bot), (CHAT, RATES.chat_bot)])
def test_a_bot_takes_as_many_of_the_queued_as_was_asked(calm: World, channel: int, asked: float) -> None:
    contacts = _by_people(calm)
    queued = (contacts.channel == channel) & np.isin(contacts.disposition, (ANSWERED, ABANDONED))
    # In the first minutes after the opening there is nobody yet whom the bot could have had
    queued &= calm.clock.local(contacts.queued) % DAY > RATES.opens * HOUR + 20 * MINUTE
    assert _close(float(contacts.bot[queued].mean()), asked, queued.sum())
    assert not contacts.bot[~np.isin(contacts.disposition, (ANSWERED, ABANDONED))].any()


def test_who_is_handed_over_is_in_touch_once_and_waits_and_is_helped_as_without_a_bot(
    calm: World, without_bots: World
) -> None:
    """The time with the bot comes before the queue, and changes nothing after it."""
    one, other = _by_people(calm), _by_people(without_bots)
    assert not other.bot.any()
    for name in ("queued", "ended", "agent", "wait_s", "talk_s"):
        assert (np.sort(getattr(one, name)) == np.sort(getattr(other, name))).all(), name
    assert (calm.tickets.opened == without_bots.tickets.opened).all()
    assert (calm.departures.effective == without_bots.departures.effective).all()
    longer = one.ivr_s.sum() - other.ivr_s.sum()
    assert longer == other.entered.sum() - one.entered.sum() > 15 * one.bot.sum()


def test_sessions_that_were_all_it_took_are_as_many_as_was_asked(calm: World) -> None:
    people, contacts = calm.subscribers, calm.contacts
    there = (calm.until - np.maximum(people.active_from, calm.clock.start)).clip(0)
    months = float((people.frailty * there).sum()) / DAY / MONTH_DAYS
    helped = (contacts.disposition == CONTAINED) & contacts.solved
    rates = {PHONE: RATES.phone_bot_sessions, BOT: RATES.chat_bot_sessions, APP: RATES.app_sessions}
    for channels in ([PHONE], [BOT], [APP], [PHONE, BOT, APP]):
        came = int((helped & np.isin(contacts.channel, channels)).sum())
        asked = months * sum(rates[channel] for channel in channels)
        # The season moves who is there when by a hundredth
        assert abs(came - asked) < 4 * sqrt(asked) + 0.01 * asked, channels
    assert {CODES[driver] for driver in np.unique(contacts.driver[helped])} == set(SELF_SERVED)
    night = calm.clock.local(contacts.entered[helped]) % DAY < RATES.opens * HOUR
    assert night.any()


def test_who_tried_in_vain_seeks_a_person_about_the_same_within_half_a_day(calm: World) -> None:
    contacts = calm.contacts
    vain = (contacts.disposition == CONTAINED) & ~contacts.solved
    rows = pd.DataFrame({name: getattr(contacts, name) for name in ("subscriber", "driver", "entered", "issue")})
    later = rows[~vain & (contacts.disposition != CONTAINED)].rename(columns={"entered": "sought"})
    met = rows[vain].merge(later, on=["subscriber", "driver"])
    soon = (met["sought"] - met["entered"]).between(10 * MINUTE, 12 * HOUR)
    # Who left in these hours, or whose first attempt was after the span, sought nobody
    assert met[soon].groupby(["subscriber", "entered"]).ngroups > 0.99 * vain.sum()
    issues = later["issue"].nunique()
    assert _close(vain.sum() / issues, RATES.tried_first_share, issues, besides=0.003)
    assert _close(float((contacts.channel[vain] == APP).mean()), RATES.tried_app_share, vain.sum())


def test_what_a_bot_keeps_reaches_nobody_and_is_no_bad_experience(calm: World, without_bots: World) -> None:
    kept = pick(calm.contacts, calm.contacts.disposition == CONTAINED)
    assert (kept.agent == -1).all()
    assert (kept.wait_s + kept.talk_s + kept.hold_s + kept.wrap_s == 0).all()
    assert (kept.ended < NEVER).all()
    assert not (calm.contacts.disposition[calm.surveys.contact[calm.surveys.contact >= 0]] == CONTAINED).any()
    assert len(calm.contacts.entered) == len(without_bots.contacts.entered) + len(kept.entered)
    assert (calm.contacts.channel[calm.contacts.disposition == WRITTEN] < BOT).all()


def test_the_truth_names_the_chats_that_a_bot_kept_without_help(
    provider: Simulated, export: Callable[[str], pd.DataFrame]
) -> None:
    truth = json.loads(provider.truth.read_text("utf-8"))
    chats = export("chats.xlsx")
    kept = set(chats.loc[chats["Outcome"] == "Bot only", "Chat ID"])
    assert set() < set(truth["kept_without_help"]) < kept
    assert (chats["With"] == "Bot").sum() == len(kept) == sum(truth["totals"]["chats_kept"])
