"""One attempt to reach the provider: channel, queue, patience, agent, handling, and whether it helped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firstline.simulate.columns import (
    HOUR,
    NOBODY,
    Flags,
    Floats,
    Ints,
    happens,
    seconds,
    skewed,
)
from firstline.simulate.drivers import HARD, IS_BILLING, SOLVED, TALK_S
from firstline.simulate.lines import Lines
from firstline.simulate.people import Agents
from firstline.simulate.rates import Rates
from firstline.simulate.transfers import BEFORE, TIER_2_SOLVES, hand_on
from firstline.simulate.wallclock import Clock

CHANNELS: tuple[str, ...] = ("phone", "live_chat", "email", "web_form", "chatbot", "self_service_app")
PHONE, CHAT, EMAIL, WEB_FORM, BOT, APP = range(6)
DISPOSITIONS: tuple[str, ...] = (
    *("answered", "abandoned_queue", "abandoned_ivr", "after_hours"),
    *("bot_contained", "bot_escalated", "written"),
)
ANSWERED, ABANDONED, ABANDONED_IVR, AFTER_HOURS, CONTAINED, HANDED_OVER, WRITTEN = range(7)
NEVER_QUEUED = (ABANDONED_IVR, AFTER_HOURS, CONTAINED)
FLAG_NO, FLAG_YES, FLAG_MISSING = range(3)
QUEUES: tuple[str, ...] = ("Technical Support", "Billing and Orders", "Web Chat")
TECHNICAL, BILLING, CHATS = range(3)
NEXT_CHANNEL: dict[tuple[int, bool], tuple[float, ...]] = {
    (PHONE, False): (0.80, 0.08, 0.07, 0.05),
    (PHONE, True): (0.62, 0.26, 0.07, 0.05),
    (CHAT, False): (0.55, 0.33, 0.07, 0.05),
    (CHAT, True): (0.45, 0.40, 0.10, 0.05),
    (EMAIL, False): (0.35, 0.10, 0.45, 0.10),
    (WEB_FORM, False): (0.35, 0.10, 0.15, 0.40),
}
"""By which channel (phone, chat, e-mail, form) somebody is in touch again about the same: shares by the last channel
and whether nobody was reached there. Most stay; some lost calls go to chat, some chats to the phone; judgement."""
TALK_SPREAD, WRAP_SPREAD = 0.55, 0.6
"""Standard deviation of the logarithm of talk and of after-call work; judgement."""
CHASING_TIME, CHAT_TIME = 0.35, 1.5
"""How long it takes to say how far a ticket is, and to write in a chat, against an ordinary call; judgement."""
MOST_SOLVED = 0.97
"""The share that the best agent solves of the easiest; judgement."""
QUIET_HOURS = 2 * HOUR
"""No contact begins so shortly before a repeated clock hour that it could last into it."""


@dataclass(frozen=True)
class Attempts:
    """Who is about to get in touch, when and why. `chases`: asks after a ticket that is being worked on.

    `last` is the channel of the contact before about the same, or NOBODY; `lost` says that nobody was reached there.
    """

    issue: Ints
    subscriber: Ints
    driver: Ints
    at: Ints
    chases: Flags
    last: Ints
    lost: Flags


@dataclass(frozen=True)
class Contacts:
    """One row per attempt. E-mails and web forms are `written`: only the helpdesk knows them.

    `entered` is an instant, `ivr_s` to `wrap_s` seconds; `wait_s` runs from the queue to an agent or to
    giving up. `solved` is the truth, `flag` what the agent recorded. `taken_by` answered it and `agent` had it last,
    rows of Agents or NOBODY: two where it was transferred. The wait for the second is hold in a call, talk in a chat.
    `bot`: a bot (or the app) had it first; its time is in `ivr_s`. CONTAINED is what it kept.
    """

    issue: Ints
    subscriber: Ints
    driver: Ints
    chases: Flags
    channel: Ints
    entered: Ints
    disposition: Ints
    ivr_s: Ints
    wait_s: Ints
    talk_s: Ints
    hold_s: Ints
    wrap_s: Ints
    transfers: Ints
    taken_by: Ints
    agent: Ints
    identified: Flags
    solved: Flags
    flag: Ints
    bot: Flags

    @property
    def told(self) -> Ints:
        """The disposition as systems tell it: a bot that handed over says so, and who left the app says nothing."""
        left = (self.channel == APP) & ~self.solved
        return np.select([left, self.bot & (self.disposition == ANSWERED)], [NOBODY, HANDED_OVER], self.disposition)

    @property
    def ended(self) -> Ints:
        """When the customer was gone (wrap-up comes after)."""
        return self.entered + self.ivr_s + self.wait_s + self.talk_s + self.hold_s

    @property
    def queued(self) -> Ints:
        """When the contact entered the queue; only of those that did."""
        return self.entered + self.ivr_s

    @property
    def answered(self) -> Ints:
        """When an agent took it; only of those answered."""
        return self.queued + self.wait_s


def take_contacts(
    rng: np.random.Generator,
    clock: Clock,
    agents: Agents,
    rates: Rates,
    attempts: Attempts,
    cut_off: Flags,
    lines: Lines | None,
) -> Contacts:
    """What becomes of each attempt. Who is `cut_off` cannot be helped.

    Without `lines` it is a rehearsal for their plan: nobody waits, and half as many give up as is planned for at most.
    """
    n = len(attempts.at)
    channel = np.where(attempts.chases, PHONE, _channels(rng, rates, attempts))
    entered = clock.writable(attempts.at, QUIET_HOURS)
    phone = channel == PHONE
    ivr_s = np.where(phone, 12 + seconds(rng.exponential(20, n)), 0)
    waited, impatient = _queue(rng, rates, lines, queue_for(channel, attempts.driver), entered + ivr_s)
    disposition = np.select(
        [
            channel >= EMAIL,
            ~clock.is_open(entered),
            phone & happens(rng, rates.abandoned_ivr_share, n),
            impatient,
        ],
        [WRITTEN, AFTER_HOURS, ABANDONED_IVR, ABANDONED],
        ANSWERED,
    )
    answered = disposition == ANSWERED
    day = clock.day(entered)
    late = clock.is_late(entered)
    agent = np.where(answered, agents.working(rng, day, 1, late), NOBODY)
    first = agents.routed(rng, rates, agent, day, HARD[attempts.driver], late)
    handed = hand_on(rng, clock, agents, rates, first, attempts.driver, entered)
    effect = agents.effect(handed.agent, day, rates)
    before = np.where(handed.moved, BEFORE * agents.effect(first, day, rates).time, 0.0)
    by_tier_2 = np.where(handed.moved & (agents.tier[handed.agent] == 2), TIER_2_SOLVES, 1.0)
    chance = np.minimum(SOLVED[attempts.driver] * effect.solving * by_tier_2, MOST_SOLVED)
    solved = answered & happens(rng, chance, n) & ~cut_off
    talk = skewed(rng, _talk(attempts, channel) * (before + effect.time), TALK_SPREAD, n)
    held = np.where(phone & happens(rng, rates.held_share, n), rng.exponential(rates.hold_s, n) + 5, 0.0)
    return Contacts(
        issue=attempts.issue,
        subscriber=attempts.subscriber,
        driver=attempts.driver,
        chases=attempts.chases,
        channel=channel,
        entered=entered,
        disposition=disposition,
        ivr_s=np.where(disposition == WRITTEN, 0, ivr_s),
        wait_s=np.where(answered | (disposition == ABANDONED), waited, 0),
        talk_s=np.where(answered, seconds(talk + np.where(phone, 0.0, handed.wait_s)) + 20, 0),
        hold_s=np.where(answered & phone, seconds(held + handed.wait_s), 0),
        wrap_s=np.where(answered, seconds(skewed(rng, rates.wrap_s * effect.time, WRAP_SPREAD, n)), 0),
        transfers=handed.moved.astype(np.int64),
        taken_by=first,
        agent=handed.agent,
        identified=~happens(rng, rates.unidentified_share, n),
        solved=solved,
        flag=_flags(rng, rates, solved),
        bot=np.zeros(n, dtype=np.bool_),
    )


def _channels(rng: np.random.Generator, rates: Rates, attempts: Attempts) -> Ints:
    """By which channel each comes: the first time by the reason, later by how the last contact was made and ended."""
    first = [first_channels(rates, billing=billing) for billing in (False, True)]
    edges = np.cumsum([*first, *NEXT_CHANNEL.values()], axis=1)
    row = IS_BILLING[attempts.driver].astype(np.int64)
    for place, (last, lost) in enumerate(NEXT_CHANNEL, start=len(first)):
        row[(attempts.last == last) & (attempts.lost == lost)] = place
    channel: Ints = (rng.random(len(row))[:, None] >= edges[row, :-1]).sum(axis=1)
    return channel


def first_channels(rates: Rates, *, billing: bool) -> tuple[float, ...]:
    """The shares of phone, chat, e-mail and web form of first contacts; about bills more chat in place of calls."""
    chat = rates.chat_share * (rates.billing_chats if billing else 1.0)
    phone = rates.phone_share + rates.chat_share - chat
    return (phone, chat, rates.email_share, 1 - phone - chat - rates.email_share)


def _queue(rng: np.random.Generator, rates: Rates, lines: Lines | None, queue: Ints, at: Ints) -> tuple[Ints, Flags]:
    """How long each waits, and who gives up: whose patience ends before an agent is free."""
    n = len(at)
    free = rng.exponential(rates.ring_s, n)
    if lines is None:
        return seconds(free), happens(rng, rates.planned_abandonment / 2, n)
    wait, patience = lines.wait(rng, queue, at), rng.exponential(rates.patience_s, n)
    return seconds(np.where(patience < wait, patience, wait + free)), patience < wait


def queue_for(channel: Ints, driver: Ints) -> Ints:
    """The queue of each channel and reason, a position in QUEUES."""
    return np.where(channel == CHAT, CHATS, np.where(IS_BILLING[driver], BILLING, TECHNICAL))


def _talk(attempts: Attempts, channel: Ints) -> Floats:
    """Median talk time: asking how far a ticket is takes a third, a chat half as long again."""
    chasing, chatting = np.where(attempts.chases, CHASING_TIME, 1.0), np.where(channel == CHAT, CHAT_TIME, 1.0)
    return TALK_S[attempts.driver] * chasing * chatting


def _flags(rng: np.random.Generator, rates: Rates, solved: Flags) -> Ints:
    n = len(solved)
    said = np.where(solved ^ happens(rng, rates.flag_wrong_share, n), FLAG_YES, FLAG_NO)
    return np.where(happens(rng, rates.flag_missing_share, n), FLAG_MISSING, said)
