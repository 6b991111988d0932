"""How often things happen at the simulated provider: every rate in one table, each with its source.

"Judgement" means that no source with a stated method was found and the figure is our own. The figures
of sources are those of the domain reference; a small demo needs more contacts than a real provider of
its size has, so the rates that say "raised" are higher than reality on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Rates:
    """Shares are fractions 0..1, times in the unit of the name, `_per_month` is a month of 30.4 days."""

    # Demand
    issues_per_month: float = 0.25  # everyday reasons to get in touch, per subscriber; judgement, raised: with repeats
    # it gives about 0.3 contacts a month, while the reference's worked example of contact rate is 0.14
    frailty_shape: float = 1.3  # gamma shape of the differences between subscribers; judgement
    phone_share: float = 0.62  # judgement; chat, e-mail and web form share the rest
    chat_share: float = 0.18  # judgement
    email_share: float = 0.12  # judgement
    billing_chats: float = 1.5  # times the share of chats of first contacts about bills and plans; judgement
    unidentified_share: float = 0.08  # contacts without an account; judgement
    longest_chain: int = 5  # contacts of one issue at most; keeps a chain inside the span; judgement

    # Impaired homes
    impairments_per_month: float = 0.012  # that begin, per home; judgement: about one home in thirty has one at a time
    impairment_days: float = 100.0  # mean length where no visit ends it; judgement
    impairment_wifi_share: float = 0.5  # in the Wi-Fi and not on the line; judgement
    impairment_shown_share: float = 0.5  # telemetry shows it; as asked for: about half
    impaired_issues: float = 5.0  # how many more, in an ordinary subscriber's everyday issues; judgement

    # Queue
    opens: int = 7  # local hour at which the lines open, every day; judgement
    closes: int = 22  # local hour at which they close; judgement
    network_opens: int = 8  # local hour at which tier 2, the network desk, begins, Monday to Friday; judgement
    network_closes: int = 18  # local hour at which it goes home; judgement
    planned_abandonment: float = 0.10  # of a queue in any half hour, at most, when agents are planned; judgement: whole
    # agents make it 4 to 6 % over all
    ring_s: float = 4.0  # mean from an agent being free to the answer; judgement
    patience_s: float = 240.0  # mean patience; judgement: the Erlang A example of the reference has 120 s
    abandoned_ivr_share: float = 0.02  # judgement
    retry_share: float = 0.65  # of those not reached, who try again; judgement

    # Bots and the app; no source for any, all judgement
    phone_bot: float = 0.30  # calls that reach a queue which the phone bot had before
    chat_bot: float = 0.60  # chats likewise
    phone_bot_s: float = 55.0  # median time with the phone bot
    chat_bot_s: float = 110.0  # median time with the chat bot, and in the app
    phone_bot_sessions: float = 0.02  # sessions that were all it took, per subscriber and month
    chat_bot_sessions: float = 0.02
    app_sessions: float = 0.06
    tried_first_share: float = 0.10  # issues whose customer tried the chat bot or the app first, in vain
    tried_app_share: float = 0.6  # of these: the app

    # Handling
    transfer_share: float = 0.10  # of contacts with the usual reason and agent; reference: worked example of transfer
    # rate, 12 %
    transfer_wait_s: float = 60.0  # mean time on hold until the second agent is there; judgement
    held_share: float = 0.35  # answered calls that are put on hold; judgement
    hold_s: float = 85.0  # their mean hold; reference: 30 s over all calls in the shared ACD example
    wrap_s: float = 50.0  # median after-call work; reference: mean 60 s in the shared ACD example
    flag_missing_share: float = 0.10  # answered calls whose agent sets no resolved flag; judgement
    flag_wrong_share: float = 0.08  # resolved flags that are wrong: agents judge their own work; judgement

    # Tickets
    ticket_if_unresolved: float = 0.92  # judgement
    ticket_if_resolved: float = 0.30  # solved in the contact and logged all the same; judgement
    escalated_share: float = 0.20  # of tickets neither solved at once nor visited; with it and what newcomers add
    # about 13 % of all, as in the reference's worked example of escalation rate
    waiting_share: float = 0.22  # of the same tickets: wait for the customer; judgement
    first_reply_h: float = 2.2  # median, e-mail and web form, staffed hours; judgement
    work_h: float = 6.0  # median from assignment to solution without a visit; judgement
    rework_h: float = 7.0  # median from reopening to the second solution; judgement
    customer_answers_h: float = 9.0  # median until the customer answers what the agent asked; judgement
    fix_fails_share: float = 0.15  # solved tickets that were not; judgement
    reopened_share_of_failed: float = 0.32  # the others come back as a new contact; with the line above 4 %
    # reopened, as in the reference's worked example of reopen rate
    recurs_share: float = 0.10  # solved in the contact, and back within weeks; judgement
    chase_share: float = 0.22  # tickets open longer than a day whose customer asks how far it is; judgement
    closes_after_h: int = 72  # solved tickets close themselves after this time; judgement
    cancelled_share: float = 0.03  # of the same tickets: the customer withdraws it; judgement
    complaint_share: float = 0.012  # reference: worked example of customer escalation rate, 1.04 %
    spam_share: float = 0.02  # extra tickets, of all; judgement
    test_share: float = 0.005  # judgement
    internal_share: float = 0.02  # judgement
    duplicate_share: float = 0.02  # reference: worked example of ticket volume, 20 merged of 1,240
    proactive_share: float = 0.03  # opened from telemetry; judgement: stage 3 of the maturity gates has 2 %

    misspelt_share: float = 0.2  # sentences of tickets and of technicians with a typing error; judgement

    # Visits: the driver table says which share of tickets gets one, faults.FOUND what is found there
    visit_misses: tuple[float, ...] = (0.05, 0.078, 0.02, 0.09, 0.012)  # first trips that settle nothing, in the
    # order of visits.MISSES; no access: reference, worked example of no-access rate 7.8 %; cancelled before dispatch:
    # worked example of truck rolls; the others: judgement
    contractor_share: float = 0.35  # judgement
    contractor_partial: float = 1.6  # how many times as often a contractor has to come again; judgement
    uncoded_share: float = 0.15  # visits whose technician does not say whether they were needed; judgement
    note_missing_share: float = 0.12  # jobs that are done or called off and have no note; judgement
    maintenance_per_month: float = 0.002  # planned jobs, per subscriber; judgement

    # Subscribers, people, money
    joins_per_month: float = 0.015  # new subscribers, per subscriber of the start; judgement
    leaves_per_month: float = 0.0112  # without bad experience; with it about 1.3 % a month, reference: Frontier
    # consumer fiber, 1.29 % in Q2 2025
    leaves_more: float = (
        0.40  # each bad experience of two months adds this to the log of the chance of leaving of one's
    )
    # own accord; judgement
    leaves_impaired: float = 0.60  # and so does an impaired home; judgement
    nonpay_more: float = 0.10  # each bad experience adds this to the log of the chance of not paying; judgement
    agent_leaves_per_year: float = 0.35  # reference: 30 to 45 % (QATC)
    subscribers_per_agent: int = 700  # judgement; at least 14 agents, so that teams can be compared
    agent_quits_share: float = 0.75  # of those who leave, who do so of their own accord; judgement
    newcomer_weeks: float = 8.0  # after so many weeks an e-th part of what a newcomer lacks is left; judgement
    newcomer_slower: float = 0.5  # talk and wrap-up are so much longer on the first day; judgement
    newcomer_solves_less: float = 0.25  # and so much less is solved in the contact; judgement
    newcomer_escalates: float = 0.8  # and so much oftener a ticket is handed to tier 2; judgement
    skill_on_time: float = 0.12  # one standard deviation of skill divides talk and wrap-up by 1 + this; judgement
    skill_on_solving: float = 0.07  # and multiplies the share solved in the contact by 1 + this; judgement
    skill_on_escalating: float = 0.15  # and divides the share handed to tier 2 by 1 + this; judgement

    # Surveys
    contact_invited: float = 0.75  # answered contacts that get a survey; judgement
    contact_responds: float = 0.36  # judgement, raised: the reference's worked example is 12.5 %
    ticket_invited: float = 1.0  # solved tickets; judgement, raised
    ticket_responds: float = 0.52  # judgement, raised
    relation_responds: float = 0.22  # of the quarterly mailing to all; judgement, raised

    # Outages drawn at random; how often each kind of element fails stands in equipment.PARTS
    outages: float = 1.0  # times those frequencies; 0 switches them off
    outage_median_h: float = 3.5  # judgement
    outage_spread: float = 1.0  # standard deviation of the logarithm; judgement
    outage_least_h: float = 0.5  # shorter ones count as this long; judgement
    outage_most_h: float = 48.0  # longer ones count as this long; judgement
    outage_back_early: float = 0.15  # subscribers come back in the last part of it, one by one; judgement
    outage_noticed: tuple[float, ...] = (0.65, 0.15, 0.20)  # by telemetry, network desk, customers; judgement
    outage_detected_min: float = 12.0  # mean, from onset to knowing; judgement
    outage_declared_min: float = 18.0  # mean, from knowing to declaring; judgement
    outage_told_share: float = 0.7  # outages whose customers are told; judgement
    outage_told_min: float = 25.0  # mean, from declaring; judgement
    outage_master_from: int = 30  # subscribers from whom on an outage has a master ticket: a PON port; judgement
    outage_raises: float = 60.0  # how many times as often as in any such hour the cut off get in touch, because of
    # it; judgement: about one in eight of them does
    outage_raises_partial: float = 20.0  # where the service is impaired; judgement

    # Planted truths; NOTHING_PLANTED below switches all off
    outage_contacts: float = 0.45  # affected subscribers who get in touch; judgement
    outage_h: float = 4.5  # judgement
    port_issues_per_month: float = 0.55  # extra slow-speed issues per subscriber of the failing port; judgement
    repeat_team_factor: float = 2.4  # how much oftener the fixes of the planted vendor team fail; judgement
    hard_calls_routed: float = 0.5  # calls with hard reasons that go to the planted team with the bad mix; judgement
    truck_rolls_cut: float = 0.30  # visits that the initiative saves in its regions; as large as asked for
    firmware_wifi_factor: float = 3.0  # how many times as often Wi-Fi is the reason after the bad release; judgement
    survey_change_points: float = 0.35  # the mean of what is felt, after contacts are asked by e-mail; judgement
    survey_change_responds: float = 0.6  # how many times as many answer then (1: as many); judgement
    lacking_share: float = 0.45  # issues under the catch-all reason that are about one the taxonomy lacks; judgement


RATES = Rates()

NOTHING_PLANTED = replace(
    RATES,
    outage_contacts=0.0,
    port_issues_per_month=0.0,
    repeat_team_factor=1.0,
    hard_calls_routed=0.0,
    truck_rolls_cut=0.0,
    firmware_wifi_factor=1.0,
    survey_change_points=0.0,
    survey_change_responds=1.0,
    lacking_share=0.0,
)
"""The scenario in which there is nothing to find but what happens everywhere, outages among it."""

NIGHT = (0.10, 0.06, 0.04, 0.04, 0.05, 0.10, 0.25, 0.60)
DAYTIME = (1.10, 1.50, 1.60, 1.50, 1.35, 1.25, 1.25, 1.30)
EVENING = (1.40, 1.55, 1.65, 1.60, 1.40, 1.00, 0.55, 0.25)
HOUR_WEIGHTS: tuple[float, ...] = NIGHT + DAYTIME + EVENING
"""Contacts by local hour of the day: a morning and an evening peak; judgement."""

WEEKDAY_WEIGHTS: tuple[float, ...] = (1.20, 1.10, 1.05, 1.02, 1.05, 0.85, 0.73)
"""Contacts by local day of the week, Monday first; judgement."""

SEASON_WEIGHTS: tuple[float, ...] = (1.10, 1.05, 1.00, 0.95, 0.93, 0.93, 0.97, 1.02, 1.03, 0.98, 1.00, 1.06)
"""Contacts by month, January first: dark months, moving season and the start of school; judgement."""
