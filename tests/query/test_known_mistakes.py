"""Figures that other products get wrong, each under the name of the mistake."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from firstline.home import Home
from firstline.query.answer import Record
from firstline.query.change import comparison_spans
from firstline.query.definitions import the_catalogue
from firstline.query.question import Query
from firstline.query.run import answer
from tests.homes import bring, moment
from tests.query.hours_scenarios import office_hours
from tests.query.provider import Provider, after

MARCH = {"from_": "2026-03-01", "to": "2026-04-01"}


def test_a_reopened_ticket_counted_three_times_or_timed_from_its_reopening() -> None:
    provider = Provider()
    provider.ticket("T1", "2026-03-02 09:00", "2026-03-02 10:00")
    provider.event("T1", "2026-03-03 09:00", "reopened", actor_kind="customer")
    provider.event("T1", "2026-03-03 11:00", "resolved", actor_kind="agent")
    provider.event("T1", "2026-03-04 09:00", "reopened", actor_kind="customer")
    provider.event("T1", "2026-03-04 09:30", "resolved", actor_kind="agent")
    assert provider.one("ticket_volume", **MARCH).value == 1
    provider.build()
    (row,) = provider.warehouse.rows(
        "SELECT *, date_diff('second', opened_at, first_resolved_at) AS f FROM fact_ticket"
    )
    assert (row["f"], row["resolution_s"], row["reopen_count"]) == (3600, 2 * 86_400 + 1800, 2)


def test_a_five_minute_fix_rounded_up_to_a_day() -> None:
    provider = Provider()
    for number in range(10):
        provider.ticket(f"T{number}", "2026-03-02 09:00", "2026-03-02 09:05")
    assert provider.one("resolution_time_median", **MARCH).value == 300


def test_a_later_edit_of_a_closed_ticket_that_moves_its_resolution() -> None:
    provider = Provider()
    for number in range(10):
        provider.ticket(f"T{number}", "2026-03-02 09:00", "2026-03-02 10:00")
        provider.event(f"T{number}", "2026-03-02 11:00", "closed", actor_kind="bot")
        provider.event(f"T{number}", "2026-03-20 11:00", "internal_note", actor_kind="agent")
        provider.event(f"T{number}", "2026-03-21 11:00", "closed", actor_kind="agent")
    assert provider.one("resolution_time_median", **MARCH).value == 3600


def test_a_first_response_that_needs_a_service_level_agreement_to_exist() -> None:
    provider = Provider()
    for number in range(10):
        provider.ticket(f"T{number}", "2026-03-02 09:00", "2026-03-02 12:00", channel="email", origin="customer")
        provider.event(f"T{number}", "2026-03-02 09:30", "public_reply", actor_kind="agent")
    assert provider.one("first_response_time_median", **MARCH).value == 1800


@pytest.mark.parametrize(
    ("first", "days"), [("2026-03-08", 7), ("2026-03-10", 10), ("2026-05-04", 1), ("2026-01-03", 90)]
)
def test_a_previous_period_of_another_length(first: str, days: int) -> None:
    zone = ZoneInfo("America/Denver")
    start = datetime.combine(date.fromisoformat(first), time(), zone)
    end = datetime.combine(date.fromisoformat(first) + timedelta(days=days), time(), zone)
    spans = comparison_spans(start, end, end + timedelta(days=300), None, zone)
    assert spans
    shown, before = spans
    assert shown.end.date() - shown.start.date() == before.end.date() - before.start.date() == timedelta(days=days)
    assert before.end == shown.start


def test_the_median_of_days_averaged_into_that_of_the_month() -> None:
    provider, chance, times = Provider(), random.Random(7), []
    for number in range(200):
        day, minutes = 1 + number % 28, int(chance.lognormvariate(4, 1)) + 1
        times.append(60 * minutes)
        opened = f"2026-03-{day:02d} 00:00"
        provider.ticket(f"T{number}", opened, after(opened, minutes=minutes))
    assert provider.one("resolution_time_median", from_="2026-03-01", to="2026-05-01").value == np.median(times)


def test_a_blind_transfer_counted_as_a_lost_call_or_as_two() -> None:
    provider = Provider()
    for number in range(30):
        provider.add("contact", "acd", contact_id=f"C{number}", channel="phone", direction="inbound", transfers=1,
                     entered_at="2026-03-02 09:00", disposition="answered")  # fmt: skip
        for seq, talk in ((1, 60), (2, 240)):
            provider.add("contact_leg", "acd", contact_id=f"C{number}", seq=seq, talk_s=talk, hold_s=0, wrap_s=10,
                         entered_at=f"2026-03-02 09:0{seq}", answered_at=f"2026-03-02 09:0{seq}")  # fmt: skip
    assert provider.one("aht", **MARCH).value == 320
    assert provider.one("aht", **MARCH).n == 30
    assert provider.one("abandonment_rate_raw", **MARCH).value == 0
    assert provider.one("missed_call_rate", **MARCH).value == 0


def test_a_call_that_rang_unanswered_at_one_agent_offered_twice() -> None:
    provider = Provider()
    for number in range(30):
        provider.add("contact", "acd", contact_id=f"C{number}", channel="phone", direction="inbound", wait_s=30,
                     entered_at="2026-03-02 09:00", queued_at="2026-03-02 09:00", disposition="answered")  # fmt: skip
        provider.add("contact_leg", "acd", contact_id=f"C{number}", seq=1, agent_id="ann", ring_s=15,
                     entered_at="2026-03-02 09:00")  # fmt: skip
        provider.add("contact_leg", "acd", contact_id=f"C{number}", seq=2, agent_id="bob", talk_s=100,
                     entered_at="2026-03-02 09:00", answered_at="2026-03-02 09:00:30")  # fmt: skip
    record = provider.one("abandonment_rate_raw", **MARCH)
    assert (record.value, record.denominator) == (0, 30)


def test_a_phone_that_rang_unanswered_credited_with_the_call_and_its_wait() -> None:
    provider = Provider()
    for number in range(40):
        common = {
            "channel": "phone",
            "direction": "inbound",
            "entered_at": "2026-03-02 09:00",
            "queued_at": "2026-03-02 09:00",
        }
        provider.add("contact", "acd", contact_id=f"C{number}", **common, disposition="answered",
                     answered_at="2026-03-02 09:00:40", ended_at="2026-03-02 09:02:20")  # fmt: skip
        provider.add("contact", "acd", contact_id=f"G{number}", **common, disposition="abandoned_queue",
                     ended_at="2026-03-02 09:01")  # fmt: skip
        for call in "CG":
            provider.add("contact_leg", "acd", contact_id=f"{call}{number}", seq=1, agent_id="ann", ring_s=8, wait_s=8,
                         entered_at="2026-03-02 09:00")  # fmt: skip
        provider.add("contact_leg", "acd", contact_id=f"C{number}", seq=2, agent_id="bob", talk_s=100,
                     hold_s=0, wrap_s=5, entered_at="2026-03-02 09:00:08",
                     answered_at="2026-03-02 09:00:40")  # fmt: skip
        provider.add("contact_leg", "acd", contact_id=f"G{number}", seq=2, entered_at="2026-03-02 09:00:08")
    assert provider.one("asa", **MARCH).value == 40
    assert provider.one("service_level_a", **MARCH).value == 0
    assert provider.one("abandonment_rate", **MARCH).value == 0.5
    assert {record.group["agent"]: record.value for record in provider.ask("aht", group="agent").records} == {
        "bob": 105
    }
    assert provider.warehouse.rows("SELECT DISTINCT n_transfers FROM fact_contact WHERE is_answered") == [
        {"n_transfers": 0}
    ]


def test_a_call_that_was_handed_on_counted_for_its_first_agent_alone() -> None:
    provider = Provider()
    for agent, team in (("ann", "north"), ("bob", "south")):
        provider.add("agent", "people", agent_id=agent, team=team)
    for number in range(30):
        provider.add("contact", "acd", contact_id=f"C{number}", channel="phone", direction="inbound", wait_s=5,
                     entered_at="2026-03-02 09:00", disposition="answered", ended_at="2026-03-02 09:20")  # fmt: skip
        for seq, agent, talk, wrap in ((1, "ann", 60, 0), (2, "bob", 600, 30)):
            provider.add("contact_leg", "acd", contact_id=f"C{number}", seq=seq, agent_id=agent, talk_s=talk, hold_s=0,
                         wrap_s=wrap, answered_at=f"2026-03-02 09:0{seq}")  # fmt: skip
    whole = provider.one("aht", **MARCH)
    assert (whole.value, whole.denominator) == (690, 30)
    for by, first, second in (("agent", "ann", "bob"), ("team", "north", "south")):
        found = {
            record.group[by]: (record.value, record.denominator) for record in provider.ask("aht", group=by).records
        }
        assert found == {first: (60, 30), second: (630, 30)}
    assert provider.one("average_talk_time", where=["team=south"], **MARCH).value == 600


def test_a_one_to_many_join_that_multiplies_what_it_counts() -> None:
    provider = Provider()
    for number in range(30):
        provider.ticket(f"T{number}", "2026-03-02 09:00", "2026-03-02 10:00", account_id="A1")
        for visit in range(3):
            provider.add("truck_roll", visit_id=f"V{number}-{visit}", ticket_id=f"T{number}", account_id="A1",
                         purpose="trouble", dispatched_at="2026-03-02 09:30", outcome="completed_fixed")  # fmt: skip
    assert provider.one("ticket_volume", **MARCH).value == 30
    assert provider.one("truck_rolls", **MARCH).value == 90


def test_an_nps_made_of_answers_from_1_to_10() -> None:
    provider = Provider()
    for number in range(60):
        provider.add("survey_response", "survey", response_id=f"R{number}", kind="nps_relational", score=10,
                     scale_min=1, scale_max=10, responded_at="2026-03-02 09:00")  # fmt: skip
    refused = provider.one("nps_relational", **MARCH)
    assert (refused.value, refused.excluded) == (None, 60)
    assert provider.one("nps_1_10", **MARCH).value == 100


def test_a_share_above_one_because_its_sides_are_filtered_apart() -> None:
    """30 promises kept, of which 20 stand on tickets that are still open: 30 of 30, not 30 of the 10 resolved."""
    provider = Provider()
    provider.add("sla_policy", "setup", policy_id="answer", clock="first_response", target_s=3600)
    for number in range(60):
        channel, late = ("email", False) if number < 30 else ("web_form", True)
        done = "2026-03-03 09:00" if number % 3 == 0 else None
        provider.ticket(f"T{number}", "2026-03-02 09:00", done, channel=channel, origin="customer")
        provider.event(f"T{number}", "2026-03-02 11:00" if late else "2026-03-02 09:30", "public_reply",
                       actor_kind="agent")  # fmt: skip
    provider.ticket("latest", "2026-04-02 09:00")
    for where, numerator, denominator in (([], 30, 60), (["channel=email"], 30, 30), (["channel=web_form"], 0, 30)):
        record = provider.one("sla_attainment", where=where, **MARCH)
        assert (record.numerator, record.denominator) == (numerator, denominator)
        assert record.value == numerator / denominator


def test_the_mean_of_two_p90s_taken_for_the_p90_of_both() -> None:
    """One queue has 90 times of 1 hour and 10 of 100 (p90 10.9), the other 10 of 2 (p90 2): 2.0, not 6.45."""
    provider = Provider()
    for number, hours in enumerate([1] * 90 + [100] * 10 + [2] * 10):
        queue = "large" if number < 100 else "small"
        provider.ticket(f"T{number}", "2026-03-02 00:00", after("2026-03-02 00:00", hours=hours), queue_id=queue)
    parts = {record.group["queue"]: record for record in
             provider.ask("resolution_time_p90", group="queue", **MARCH).records}  # fmt: skip
    assert parts["large"].value == pytest.approx(10.9 * 3600)
    assert (parts["small"].value, parts["small"].reason) == (None, "small_n")
    assert provider.one("resolution_time_p90", **MARCH).value == 2 * 3600


def test_a_transfer_that_nobody_logged_and_an_hour_of_talk_for_two_minutes() -> None:
    """Where legs are told they count; where only the contact's times are, the figure says that they do not agree."""
    provider = Provider()
    hour = {"channel": "phone", "direction": "inbound", "talk_s": 3600, "hold_s": 0, "wrap_s": 0}
    begins = {"entered_at": "2026-03-02 09:00", "answered_at": "2026-03-02 09:00", "disposition": "answered"}
    for number in range(30):
        provider.add("contact", "acd", contact_id=f"C{number}", ended_at="2026-03-02 10:00", **begins, **hour)
        provider.add("contact_leg", "acd", contact_id=f"C{number}", seq=1, talk_s=120, hold_s=0, wrap_s=0)
    record = provider.one("aht", **MARCH)
    assert (record.value, record.n, record.note) == (120, 30, None)
    for number in range(5):
        provider.add("contact", "acd", contact_id=f"D{number}", ended_at="2026-03-02 09:02", **begins, **hour)
    for kpi in ("aht", "average_talk_time"):
        record = provider.one(kpi, **MARCH)
        assert (record.value, record.n) == ((30 * 120 + 5 * 3600) / 35, 35)
        assert "5 of 35 contacts state more talk and hold than passed" in (record.note or "")
    assert provider.one("abandonment_rate_raw", **MARCH).value == 0


def asked_of(home: Home, kpi: str) -> Record:
    """March's figure of a home."""
    span = (moment("2026-03-01"), moment("2026-04-01"))
    (record,) = answer(
        home.warehouse, the_catalogue(), home.settings, Query((kpi,), moment("2027-01-01"), *span)
    ).records
    return record


def test_the_same_contact_delivered_three_times_out_of_order_counted_thrice(home: Home) -> None:
    header = "contact_id,entered_at,channel,direction,disposition,talk_s,hold_s,wrap_s\n"
    for day, talk in (("2026-03-20", 300), ("2026-03-05", 100), ("2026-03-10", 200)):
        rows = "".join(f"C{number},2026-03-02 09:00,phone,inbound,answered,{talk},0,0\n" for number in range(30))
        bring(home, header + rows, entity="contact", exported_at=moment(day))
    record = asked_of(home, "aht")
    assert (record.value, record.n) == (300, 30)


def test_a_calendar_that_is_corrected_while_old_figures_keep_the_mistake(home: Home) -> None:
    """Friday 16:50 to Monday 8:20. The office closes at 16:00, not at 17:00 as was stated first."""
    rows = "".join(f"T{number},2026-03-06 16:50,trouble\n" for number in range(10))
    bring(home, "ticket_id,opened_at,type\n" + rows, entity="ticket")
    rows = "".join(f"T{number},2026-03-09 08:20,resolved,{number}\n" for number in range(10))
    bring(home, "ticket_id,at,type,seq\n" + rows, entity="ticket_event")
    bring(home, "queue_id,calendar_id\n*,office\n", entity="queue")
    for day, (closes, minutes) in enumerate((("17:00", 10 + 20), ("16:00", 20))):
        week = "".join(f"office,UTC,{weekday},08:00,{closes}\n" for weekday in range(1, 6))
        text = "calendar_id,tz,weekday,opens,closes\n" + week
        bring(home, text, entity="business_calendar", at=moment(f"2026-06-0{day + 2}"))
        assert asked_of(home, "resolution_time_median_business").value == minutes * 60
    assert asked_of(home, "resolution_time_median").value == 3810 * 60


def test_a_queue_without_a_calendar_given_0_business_hours() -> None:
    """Nothing is known there, which is not 0; elsewhere a holiday and a Sunday of 23 hours are taken as they are."""
    provider = Provider()
    office_hours(provider, zone="America/Denver")
    closed = {"calendar_id": "office", "tz": "America/Denver", "holiday": "2026-03-09"}
    provider.add("business_calendar", "setup", **closed)
    for weekday in range(1, 8):
        always = {"calendar_id": "always", "tz": "America/Denver", "weekday": weekday}
        provider.add("business_calendar", "setup", **always, opens="00:00", closes="24:00")
    for queue, calendar in (("desk", "office"), ("line", "always"), ("mail", None)):
        provider.add("queue", "setup", queue_id=queue, calendar_id=calendar)
        for number in range(10):
            # from Friday 16:50 to Tuesday 08:20, over the night of 7 March in which the clocks change
            times = ("2026-03-06 23:50:00", "2026-03-10 14:20:00")
            provider.ticket(f"{queue}{number}", *times, queue_id=queue)
    found = {each.group["queue"]: each for each in
             provider.ask("resolution_time_median_business", group="queue", **MARCH).records}  # fmt: skip
    assert (found["desk"].value, found["line"].value) == (30 * 60, (3 * 24 + 14.5) * 3600)
    assert (found["mail"].value, found["mail"].n) == (None, 0)
    assert found["mail"].exclusions == {"No opening hours known for some of its time": 10}
    assert provider.one("resolution_time_median_business", **MARCH).n == 20
