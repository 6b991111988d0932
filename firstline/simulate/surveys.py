"""Surveys after contacts, after solved tickets, and each quarter; who answers depends on how it went."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from firstline.simulate.columns import (
    DAY,
    HOUR,
    MINUTE,
    NEVER,
    NOBODY,
    Flags,
    Floats,
    Ints,
    filled,
    happens,
    pick,
    seconds,
    stack,
)
from firstline.simulate.contacts import ANSWERED, Contacts
from firstline.simulate.planted import SurveyChange
from firstline.simulate.rates import Rates
from firstline.simulate.subscribers import Subscribers
from firstline.simulate.tickets import NORMAL, Tickets
from firstline.simulate.wallclock import Clock

KINDS: tuple[str, ...] = ("csat", "nps_transactional", "nps_relational")
CSAT, NPS_TICKET, NPS_RELATION = range(3)
SCALES: tuple[tuple[int, int], ...] = ((1, 5), (0, 10), (0, 10))
VIA: tuple[str, ...] = ("sms", "email")
TRANSFER_ANNOYS = 0.35
"""So many points worse a contact is felt that was handed on to somebody else; judgement."""

ASKED_AFTER_CONTACT, ASKED_AFTER_TICKET = (30 * MINUTE, 90 * MINUTE), (20 * HOUR, 28 * HOUR)
"""The least and the most until a survey goes out after a contact and after a solution; judgement."""
ASKED_IN_MONTH = 9 * DAY + 10 * HOUR
"""When in its month the survey of each quarter goes out; judgement."""
REPLY_FROM, REPLY_AFTER = 2 * MINUTE, 9 * HOUR
"""The least until an answer comes, and the mean beyond it; judgement."""
CONTACT_FELT, CONTACT_SPREAD = 4.55, 0.85
"""Of 1 to 5: how a contact is felt that solved the matter at once, and the standard deviation; judgement."""
UNSOLVED_ANNOYS, WAIT_ANNOYS, CHASING_ANNOYS, LONG_WAIT_S = 1.25, 0.5, 0.4, 90
"""Points less where it was not solved, the wait was long (seconds), one had to ask how far it is; judgement."""
ANGRY, DELIGHTED = 2.5, 4.6
ANGRY_ANSWER, DELIGHTED_ANSWER, OTHERS_ANSWER = 1.6, 1.15, 0.85
"""Below and above which points somebody is angry or delighted, and how much oftener they answer; judgement."""
TICKET_FELT, TICKET_SPREAD, FAILED_ANNOYS, SLOW_ANNOYS, SLOW_DAYS = 8.7, 1.9, 3.2, 1.3, 3
"""Of 0 to 10: how a solved ticket is felt, its standard deviation, and points less when the fix was none and when it
took more than so many days; judgement."""
RELATION_FELT, RELATION_SPREAD, FAILURE_ANNOYS, FAILURES_FELT = 8.1, 2.2, 1.2, 3
"""Of 0 to 10: how the provider is felt, its standard deviation, and points less for each of so many failed fixes;
judgement."""
DETRACTORS_ANSWER, RELATION_DETRACTORS_ANSWER, REST_ANSWERS = 1.5, 1.3, 0.95
"""How much oftener those answer who feel less than 5 about a ticket or less than 4 about the provider; judgement."""


@dataclass(frozen=True)
class Surveys:
    """One row per invitation. `responded` is NEVER and `score` meaningless without an answer.

    `contact` and `ticket` are rows of what the question was about, or NOBODY.
    """

    kind: Ints
    subscriber: Ints
    contact: Ints
    ticket: Ints
    via: Ints
    sent: Ints
    responded: Ints
    score: Ints

    @property
    def answered(self) -> Flags:
        """True where there is an answer."""
        return self.responded < NEVER


def draw_surveys(
    rng: np.random.Generator,
    clock: Clock,
    rates: Rates,
    subscribers: Subscribers,
    until: Ints,
    contacts: Contacts,
    tickets: Tickets,
    change: SurveyChange | None,
) -> Surveys:
    """All invitations sent in the span, in order of time; `until` is when each subscriber's events end."""
    surveys = stack(
        [
            _after_contacts(rng, rates, contacts, change),
            _after_tickets(rng, rates, tickets),
            _each_quarter(rng, clock, rates, subscribers, tickets),
        ]
    )
    late = surveys.responded >= clock.end
    surveys.responded[late] = NEVER
    kept = np.flatnonzero(surveys.sent < until[surveys.subscriber])
    return pick(surveys, kept[np.argsort(surveys.sent[kept], kind="stable")])


def _after_contacts(rng: np.random.Generator, rates: Rates, contacts: Contacts, change: SurveyChange | None) -> Surveys:
    """One to five: worse when it was not solved, when the wait was long, when it was a status question."""
    asked = (contacts.disposition == ANSWERED) & contacts.identified
    rows = np.flatnonzero(asked & happens(rng, rates.contact_invited, len(asked)))
    n = len(rows)
    felt = (
        CONTACT_FELT
        - UNSOLVED_ANNOYS * ~contacts.solved[rows]
        - WAIT_ANNOYS * (contacts.wait_s[rows] > LONG_WAIT_S)
        - TRANSFER_ANNOYS * contacts.transfers[rows]
        - CHASING_ANNOYS * contacts.chases[rows]
        + rng.normal(0, CONTACT_SPREAD, n)
    )
    sent = contacts.ended[rows] + rng.integers(*ASKED_AFTER_CONTACT, n)
    # The delighted and the angry answer most: that is the bias a response rate hides.
    answer = np.select([felt < ANGRY, felt > DELIGHTED], [ANGRY_ANSWER, DELIGHTED_ANSWER], OTHERS_ANSWER)
    chance = rates.contact_responds * answer
    changed = sent >= (change.since if change else NEVER)
    if change:
        felt = felt + change.points * changed
        chance = chance * np.where(changed, change.responds, 1.0)
    asked_how = replace(
        _invitations(rng, CSAT, contacts.subscriber[rows], sent, felt, chance, contact=rows),
        via=np.where(changed, VIA.index("email"), VIA.index("sms")),
    )
    return asked_how


def _after_tickets(rng: np.random.Generator, rates: Rates, tickets: Tickets) -> Surveys:
    """Nought to ten, a day after a ticket was solved: worse when the fix was none or took days."""
    done = (tickets.solved < NEVER) & (tickets.nature == NORMAL) & (tickets.subscriber != NOBODY)
    rows = np.flatnonzero(done & happens(rng, rates.ticket_invited, len(done)))
    n = len(rows)
    slow = tickets.solved[rows] - tickets.opened[rows] > SLOW_DAYS * DAY
    felt = TICKET_FELT - FAILED_ANNOYS * tickets.failed[rows] - SLOW_ANNOYS * slow + rng.normal(0, TICKET_SPREAD, n)
    chance = rates.ticket_responds * np.where(felt < 5, DETRACTORS_ANSWER, REST_ANSWERS)
    sent = tickets.solved[rows] + rng.integers(*ASKED_AFTER_TICKET, n)
    return _invitations(rng, NPS_TICKET, tickets.subscriber[rows], sent, felt, chance, ticket=rows)


def _each_quarter(
    rng: np.random.Generator, clock: Clock, rates: Rates, subscribers: Subscribers, tickets: Tickets
) -> Surveys:
    """Nought to ten, to every active subscriber in the second month and every third after it."""
    failures = np.bincount(tickets.subscriber[tickets.failed], minlength=subscribers.count)
    parts = []
    for start in clock.month_starts[1::3]:
        who = np.flatnonzero(subscribers.active_from < start)
        n = len(who)
        annoyed = FAILURE_ANNOYS * np.minimum(failures[who], FAILURES_FELT)
        felt = RELATION_FELT - annoyed + rng.normal(0, RELATION_SPREAD, n)
        sent = filled(n, int(start) + ASKED_IN_MONTH)
        chance = rates.relation_responds * np.where(felt < 4, RELATION_DETRACTORS_ANSWER, REST_ANSWERS)
        parts.append(_invitations(rng, NPS_RELATION, who, sent, felt, chance))
    nobody = filled(0, NOBODY)
    empty = Surveys(*[nobody] * 8)
    return stack([empty, *parts])


def _invitations(
    rng: np.random.Generator,
    kind: int,
    subscriber: Ints,
    sent: Ints,
    felt: Floats,
    chance: Floats,
    contact: Ints | None = None,
    ticket: Ints | None = None,
) -> Surveys:
    n = len(sent)
    low, high = SCALES[kind]
    reply = sent + seconds(rng.exponential(REPLY_AFTER, n)) + REPLY_FROM
    return Surveys(
        kind=filled(n, kind),
        subscriber=subscriber,
        contact=filled(n, NOBODY) if contact is None else contact,
        ticket=filled(n, NOBODY) if ticket is None else ticket,
        via=filled(n, VIA.index("email" if contact is None else "sms")),
        sent=sent,
        responded=np.where(happens(rng, chance, n), reply, NEVER),
        score=np.clip(np.rint(felt), low, high).astype(np.int64),
    )
