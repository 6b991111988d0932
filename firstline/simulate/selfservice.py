"""Bots and the app: what they hand over to a person, and what never comes to one.

A phone bot and a chat bot stand before the queues. Whom they hand over was in touch once: the time with the bot comes
before the queue. What they keep are sessions of their own, and so is what is done in the app. Some sessions are no
help, though the bot counts them as its own: the customer is back later, and speaks with a person.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from firstline.simulate.columns import (
    DAY,
    HOUR,
    MINUTE,
    MONTH_DAYS,
    NOBODY,
    Flags,
    Ints,
    drawn,
    filled,
    happens,
    seconds,
    skewed,
    stack,
)
from firstline.simulate.contacts import (
    ABANDONED,
    ANSWERED,
    APP,
    BOT,
    CHAT,
    CONTAINED,
    FLAG_MISSING,
    PHONE,
    QUIET_HOURS,
    Contacts,
)
from firstline.simulate.drivers import CODES
from firstline.simulate.rates import Rates
from firstline.simulate.subscribers import Subscribers
from firstline.simulate.wallclock import Clock

SELF_SERVED = {
    "billing.payment.late": 4.0,
    "wifi.setup.password": 4.0,
    "billing.explain_bill.first": 3.0,
    "connectivity.no_service.line_down": 2.0,
    "account.plan_change.upgrade": 2.0,
    "connectivity.slow.evening": 1.0,
    "equipment.gateway.faulty": 1.0,
}
"""What customers manage without a person, and how often against the rest; judgement."""

TRIED_BEFORE = (20 * MINUTE, 12 * HOUR)
"""How long before seeking a person somebody tried it alone; judgement."""
SESSION_SPREAD = 0.7
"""Standard deviation of the logarithm of the time with a bot or the app; judgement."""
CHANNELS_OF_SESSIONS = (PHONE, BOT, APP)


def begin_with_bots(
    rng: np.random.Generator, clock: Clock, subscribers: Subscribers, rates: Rates, contacts: Contacts, outage: Ints
) -> Contacts:
    """The same contacts, some of which a bot takes first and hands over: they begin that much earlier.

    `outage` is that of each contact's issue, or NOBODY. Who calls about an outage is put through at once, and so is
    whoever would be before the opening, the own activation, or where the wall clock cannot be written.
    """
    n = len(contacts.entered)
    share = np.select([contacts.channel == PHONE, contacts.channel == CHAT], [rates.phone_bot, rates.chat_bot], 0.0)
    lasts = seconds(skewed(rng, np.where(contacts.channel == PHONE, rates.phone_bot_s, rates.chat_bot_s), 0.5, n)) + 15
    began = contacts.entered - lasts
    queued = (contacts.disposition == ANSWERED) | (contacts.disposition == ABANDONED)
    possible = _possible(clock, subscribers, contacts.subscriber, began) & clock.is_open(began)
    taken = happens(rng, share, n) & queued & possible & (outage == NOBODY)
    return replace(
        contacts,
        entered=np.where(taken, began, contacts.entered),
        ivr_s=contacts.ivr_s + np.where(taken, lasts, 0),
        bot=taken,
    )


def draw_sessions(
    rng: np.random.Generator, clock: Clock, subscribers: Subscribers, rates: Rates, contacts: Contacts, outage: Ints
) -> Contacts:
    """What bots and the app keep: sessions that were all it took, and those that were no help."""
    helped = _all_it_took(rng, clock, subscribers, rates)
    return stack([helped, _no_help(rng, clock, subscribers, rates, contacts, outage)])


def _all_it_took(rng: np.random.Generator, clock: Clock, subscribers: Subscribers, rates: Rates) -> Contacts:
    """Reasons that never come to a person; each kind of session has a rate of its own."""
    often = (rates.phone_bot_sessions, rates.chat_bot_sessions, rates.app_sessions)
    months = (clock.end - clock.start) / DAY / MONTH_DAYS
    subscriber = np.repeat(
        np.arange(subscribers.count), rng.poisson(sum(often) * months * subscribers.frailty, subscribers.count)
    )
    n = len(subscriber)
    hours, load = clock.hours()
    at = clock.writable(hours[drawn(rng, load, n)] + rng.integers(0, HOUR, n), QUIET_HOURS)
    channel = np.array(CHANNELS_OF_SESSIONS)[drawn(rng, often, n)]
    driver = drawn(rng, [SELF_SERVED.get(code, 0.0) for code in CODES], n)
    there = _possible(clock, subscribers, subscriber, at)
    return _sessions(rng, rates, subscriber[there], driver[there], channel[there], at[there], solved=True)


def _no_help(
    rng: np.random.Generator, clock: Clock, subscribers: Subscribers, rates: Rates, contacts: Contacts, outage: Ints
) -> Contacts:
    """Before the first contact of an issue some try the chat bot or the app, up to half a day earlier."""
    _, first = np.unique(contacts.issue, return_index=True)
    first = first[outage[first] == NOBODY]
    n = len(first)
    at = contacts.entered[first] - seconds(rng.uniform(*TRIED_BEFORE, n))
    tries = happens(rng, rates.tried_first_share, n) & _possible(clock, subscribers, contacts.subscriber[first], at)
    rows = first[tries]
    channel = np.where(happens(rng, rates.tried_app_share, len(rows)), APP, BOT)
    made = _sessions(rng, rates, contacts.subscriber[rows], contacts.driver[rows], channel, at[tries], solved=False)
    return replace(made, issue=contacts.issue[rows])


def _possible(clock: Clock, subscribers: Subscribers, subscriber: Ints, at: Ints) -> Flags:
    """Which instants are in the span, after the activation, and such that the wall clock can be written."""
    written: Flags = clock.writable(at, QUIET_HOURS) == at
    return written & (at >= np.maximum(subscribers.active_from[subscriber], clock.start))


def _sessions(
    rng: np.random.Generator, rates: Rates, subscriber: Ints, driver: Ints, channel: Ints, at: Ints, *, solved: bool
) -> Contacts:
    """Sessions that a bot or the app kept; all their time is with it."""
    n = len(at)
    none, no = filled(n, 0), np.zeros(n, dtype=np.bool_)
    median_s = np.where(channel == PHONE, rates.phone_bot_s, rates.chat_bot_s)
    lasts = seconds(skewed(rng, median_s, SESSION_SPREAD, n)) + 10
    return Contacts(
        issue=filled(n, NOBODY),
        subscriber=subscriber,
        driver=driver,
        chases=no,
        channel=channel,
        entered=at,
        disposition=filled(n, CONTAINED),
        ivr_s=lasts,
        wait_s=none,
        talk_s=none,
        hold_s=none,
        wrap_s=none,
        transfers=none,
        taken_by=filled(n, NOBODY),
        agent=filled(n, NOBODY),
        identified=(channel == APP) | ~happens(rng, rates.unidentified_share, n),
        solved=no | solved,
        flag=filled(n, FLAG_MISSING),
        bot=~no,
    )
