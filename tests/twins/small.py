"""A small provider made by hand, each row for a reason: every trap that a KPI can fall into.

The data run from November 2025 to May 2026 in Denver. January 2026 is empty on purpose (but for subscribers), and
the clocks change on 2026-03-08.
"""

from __future__ import annotations

from tests.twins.hours_rows import moved_and_waiting, small_calendars, small_places, small_policies
from tests.twins.outages import small_outage_calls, small_outages
from tests.twins.planting import Data, local
from tests.twins.small_answers import answers_of_callers, invitations
from tests.twins.small_callers import calls, tickets_of_callers, visit_to_a_caller
from tests.twins.small_customers import accounts, churn, locations, services, snapshots, subscribers
from tests.twins.small_field import answers, visit_events, visits
from tests.twins.small_phone import contacts, intervals, legs, queues
from tests.twins.small_tickets import Desk, edges, not_counted, over_by_record, plain
from tests.twins.small_work import answered, reopened, repeats, tiers

COMPLETE_UNTIL = local("2026-05-20 00:00")
MONTHS = ((2025, 11), (2025, 12), (2026, 1), (2026, 2), (2026, 3), (2026, 4))
"""The months asked, as year and month; in the last one some tickets are too young to be judged."""


def small() -> Data:
    """The rows of the provider, by entity."""
    desk = Desk()
    for part in (
        plain,
        not_counted,
        over_by_record,
        edges,
        reopened,
        repeats,
        answered,
        tiers,
        moved_and_waiting,
        tickets_of_callers,
    ):
        part(desk)
    places, teams = small_places()
    invites, answered_invites = invitations()
    outages, impacts = small_outages()
    return Data(
        {
            "subscriber": subscribers(),
            "account": accounts(),
            "location": locations(),
            "service": services(),
            "churn_event": churn(),
            "subscriber_snapshot": snapshots(),
            "agent": desk.agents,
            "ticket": desk.tickets,
            "ticket_event": desk.events,
            "contact": [*contacts(), *calls(), *small_outage_calls()],
            "outage": outages,
            "outage_impact": impacts,
            "contact_leg": legs(),
            "queue_interval": intervals(),
            "queue": [*queues(), *places],
            "team": teams,
            "business_calendar": small_calendars(),
            "sla_policy": small_policies(),
            "truck_roll": [*visits(), visit_to_a_caller()],
            "truck_roll_event": visit_events(),
            "survey_invite": invites,
            "survey_response": [*answers(), *answers_of_callers(), *answered_invites],
        },
        COMPLETE_UNTIL,
        MONTHS,
    )
