"""The telephone system and the chat tool: one export each, in their own words."""

from __future__ import annotations

from string import Template

import numpy as np

from firstline.simulate.cells import Column, in_words, numbers, words
from firstline.simulate.columns import NEVER, NOBODY, Flags, Ints
from firstline.simulate.contacts import (
    ANSWERED,
    BOT,
    CHAT,
    CONTAINED,
    DISPOSITIONS,
    NEVER_QUEUED,
    PHONE,
    QUEUES,
    WRITTEN,
)
from firstline.simulate.drivers import CODES
from firstline.simulate.exports import ISO_UTC, Export, clock_times, durations, toml_values
from firstline.simulate.ids import renamed_agents
from firstline.simulate.mistakes import RECODED
from firstline.simulate.queues import queue_of
from firstline.simulate.world import World

TIME = "%Y-%m-%d %H:%M:%S"
CALL_WORDS = {
    "Handled": "answered",
    "Abandoned in queue": "abandoned_queue",
    "Abandoned in IVR": "abandoned_ivr",
    "Closed hours": "after_hours",
    "Self-service": "bot_contained",
    "Bot to agent": "bot_escalated",
}
CHAT_WORDS = {
    "Served": "answered",
    "Missed": "abandoned_queue",
    "Offline": "after_hours",
    "Bot only": "bot_contained",
    "Bot to agent": "bot_escalated",
}
CHAT_OUTCOMES = ("Served", "Missed", "", "Offline", "Bot only", "Bot to agent")
"""By disposition; the chat tool has no voice menu to give up in."""

CALL_REASONS = {
    "SLOW": "connectivity.slow.evening",
    "NOSVC": "connectivity.no_service.line_down",
    "DROPS": "connectivity.intermittent.drops",
    "OUTAGE": "connectivity.area_outage.known",
    "WIFI-COV": "wifi.coverage.room",
    "WIFI-PWD": "wifi.setup.password",
    "GATEWAY": "equipment.gateway.faulty",
    "BILL-EXPL": "billing.explain_bill.first",
    "BILL-PAY": "billing.payment.late",
    "UPGRADE": "account.plan_change.upgrade",
    "VOICE": "voice.quality.noise",
    "VIDEO": "video.service.freezing",
    "OTHER": "other.unknown.none",
}
CHAT_TOPICS = {
    "Slow internet": "connectivity.slow.evening",
    "No internet": "connectivity.no_service.line_down",
    "Connection drops": "connectivity.intermittent.drops",
    "Outage in my area": "connectivity.area_outage.known",
    "Weak Wi-Fi": "wifi.coverage.room",
    "Wi-Fi password": "wifi.setup.password",
    "My gateway": "equipment.gateway.faulty",
    "My first bill": "billing.explain_bill.first",
    "Payment": "billing.payment.late",
    "Change my plan": "account.plan_change.upgrade",
    "Phone line": "voice.quality.noise",
    "TV": "video.service.freezing",
    "Something else": "other.unknown.none",
}
FLAG_WORDS = ("N", "Y", "")

CALLS_MAPPING = Template("""\
# Call records of the telephone system: one row per inbound call, those that its bot kept included. Times are local,
# without an offset.
source = "acd"

[file]
entity = "contact"
timezone = "$zone"
complete_until = "exported_at"

[fields]
contact_id = "Call ID"
$who
channel = { constant = "phone" }
direction = { constant = "inbound" }
initiator = { constant = "customer" }
queue_id = "Queue"
entered_at = { column = "Call Start", format = "$time" }
queued_at = { column = "Queued", format = "$time" }
answered_at = { column = "Answered", format = "$time" }
ended_at = { column = "Call End", format = "$time" }
disposition = { column = "Result", values = $results }
ivr_s = "IVR Sec"
wait_s = "Wait Sec"
talk_s = "Talk Sec"
hold_s = "Hold Sec"
wrap_s = "Wrap Sec"
transfers = "Transfers"
agent_id = "Agent"
reason_code = { column = "Reason", values = $reasons }
resolved_flag = "Resolved"
""")

CHATS_MAPPING = Template("""\
# Chat list of the chat tool: one row per chat with an agent or its bot. Times are UTC, durations hours:minutes:seconds.
source = "livechat"

[file]
entity = "contact"
timezone = "UTC"
sheet = 1
complete_until = "exported_at"

[fields]
contact_id = "Chat ID"
account_id = "Customer Ref"
channel = { column = "With", values = { "Agent" = "live_chat", "Bot" = "chatbot" } }
direction = { constant = "inbound" }
initiator = { constant = "customer" }
queue_id = "Queue"
entered_at = { column = "Started (UTC)", format = "iso" }
queued_at = { column = "Queued (UTC)", format = "iso" }
answered_at = { column = "Accepted (UTC)", format = "iso" }
ended_at = { column = "Ended (UTC)", format = "iso" }
disposition = { column = "Outcome", values = $outcomes }
wait_s = { column = "Wait", unit = "hms" }
talk_s = { column = "Chat Time", unit = "hms" }
hold_s = { constant = 0 }
wrap_s = { column = "Wrap-up", unit = "hms" }
agent_id = "Agent"
reason_code = { column = "Topic", values = $topics }
resolved_flag = "Solved"
""")


def calls_export(world: World) -> Export:
    """calls.csv: contacts by phone."""
    contacts, clock = world.contacts, world.clock
    flaws, rows = world.flaws, np.flatnonzero(contacts.channel == PHONE)
    rows = rows[~flaws.lost(world.agents, contacts.agent[rows], contacts.entered[rows])]
    answered, queued = _stages(world, rows)
    entered, agent = contacts.entered[rows], contacts.agent[rows]
    columns: dict[str, Column] = {
        "Call ID": world.ids.contacts(contacts, rows),
        "Queue": words(QUEUES, queue_of(contacts)[rows]),
        "Call Start": clock_times(clock, entered, TIME),
        "Queued": clock_times(clock, np.where(queued, contacts.queued[rows], NEVER), TIME),
        "Answered": clock_times(clock, np.where(answered, contacts.answered[rows], NEVER), TIME),
        "Call End": clock_times(clock, contacts.ended[rows], TIME),
        "IVR Sec": numbers(contacts.ivr_s[rows]),
        "Wait Sec": numbers(contacts.wait_s[rows], queued),
        "Talk Sec": numbers(contacts.talk_s[rows], answered),
        "Hold Sec": numbers(contacts.hold_s[rows], answered),
        "Wrap Sec": numbers(contacts.wrap_s[rows], answered),
        "Result": words(in_words(CALL_WORDS, DISPOSITIONS[:WRITTEN]), contacts.told[rows]),
        "Agent": renamed_agents(agent, flaws.renamed(world.agents, agent, entered)),
        **_callers(world, rows),
        "Reason": _reasons(world, _known_reason(world, rows), entered),
        "Resolved": words(FLAG_WORDS, np.where(answered, contacts.flag[rows], NOBODY)),
        "Transfers": numbers(contacts.transfers[rows], answered),
    }
    mapping = CALLS_MAPPING.substitute(
        zone=clock.zone.key,
        time=TIME,
        who='phone = "Caller"' if flaws.switchboard_accounts else 'account_id = "Account"',
        results=toml_values(CALL_WORDS),
        reasons=toml_values(CALL_REASONS),
    )
    return Export("calls.csv", columns, mapping)


def _callers(world: World, rows: Ints) -> dict[str, Column]:
    """The account where the caller is known; or, in a system that knows none, the number that is not withheld."""
    contacts = world.contacts
    caller = np.where(contacts.identified[rows], contacts.subscriber[rows], NOBODY)
    if not world.flaws.switchboard_accounts:
        return {"Account": world.ids.accounts(caller)}
    return {"Caller": world.ids.numbers(caller, world.flaws.sharing(world.subscribers, world.block))}


def _reasons(world: World, driver: Ints, entered: Ints) -> Column:
    """The system's code of each reason in the list in force at the time."""
    codes = [*in_words(CALL_REASONS, CODES), *(RECODED[code] for code in CODES)]
    new = (driver != NOBODY) & (entered >= world.flaws.recoded_from)
    return words(codes, driver + len(CODES) * new)


def _known_reason(world: World, rows: Ints) -> Ints:
    """The reason that an agent or a bot noted, or NOBODY."""
    contacts = world.contacts
    return np.where(np.isin(contacts.disposition[rows], (ANSWERED, CONTAINED)), contacts.driver[rows], NOBODY)


def chats_export(world: World) -> Export:
    """chats.xlsx: contacts by live chat, and chats that the bot kept."""
    contacts, clock = world.contacts, world.clock
    rows = np.flatnonzero(np.isin(contacts.channel, (CHAT, BOT)))
    answered, queued = _stages(world, rows)
    entered, agent, flaws = contacts.entered[rows], contacts.agent[rows], world.flaws
    waited = np.where(queued, contacts.queued[rows], NEVER)
    accepted = np.where(answered, contacts.answered[rows], NEVER)
    columns: dict[str, Column] = {
        "Chat ID": world.ids.contacts(contacts, rows),
        "With": words(("Agent", "Bot"), (contacts.channel[rows] == BOT).astype(np.int64)),
        "Queue": words(QUEUES, queue_of(contacts)[rows]),
        "Started (UTC)": clock_times(clock, flaws.chat_times(clock, entered), ISO_UTC),
        "Queued (UTC)": clock_times(clock, flaws.chat_times(clock, waited), ISO_UTC),
        "Accepted (UTC)": clock_times(clock, flaws.chat_times(clock, accepted), ISO_UTC),
        "Ended (UTC)": clock_times(clock, flaws.chat_times(clock, contacts.ended[rows]), ISO_UTC),
        "Wait": durations(contacts.wait_s[rows], queued),
        "Chat Time": durations(contacts.talk_s[rows], answered),
        "Wrap-up": durations(contacts.wrap_s[rows], answered),
        "Outcome": words(CHAT_OUTCOMES, contacts.told[rows]),
        "Agent": renamed_agents(agent, flaws.renamed(world.agents, agent, entered)),
        "Customer Ref": world.ids.accounts(np.where(contacts.identified[rows], contacts.subscriber[rows], NOBODY)),
        "Topic": words(in_words(CHAT_TOPICS, CODES), _known_reason(world, rows)),
        "Solved": words(FLAG_WORDS, np.where(answered, contacts.flag[rows], NOBODY)),
    }
    words_of = {"outcomes": toml_values(CHAT_WORDS), "topics": toml_values(CHAT_TOPICS)}
    mapping = CHATS_MAPPING.substitute(words_of)
    return Export("chats.xlsx", columns, mapping)


def _stages(world: World, rows: Ints) -> tuple[Flags, Flags]:
    """Which of these contacts were answered, and which entered a queue."""
    how = world.contacts.disposition[rows]
    return how == ANSWERED, ~np.isin(how, NEVER_QUEUED)
