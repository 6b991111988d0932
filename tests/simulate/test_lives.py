"""What happens to one ticket or visit makes sense from the first event to the last."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from firstline.simulate.columns import NEVER, NOBODY
from firstline.simulate.drivers import DOWN, OUTAGE, number_of
from firstline.simulate.systems.helpdesk import ACTIVITY_WORDS
from firstline.simulate.systems.setup import NETWORK, calendar_rows
from firstline.simulate.ticket_events import RAISED
from firstline.simulate.tickets import BY_CUSTOMER, MASTER, NORMAL
from firstline.simulate.visits import CANCELLED, PARTIAL, TROUBLE
from firstline.simulate.world import World

Read = Callable[[str], pd.DataFrame]


def _history(export: Read) -> pd.DataFrame:
    history = export("ticket_history.csv")
    history["at"] = pd.to_datetime(history["Time"], format="%m/%d/%Y %H:%M:%S")
    history["Entry"] = history["Entry"].astype(int)
    return history.sort_values(["Ticket #", "Entry"])


def test_every_ticket_is_created_once_and_first(export: Read) -> None:
    history = _history(export)
    first = history.groupby("Ticket #").first()
    assert (first["Activity"] == "Created").all()
    assert (history["Activity"] == "Created").sum() == history["Ticket #"].nunique() == len(export("tickets.csv"))


def test_entries_are_in_the_order_of_time(world: World) -> None:
    events = world.events
    same = np.diff(events.ticket) == 0
    assert (np.diff(events.at)[same] >= 0).all()


def test_the_history_ends_as_the_list_says(export: Read) -> None:
    last = _history(export).groupby("Ticket #")["Activity"].last()
    status = export("tickets.csv").set_index("Ticket #")["Status"]
    expected = {
        "Created": "New",
        "Solved": "Solved",
        "Closed": "Closed",
        "Reopened": "Open",
        "Merged": "Merged",
        "Cancelled": "Cancelled",
        "Waiting for customer": "Waiting for customer",
        **dict.fromkeys(("On hold", "Job booked", "Job note"), "On hold"),
    }
    said = last.map(expected).fillna("Open")
    assert (said == status.loc[last.index]).all()
    assert {"Open", "Closed", "Merged", "Cancelled"} <= set(status)


def test_reopening_follows_a_solution_and_leads_to_another(world: World) -> None:
    tickets = world.tickets
    again = tickets.reopened < NEVER
    assert again.sum() > 100
    assert (tickets.reopened[again] > tickets.solved[again]).all()
    assert (tickets.solved_again[again] > tickets.reopened[again]).all()
    assert (tickets.closed[again] > tickets.solved_again[again]).all()
    ended = np.minimum(tickets.solved, tickets.cancelled)
    for step in (tickets.assigned, tickets.replied, tickets.waiting, tickets.answered, tickets.escalated):
        there = step < NEVER
        assert (step[there] >= tickets.opened[there]).all()
        assert (step[there] <= ended[there]).all()


def test_the_history_tells_of_replies_jobs_outages_and_priorities(export: Read) -> None:
    history, jobs = _history(export), export("dispatch.xlsx").dropna(subset="Ticket Ref")
    tickets = export("tickets.csv").set_index("Ticket #")
    assert set(history["Activity"]) == set(ACTIVITY_WORDS)
    at = {name: rows.groupby("Ticket #")["at"].apply(sorted) for name, rows in history.groupby("Activity")}
    booked = jobs.groupby("Ticket Ref")["Booked"].apply(sorted)
    assert at["Job booked"].to_dict() == booked.to_dict()
    assert at["On hold"].to_dict() == booked.str[:1].to_dict()
    settled = jobs.dropna(subset="Completion Code").groupby("Ticket Ref").size()
    assert at["Job note"].map(len).to_dict() == settled.to_dict()
    assert set(at["Linked to outage"].index) == set(tickets.index[tickets["Parent Ticket"].notna()])
    replies = at["Reply to customer"]
    assert replies.str[0].to_dict() == at["First reply"].str[0].to_dict()
    asked = at["Waiting for customer"].str[0]
    both = replies.index.intersection(asked.index)
    assert replies[both].str[1].to_dict() == asked[both].to_dict()
    raised = history[history["Activity"] == "Priority raised"].set_index("Ticket #")
    assert (set(raised["Old Value"]), set(raised["New Value"])) == ({"Normal"}, {"High"})
    assert (tickets.loc[raised.index, "Priority"] == "High").all()
    assert history.loc[history["Activity"] != "Priority raised", ["Old Value", "New Value"]].isna().all(axis=None)


def test_a_reopened_ticket_becomes_urgent_where_it_was_not(world: World) -> None:
    tickets, events = world.tickets, world.events
    again = set(np.flatnonzero(tickets.reopened < world.clock.end).tolist())
    urgent = set(np.flatnonzero(np.isin(tickets.driver, [number_of(DOWN), number_of(OUTAGE)])).tolist())
    assert set(events.ticket[events.kind == RAISED].tolist()) == again - urgent
    assert len(again & urgent) > 20


def test_only_written_tickets_have_a_first_reply(world: World) -> None:
    tickets = world.tickets
    written = tickets.channel >= 2
    assert (tickets.replied[~written] == NEVER).all()
    by_customer = tickets.origin == BY_CUSTOMER
    assert (tickets.replied[written & by_customer & (tickets.issue != NOBODY)] < NEVER).all()


def test_visits_of_a_ticket_come_after_its_opening_and_end_before_its_solution(world: World) -> None:
    visits, tickets = world.visits, world.tickets
    rows = np.flatnonzero(visits.ticket != NOBODY)
    assert len(rows) > 500
    assert (visits.purpose[rows] == TROUBLE).all()
    owner = visits.ticket[rows]
    assert (visits.created[rows] > tickets.opened[owner]).all()
    assert (visits.subscriber[rows] == tickets.subscriber[owner]).all()
    assert (visits.settled[rows] <= tickets.solved[owner]).all()
    assert (world.booked_by[rows] == tickets.agent[owner]).all()
    assert ((world.booked_by != NOBODY) == (visits.ticket != NOBODY)).all()


def test_a_visit_that_never_rolled_was_cancelled_before(world: World) -> None:
    visits = world.visits
    assert ((visits.dispatched == NEVER) == (visits.outcome == CANCELLED)).all()
    rolled = visits.dispatched < NEVER
    assert (visits.created[rolled] < visits.dispatched[rolled]).all()
    assert (visits.dispatched[rolled] < visits.settled[rolled]).all()
    assert (visits.fault[visits.outcome > PARTIAL] == NOBODY).all()


def test_nobody_has_events_after_leaving(world: World) -> None:
    for who, at in (
        (world.contacts.subscriber, world.contacts.entered),
        (world.surveys.subscriber, world.surveys.sent),
    ):
        assert (at < world.until[who]).all()
    owned = world.tickets.subscriber != NOBODY
    assert (world.tickets.opened[owned] < world.until[world.tickets.subscriber[owned]]).all()
    assert (world.until < world.clock.end).sum() > 500


def test_nobody_has_events_before_joining(world: World) -> None:
    joined = world.subscribers.active_from
    assert (joined > world.clock.start).sum() > 500
    assert (world.contacts.entered >= joined[world.contacts.subscriber]).all()


def test_agents_work_only_while_employed_and_in_their_tier(world: World) -> None:
    agents, contacts = world.agents, world.contacts
    answered = contacts.agent != NOBODY
    day, agent = world.clock.day(contacts.entered[answered]), contacts.agent[answered]
    assert (agents.hired[agent] <= day).all()
    assert (day < agents.left[agent]).all()
    assert (agents.tier[contacts.taken_by[answered]] == 1).all()
    assert (contacts.transfers[answered][agents.tier[agent] == 2] == 1).all()
    assert (agents.left < NEVER).any()
    tickets = world.tickets
    solved = (tickets.solved < world.clock.end) & (tickets.solver != NOBODY)
    assert (world.clock.day(tickets.solved[solved]) < agents.left[tickets.solver[solved]]).all()
    risen = world.tickets.escalated < NEVER
    assert (agents.tier[world.tickets.solver[risen]] == 2).all()


def test_tier_two_solves_in_the_hours_that_its_team_states(world: World) -> None:
    tickets, clock = world.tickets, world.clock
    stated = {day: (opens, closes) for name, day, opens, closes in calendar_rows(clock) if name == NETWORK}
    assert sorted(stated) == [1, 2, 3, 4, 5]
    by_tier_2 = tickets.escalated < NEVER
    solved = np.concatenate([tickets.solved[by_tier_2], tickets.solved_again[by_tier_2]])
    solved = solved[solved < clock.end]
    assert len(solved) > 2_000
    wall = pd.Series(clock.local(solved).astype("datetime64[s]"))
    day, time = wall.dt.day_of_week + 1, wall.dt.strftime("%H:%M")
    assert set(day) <= set(stated)
    assert ((time >= day.map(lambda one: stated[one][0])) & (time < day.map(lambda one: stated[one][1]))).all()


def test_merged_tickets_point_to_an_earlier_one(world: World) -> None:
    tickets = world.tickets
    merged = np.flatnonzero(tickets.merged < NEVER)
    assert len(merged) > 100
    assert (tickets.opened[tickets.into[merged]] < tickets.opened[merged]).all()
    assert (tickets.subscriber[tickets.into[merged]] == tickets.subscriber[merged]).all()
    assert (tickets.nature[tickets.into[merged]] == NORMAL).all()


def test_the_planted_outage_has_one_master_and_its_children_are_affected_subscribers(world: World) -> None:
    tickets, outage = world.tickets, world.planted.outage
    assert outage is not None
    (master,) = world.outages.master[world.outages.planted]
    assert (tickets.nature[master], tickets.subscriber[master]) == (MASTER, NOBODY)
    children = tickets.parent == master
    assert children.sum() > 20
    assert set(tickets.subscriber[children].tolist()) <= set(outage.affected.tolist())
    assert (tickets.solved[children] >= outage.restored).all()
