"""The helpdesk: its list of tickets as they stand at the export, and the history of what was done to them."""

from __future__ import annotations

from string import Template

import numpy as np

from firstline.simulate.cells import Column, in_words, numbers, words
from firstline.simulate.columns import NOBODY, Ints
from firstline.simulate.contacts import BOT, CHANNELS
from firstline.simulate.drivers import CODES, KINDS
from firstline.simulate.exports import Export, clock_times, toml_values
from firstline.simulate.ids import agents as agent_ids
from firstline.simulate.people import TEAMS
from firstline.simulate.ticket_events import ACTIVITIES, ACTORS, RAISED
from firstline.simulate.tickets import BY_CUSTOMER, ORIGINS, PRIORITIES, REPORTERS, SPAM, TEST
from firstline.simulate.world import World

TIME = "%m/%d/%Y %H:%M:%S"
CATEGORY_WORDS = {
    "Internet / Slow speed": "connectivity.slow.evening",
    "Internet / No connection": "connectivity.no_service.line_down",
    "Internet / Drops": "connectivity.intermittent.drops",
    "Internet / Area outage": "connectivity.area_outage.known",
    "Wi-Fi / Coverage": "wifi.coverage.room",
    "Wi-Fi / Setup or password": "wifi.setup.password",
    "Equipment / Gateway": "equipment.gateway.faulty",
    "Billing / First bill": "billing.explain_bill.first",
    "Billing / Payment": "billing.payment.late",
    "Account / Change of plan": "account.plan_change.upgrade",
    "Phone / Noise on the line": "voice.quality.noise",
    "TV / Picture freezes": "video.service.freezing",
    "Other": "other.unknown.none",
}
TYPE_WORDS = {
    "Trouble": "trouble",
    "Billing": "billing",
    "Order": "order",
    "How-to": "question",
    "Complaint": "complaint",
    "Internal task": "internal",
}
ORIGIN_WORDS = {
    "Customer": "customer",
    "Monitoring rule": "proactive_telemetry",
    "Network desk": "proactive_outage",
    "Staff": "agent",
}
CHANNEL_WORDS = {"Phone": "phone", "Chat": "live_chat", "Email": "email", "Web form": "web_form"}
STATUS_WORDS = {
    "New": "acknowledged",
    "Open": "inProgress",
    "Waiting for customer": "pending",
    "On hold": "held",
    "Solved": "resolved",
    "Closed": "closed",
    "Cancelled": "cancelled",
    "Merged": "closed",
}
REPORTER_WORDS = {"Customer": "customer", "Employee": "employee", "Monitoring": "system"}
ACTIVITY_WORDS = {
    "Created": "opened",
    "Assigned": "assigned",
    "Linked to outage": "linked_outage",
    "First reply": "first_response",
    "Reply to customer": "public_reply",
    "Waiting for customer": "pending_customer",
    "Customer replied": "customer_reply",
    "Job booked": "linked_visit",
    "On hold": "held",
    "Job note": "internal_note",
    "Escalated to Tier 2": "escalated",
    "Reassigned": "reassigned",
    "Solved": "resolved",
    "Reopened": "reopened",
    "Priority raised": "priority_change",
    "Merged": "merged",
    "Cancelled": "cancelled",
    "Closed": "closed",
}
ACTOR_WORDS = {"Agent": "agent", "Automation": "system", "Customer": "customer"}
TIER_WORDS = {"Tier 1": "1", "Tier 2": "2"}

TICKETS_MAPPING = Template("""\
# Ticket list of the helpdesk: one row per ticket as it stood at the export. Local times, without an offset.
source = "helpdesk"

[file]
entity = "ticket"
timezone = "$zone"
complete_until = "exported_at"

[fields]
ticket_id = "Ticket #"
account_id = "Account"
service_id = "Service ID"
opened_at = { column = "Created", format = "$time" }
origin = { column = "Raised By", values = $origins }
channel = { column = "Via", values = $channels }
type = { column = "Type", values = $types }
priority = "Priority"
reason_code = { column = "Category", values = $categories }
current_status = { column = "Status", values = $statuses }
merged_into = "Merged Into"
parent_ticket_id = "Parent Ticket"
is_test = "Test"
is_spam = "Spam"
reporter = { column = "Requester", values = $reporters }

[[also]]
entity = "ticket_text"
[also.fields]
ticket_id = "Ticket #"
subject = "Subject"
body = "Description"
""")

HISTORY_MAPPING = Template("""\
# Ticket history of the helpdesk: one row per entry. Its ticket numbers are those of the list: same source.
source = "helpdesk"

[file]
entity = "ticket_event"
timezone = "$zone"
complete_until = "exported_at"

[fields]
ticket_id = "Ticket #"
seq = "Entry"
at = { column = "Time", format = "$time" }
type = { column = "Activity", values = $activities }
from_value = "Old Value"
to_value = "New Value"
actor_id = "Performed By"
actor_kind = { column = "Actor", values = $actors }
from_tier = { column = "From Tier", values = $tiers }
to_tier = { column = "To Tier", values = $tiers }
to_team = "To Team"
""")


def tickets_export(world: World) -> Export:
    """tickets.csv: tickets and what they say."""
    tickets, clock = world.tickets, world.clock
    n = len(tickets.opened)
    by_customer = tickets.origin == BY_CUSTOMER
    columns: dict[str, Column] = {
        "Ticket #": world.ids.tickets(np.arange(n)),
        "Account": world.ids.accounts(tickets.subscriber),
        "Service ID": world.ids.services(tickets.subscriber),
        "Created": clock_times(clock, tickets.opened, TIME),
        "Raised By": words(in_words(ORIGIN_WORDS, ORIGINS), tickets.origin),
        "Via": words(in_words(CHANNEL_WORDS, CHANNELS[:BOT]), np.where(by_customer, tickets.channel, NOBODY)),
        "Type": words(in_words(TYPE_WORDS, KINDS), tickets.kind),
        "Priority": words(PRIORITIES, (tickets.urgent | (tickets.raised < clock.end)).astype(np.int64)),
        "Category": words(in_words(CATEGORY_WORDS, CODES), tickets.driver),
        "Status": words(tuple(STATUS_WORDS), tickets.status_at(clock.end)),
        "Merged Into": world.ids.tickets(np.where(tickets.merged < clock.end, tickets.into, NOBODY)),
        "Parent Ticket": world.ids.tickets(tickets.parent),
        "Test": words(("N", "Y"), (tickets.nature == TEST).astype(np.int64)),
        "Spam": words(("N", "Y"), (tickets.nature == SPAM).astype(np.int64)),
        "Requester": words(in_words(REPORTER_WORDS, REPORTERS), tickets.reporter),
        "Subject": world.texts.subjects,
        "Description": world.texts.bodies,
        "Last Update": clock_times(clock, _last_update(world), TIME),
    }
    mapping = TICKETS_MAPPING.substitute(
        zone=clock.zone.key,
        time=TIME,
        origins=toml_values(ORIGIN_WORDS),
        channels=toml_values(CHANNEL_WORDS),
        types=toml_values(TYPE_WORDS),
        categories=toml_values(CATEGORY_WORDS),
        statuses=toml_values(STATUS_WORDS),
        reporters=toml_values(REPORTER_WORDS),
    )
    return Export("tickets.csv", columns, mapping, left=("Last Update",))


def _last_update(world: World) -> Ints:
    last = world.tickets.opened.copy()
    np.maximum.at(last, world.events.ticket, world.events.at)
    return last


def history_export(world: World) -> Export:
    """ticket_history.csv: ticket events, oldest ticket first."""
    events, clock = world.events, world.clock
    raised = np.where(events.kind == RAISED, 0, NOBODY)
    columns: dict[str, Column] = {
        "Ticket #": world.ids.tickets(events.ticket),
        "Entry": numbers(events.entry),
        "Time": clock_times(clock, events.at, TIME),
        "Activity": words(in_words(ACTIVITY_WORDS, ACTIVITIES), events.kind),
        "Old Value": words(PRIORITIES[:1], raised),
        "New Value": words(PRIORITIES[1:], raised),
        "Performed By": agent_ids(np.where(events.actor == ACTORS.index("agent"), events.agent, NOBODY)),
        "Actor": words(in_words(ACTOR_WORDS, ACTORS), events.actor),
        "From Tier": words(tuple(TIER_WORDS), events.from_tier - 1),
        "To Tier": words(tuple(TIER_WORDS), events.to_tier - 1),
        "To Team": words([team.name for team in TEAMS], events.team_of(world.agents)),
    }
    mapping = HISTORY_MAPPING.substitute(
        zone=clock.zone.key,
        time=TIME,
        activities=toml_values(ACTIVITY_WORDS),
        actors=toml_values(ACTOR_WORDS),
        tiers=toml_values(TIER_WORDS),
    )
    return Export("ticket_history.csv", columns, mapping)
