"""The truth agrees with an independent recount of the exported files in pandas."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from firstline.simulate.run import Simulated

Read = Callable[[str], pd.DataFrame]
TIME = "%m/%d/%Y %H:%M:%S"


@pytest.fixture(scope="module")
def truth(provider: Simulated) -> dict[str, Any]:
    """The record of the demo's provider."""
    record: dict[str, Any] = json.loads(provider.truth.read_text("utf-8"))
    return record


def _by_month(truth: dict[str, Any], at: pd.Series) -> list[int]:
    counted = at.dropna().dt.strftime("%Y-%m").value_counts()
    return [int(counted.get(month, 0)) for month in truth["months"]]


def _sum_by_month(truth: dict[str, Any], at: pd.Series, values: pd.Series) -> list[float]:
    summed = values.groupby(at.dt.strftime("%Y-%m")).sum()
    return [float(summed.get(month, 0)) for month in truth["months"]]


def test_the_truth_knows_how_many_rows_each_file_has(export: Read, truth: dict[str, Any]) -> None:
    assert len(truth["rows"]) == 21 + len(truth["months"])
    for file, rows in truth["rows"].items():
        assert len(export(file)) == rows, file


def _counted(tickets: pd.DataFrame) -> pd.DataFrame:
    left_out = (
        (tickets["Test"] == "Y")
        | (tickets["Spam"] == "Y")
        | (tickets["Type"] == "Internal task")
        | tickets["Merged Into"].notna()
        | (tickets["Raised By"] == "Network desk")
    )
    return tickets[~left_out]


def test_tickets(export: Read, truth: dict[str, Any]) -> None:
    tickets = export("tickets.csv")
    tickets["at"] = pd.to_datetime(tickets["Created"], format=TIME)
    totals = truth["totals"]
    assert _by_month(truth, tickets["at"]) == totals["tickets_opened_with_excluded"]
    counted = _counted(tickets)
    assert _by_month(truth, counted["at"]) == totals["tickets_opened"]
    assert sum(totals["tickets_opened"]) < sum(totals["tickets_opened_with_excluded"])
    for word, kind in (("Trouble", "trouble"), ("Billing", "billing"), ("How-to", "question")):
        assert _by_month(truth, counted.loc[counted["Type"] == word, "at"]) == truth["ticket_types"][kind]
    slow = counted["Category"] == "Internet / Slow speed"
    assert _by_month(truth, counted.loc[slow, "at"]) == truth["drivers"]["connectivity.slow.evening"]
    children = tickets["Parent Ticket"].dropna().value_counts().to_dict()
    assert children == {outage["master"]: outage["child_tickets"] for outage in truth["outages"] if outage["master"]}
    (planted,) = (outage for outage in truth["outages"] if outage["planted"])
    assert children[planted["master"]] == truth["planted"]["area_outage"]["child_tickets"] > 0


def test_solutions_and_backlog(export: Read, truth: dict[str, Any]) -> None:
    counted = set(_counted(export("tickets.csv"))["Ticket #"])
    history = export("ticket_history.csv")
    history = history[history["Ticket #"].isin(counted)].copy()
    history["at"] = pd.to_datetime(history["Time"], format=TIME)
    totals = truth["totals"]
    solved = history[history["Activity"] == "Solved"]
    first = solved.groupby("Ticket #")["at"].min()
    assert _by_month(truth, first) == totals["tickets_first_solved"]
    reopened = set(history.loc[history["Activity"] == "Reopened", "Ticket #"])
    assert reopened
    assert _by_month(truth, first[first.index.isin(reopened)]) == totals["tickets_first_solved_and_reopened"]
    last = solved.groupby("Ticket #")["at"].max()
    undone = history[history["Activity"] == "Reopened"].groupby("Ticket #")["at"].max()
    final = last[~(undone.reindex(last.index) > last)]
    assert _by_month(truth, final) == totals["tickets_solved"]
    escalated = set(history.loc[history["Activity"] == "Escalated to Tier 2", "Ticket #"])
    risen = final[final.index.isin(escalated)]
    assert _by_month(truth, risen) == totals["tickets_solved_after_escalation"]
    created = history[history["Activity"] == "Created"].set_index("Ticket #")["at"]
    # Elapsed time is a difference of instants: wall times are an hour out across a change of the clock
    lasted = _instant(final) - _instant(created.loc[final.index])
    assert _sum_by_month(truth, final, lasted.dt.total_seconds()) == totals["solution_time_s"]
    for month, expected in zip(truth["months"], totals["tickets_open_at_end"], strict=True):
        until = pd.Timestamp(month) + pd.DateOffset(months=1)
        known = history[history["at"] < until]
        state = known[known["Activity"].isin(["Created", "Solved", "Reopened", "Cancelled"])]
        now = state.sort_values(["at", "Entry"]).groupby("Ticket #")["Activity"].last()
        assert now.isin(["Created", "Reopened"]).sum() == expected, month


def _instant(wall: pd.Series) -> Any:
    return wall.dt.tz_localize("America/Denver").dt.tz_convert("UTC")


def test_calls(export: Read, truth: dict[str, Any]) -> None:
    calls = export("calls.csv")
    calls["at"] = pd.to_datetime(calls["Call Start"])
    totals = truth["totals"]
    handled = calls[calls["Result"].isin(["Handled", "Bot to agent"])]
    gone = calls[calls["Result"] == "Abandoned in queue"]
    assert _by_month(truth, calls["at"]) == totals["calls_entered"]
    assert _by_month(truth, handled["at"]) == totals["calls_answered"]
    assert _by_month(truth, gone["at"]) == totals["calls_abandoned"]
    assert _by_month(truth, gone.loc[gone["Wait Sec"].astype(int) <= 10, "at"]) == totals["calls_abandoned_within_10s"]
    quick = handled["Wait Sec"].astype(int) <= 20
    assert _by_month(truth, handled.loc[quick, "at"]) == totals["calls_answered_within_20s"]
    for word, total in (
        ("Closed hours", "calls_after_hours"),
        ("Abandoned in IVR", "calls_abandoned_ivr"),
        ("Bot to agent", "calls_bot_handed_over"),
        ("Self-service", "calls_kept"),
    ):
        assert _by_month(truth, calls.loc[calls["Result"] == word, "at"]) == totals[total]
    for part in ("Talk", "Hold", "Wrap"):
        summed = _sum_by_month(truth, handled["at"], handled[f"{part} Sec"].astype(int))
        assert summed == totals[f"calls_{part.lower()}_s"]
    waits = _sum_by_month(truth, handled["at"], handled["Wait Sec"].astype(int))
    assert waits == totals["calls_wait_answered_s"]


def test_chats(export: Read, truth: dict[str, Any]) -> None:
    chats = export("chats.xlsx")
    started = pd.to_datetime(chats["Started (UTC)"]).dt.tz_convert("America/Denver").dt.tz_localize(None)
    served = chats["Outcome"].isin(["Served", "Bot to agent"])
    by_bot, live = chats["Outcome"] == "Bot to agent", chats["With"] == "Agent"
    assert _by_month(truth, started[live]) == truth["totals"]["chats_entered"]
    assert _by_month(truth, started[by_bot]) == truth["totals"]["chats_bot_handed_over"]
    assert _by_month(truth, started[~live]) == truth["totals"]["chats_kept"]
    assert _by_month(truth, started[served]) == truth["totals"]["chats_answered"]
    length = pd.to_timedelta(chats.loc[served, "Chat Time"]).dt.total_seconds()
    assert _sum_by_month(truth, started[served], length) == truth["totals"]["chats_talk_s"]


def test_app_sessions(export: Read, truth: dict[str, Any]) -> None:
    sessions = export("app_sessions.csv")
    began = pd.to_datetime(sessions["Began"], utc=True).dt.tz_convert("America/Denver").dt.tz_localize(None)
    assert _by_month(truth, began) == truth["totals"]["app_sessions_kept"]
    assert _by_month(truth, began[sessions["Outcome"].isna()]) == truth["totals"]["app_sessions_left"]


def test_truck_rolls(export: Read, truth: dict[str, Any]) -> None:
    jobs = export("dispatch.xlsx")
    trouble = jobs["Job Type"].str.startswith("TC - ")
    rolled = pd.to_datetime(jobs["Rolled"])
    assert _by_month(truth, rolled[trouble]) == truth["totals"]["truck_rolls"]
    assert _by_month(truth, rolled[~trouble]) == truth["totals"]["other_jobs_dispatched"]
    no_access = trouble & (jobs["Completion Code"] == "No Access")
    assert _by_month(truth, rolled[no_access]) == truth["totals"]["truck_rolls_without_access"]


def test_subscribers_and_churn(export: Read, truth: dict[str, Any]) -> None:
    people = export("subscribers.csv")
    begins = pd.to_datetime(people["Activated"], format="%m/%d/%Y")
    ends = pd.to_datetime(people["Disconnected"], format="%m/%d/%Y")
    totals = truth["totals"]
    means = []
    for month, at_start in zip(truth["months"], totals["subscribers_at_start"], strict=True):
        days = pd.date_range(month, pd.Timestamp(month) + pd.offsets.MonthEnd(0))
        active = [((begins <= day) & ~(ends <= day)).sum() for day in days]
        assert active[0] == at_start
        means.append(sum(active) / len(active))
    assert means == pytest.approx(totals["subscribers_mean_of_days"])
    left = export("cancellations.csv")
    effective = pd.to_datetime(left["Effective"], format="%m/%d/%Y")
    lost = left["Cancellation Type"].isin(["Customer request", "Non-payment"])
    assert _by_month(truth, effective[lost]) == totals["subscribers_lost"]
    moved = left["Cancellation Type"] == "Moved, service transferred"
    assert _by_month(truth, effective[~moved]) == totals["subscribers_left_for_any_reason"]
    assert set(left.loc[~moved, "Customer No"]) == set(people.loc[ends.notna(), "Customer No"])


def test_surveys(export: Read, truth: dict[str, Any]) -> None:
    surveys = export("surveys.csv")
    answered = surveys[surveys["Score"].notna()].copy()
    answered["at"] = pd.to_datetime(answered["Answered"], utc=True).dt.tz_convert("America/Denver").dt.tz_localize(None)
    answered["Score"] = answered["Score"].astype(int)
    totals = truth["totals"]
    csat = answered[answered["Questionnaire"] == "After contact"]
    assert _by_month(truth, csat["at"]) == totals["csat_answers"]
    assert _by_month(truth, csat.loc[csat["Score"] >= 4, "at"]) == totals["csat_answers_4_or_5"]
    assert _sum_by_month(truth, csat["at"], csat["Score"]) == totals["csat_points"]
    for word, name in (("After ticket (NPS)", "transactional"), ("Relationship (NPS)", "relational")):
        mine = answered[answered["Questionnaire"] == word]
        assert _by_month(truth, mine["at"]) == totals[f"nps_{name}_answers"]
        assert _by_month(truth, mine.loc[mine["Score"] >= 9, "at"]) == totals[f"nps_{name}_promoters"]
        assert _by_month(truth, mine.loc[mine["Score"] <= 6, "at"]) == totals[f"nps_{name}_detractors"]
    assert answered["Score"].between(answered["Lowest"].astype(int), answered["Highest"].astype(int)).all()
