"""Contacts, calls, visits and answers as facts: seconds from wherever a source tells them, and nothing twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from firstline.warehouse.engine import Row
from tests.query.provider import Provider

CALL: dict[str, Any] = {"channel": "phone", "direction": "inbound"}


@pytest.fixture
def provider() -> Provider:
    return Provider()


def fact(provider: Provider, table: str, key: str, value: str) -> Row:
    provider.build()
    return provider.warehouse.row(f"SELECT * FROM {table} WHERE {key} = ?", [value])


def test_seconds_are_summed_over_legs_and_the_contact_is_one(provider: Provider) -> None:
    provider.add(
        "contact",
        "acd",
        contact_id="c",
        entered_at="2026-03-01 09:00:00",
        disposition="answered",
        talk_s=1,
        agent_id="ann",
        **CALL,
    )
    for seq, (talk, hold) in enumerate(((100, 10), (200, None)), start=1):
        provider.add(
            "contact_leg",
            "acd",
            contact_id="c",
            seq=seq,
            talk_s=talk,
            hold_s=hold,
            wrap_s=5,
            queue_id=f"q{seq}",
            wait_s=20 * seq,
        )
    row = fact(provider, "fact_contact", "contact_id", "c")
    assert (row["talk_s"], row["hold_s"], row["wrap_s"]) == (300, 10, 10)
    assert (row["queue"], row["agent"], row["wait_s"]) == ("q1", "ann", 20)


QUEUED, PICKED_UP = {"queued_at": "2026-03-01 09:00:30"}, {"answered_at": "2026-03-01 09:00:50"}


@pytest.mark.parametrize(
    ("times", "wait"),
    [
        ({**QUEUED, **PICKED_UP}, 20),
        # times are often whole minutes, a stated wait was measured
        ({**QUEUED, **PICKED_UP, "wait_s": 15}, 15),
        ({**QUEUED, **PICKED_UP, "wait_s": 0}, 0),
        ({**QUEUED, "answered_at": "2026-03-01 09:00:10", "wait_s": 7}, 7),
        ({**QUEUED, "answered_at": "2026-03-01 09:00:10"}, None),
        ({**QUEUED, "ended_at": "2026-03-01 09:05:00"}, None),
        ({}, None),
    ],
)
def test_the_wait_is_what_the_source_says_else_from_queue_to_answer(
    provider: Provider, times: dict[str, Any], wait: int | None
) -> None:
    provider.add(
        "contact", "acd", contact_id="c", entered_at="2026-03-01 09:00:00", disposition="answered", **CALL, **times
    )
    assert fact(provider, "fact_contact", "contact_id", "c")["wait_s"] == wait


def test_a_wait_that_the_legs_up_to_the_one_taken_state_is_stated_too(provider: Provider) -> None:
    call = {**CALL, "entered_at": "2026-03-01 09:00:00", "disposition": "answered", **QUEUED, **PICKED_UP}
    cases = {
        "first": ((9, 60), (5, 30)),
        "second": ((9, None), (5, 30)),
        "unknown": ((None, None), (5, 30)),
        "none": ((9, None),),
    }
    for name, legs in cases.items():
        provider.add("contact", "acd", contact_id=name, **call)
        for seq, (wait, talk) in enumerate(legs):
            provider.add("contact_leg", "acd", contact_id=name, seq=seq, wait_s=wait, talk_s=talk)
    found = {name: fact(provider, "fact_contact", "contact_id", name)["wait_s"] for name in cases}
    assert found == {"first": 9, "second": 14, "unknown": 20, "none": 9}


@pytest.mark.parametrize(
    ("disposition", "answered"),
    [
        ("answered", True),
        (None, True),
        ("failed", True),
        ("bot_escalated", True),
        ("callback_requested", True),
        ("overflow_out", True),
        # a mailbox, a menu or a bot picks up too; who gave up reached nobody
        ("voicemail", False),
        ("after_hours", False),
        ("blocked", False),
        ("abandoned_queue", False),
        ("abandoned_ivr", False),
        ("bot_contained", False),
    ],
)
@pytest.mark.parametrize("told_by", ["contact", "leg"])
def test_answered_is_what_an_agent_was_connected_to_however_it_ended(
    provider: Provider, disposition: str | None, answered: bool, told_by: str
) -> None:
    call = {"contact_id": "c", "entered_at": "2026-03-01 09:00:00", "disposition": disposition, **CALL}
    provider.add("contact", "acd", **call, **(PICKED_UP if told_by == "contact" else {}))
    if told_by == "leg":
        provider.add("contact_leg", "acd", contact_id="c", seq=1, **PICKED_UP)
    row = fact(provider, "fact_contact", "contact_id", "c")
    assert row["is_answered"] is answered
    if answered:
        assert (row["is_offered"], row["is_demand"]) == (True, True)
        assert row["answered_at"] is not None
    else:
        assert row["answered_at"] is None


def test_without_an_answer_on_record_only_the_disposition_answered_is_one(provider: Provider) -> None:
    for name in ("failed", "bot_escalated", "callback_requested", "overflow_out"):
        provider.add("contact", "acd", contact_id=name, entered_at="2026-03-01 09:00:00", disposition=name, **CALL)
        assert fact(provider, "fact_contact", "contact_id", name)["is_answered"] is False


def test_without_an_end_a_contact_ends_after_wait_talk_and_hold(provider: Provider) -> None:
    provider.add(
        "contact",
        "acd",
        contact_id="c",
        entered_at="2026-03-01 23:59:00",
        disposition="answered",
        wait_s=30,
        talk_s=40,
        hold_s=10,
        wrap_s=500,
        **CALL,
    )
    row = fact(provider, "fact_contact", "contact_id", "c")
    assert row["answered_at"] == datetime(2026, 3, 1, 23, 59, 30)
    assert row["ended_at"] == datetime(2026, 3, 2, 0, 0, 20)
    assert str(row["ended_on"]) == "2026-03-02"


@pytest.mark.parametrize(
    ("disposition", "queued", "offered", "demand"),
    [
        ("answered", None, True, True),
        ("abandoned_queue", "2026-03-01 09:00:30", True, True),
        ("callback_requested", None, True, True),
        ("voicemail", "2026-03-01 09:00:30", True, True),
        ("voicemail", None, False, True),
        ("overflow_out", None, False, True),
        ("after_hours", None, False, True),
        ("blocked", None, False, True),
        ("abandoned_ivr", None, False, False),
        ("bot_contained", None, False, False),
        ("failed", None, False, False),
    ],
)
def test_what_was_offered_and_what_was_demand(
    provider: Provider, disposition: str, queued: str | None, offered: bool, demand: bool
) -> None:
    provider.add(
        "contact",
        "acd",
        contact_id="c",
        entered_at="2026-03-01 09:00:00",
        disposition=disposition,
        queued_at=queued,
        **CALL,
    )
    row = fact(provider, "fact_contact", "contact_id", "c")
    assert (row["is_offered"], row["is_demand"]) == (offered, demand)


def test_a_completed_callback_makes_a_missed_call_good_once(provider: Provider) -> None:
    for i in range(20):
        provider.add(
            "contact",
            "acd",
            contact_id=f"c{i}",
            entered_at="2026-03-01 09:00:00",
            disposition="answered" if i < 15 else "callback_requested",
            **CALL,
        )
    for name, target, outcome in (
        ("b1", "c15", "answered"),
        ("b2", "c15", "answered"),
        ("b3", "c16", "voicemail"),
        ("b4", "c17", "failed"),
    ):
        provider.add(
            "contact",
            "acd",
            contact_id=name,
            entered_at="2026-03-01 10:00:00",
            callback_of=target,
            channel="phone",
            direction="outbound",
            disposition=outcome,
            answered_at="2026-03-01 10:00:05" if outcome != "answered" else None,
        )
    record = provider.one("missed_call_rate")
    assert (record.numerator, record.denominator) == (3, 20)


def interval(provider: Provider, queue: str | None, day: str, **counts: Any) -> None:
    provider.add(
        "queue_interval",
        "acd",
        source_id=f"{queue}{day}",
        queue_id=queue,
        interval_start=f"{day} 09:00:00",
        interval_s=1800,
        **counts,
    )


def test_a_summary_of_a_queue_and_day_whose_calls_are_known_is_left_out(provider: Provider) -> None:
    for i in range(12):
        provider.add(
            "contact",
            "acd",
            contact_id=f"c{i}",
            entered_at="2026-03-01 09:00:00",
            queue_id="a",
            disposition="answered" if i else "abandoned_queue",
            **CALL,
        )
    interval(provider, "a", "2026-03-01", offered=100, abandoned=50, answered=50)
    interval(provider, "b", "2026-03-01", offered=30, abandoned=3, answered=27)
    interval(provider, "a", "2026-03-02", offered=20, abandoned=2, answered=18)
    record = provider.one("abandonment_rate_raw")
    assert (record.numerator, record.denominator) == (6, 62)
    assert record.exclusions == {"Queue summaries of days whose single calls are here as well": 100}


def test_calls_of_an_unknown_queue_also_keep_summaries_of_their_day_out(provider: Provider) -> None:
    for i in range(12):
        provider.add(
            "contact", "acd", contact_id=f"c{i}", entered_at="2026-03-01 09:00:00", disposition="answered", **CALL
        )
    provider.add(
        "contact", "acd", contact_id="night", entered_at="2026-03-02 03:00:00", disposition="after_hours", **CALL
    )
    interval(provider, "a", "2026-03-01", offered=100, abandoned=50, answered=50)
    interval(provider, "a", "2026-03-02", offered=20, abandoned=2, answered=18)
    record = provider.one("abandonment_rate_raw")
    assert (record.numerator, record.denominator) == (2, 32)


@pytest.mark.parametrize(
    ("fields", "moved", "assumed"),
    [
        ({"dispatched_at": "2026-03-01 08:00:00", "arrived_at": "2026-03-01 09:00:00"}, "2026-03-01 08:00:00", False),
        ({"arrived_at": "2026-03-01 09:00:00"}, "2026-03-01 09:00:00", True),
        ({"outcome": "no_access", "scheduled_start": "2026-03-01 10:00:00"}, "2026-03-01 10:00:00", True),
        (
            {"outcome": "cancelled_after_dispatch", "scheduled_start": "2026-03-01 10:00:00"},
            "2026-03-01 10:00:00",
            True,
        ),
        ({"scheduled_start": "2026-03-01 10:00:00"}, None, False),
        ({"outcome": "cancelled_before_dispatch", "dispatched_at": "2026-03-01 08:00:00"}, None, False),
    ],
)
def test_when_a_truck_moved(provider: Provider, fields: dict[str, Any], moved: str | None, assumed: bool) -> None:
    provider.add("truck_roll", visit_id="v", purpose="trouble", **fields)
    row = fact(provider, "fact_visit", "visit_id", "v")
    assert row["moved_at"] == (datetime.fromisoformat(moved) if moved else None)
    assert row["is_dispatch_assumed"] is assumed


def test_the_status_events_of_a_visit_say_when_it_was_dispatched(provider: Provider) -> None:
    provider.add("truck_roll", visit_id="v", purpose="trouble", arrived_at="2026-03-01 09:00:00")
    provider.add("truck_roll_event", visit_id="v", seq=1, at="2026-03-01 07:00:00", status="scheduled")
    provider.add("truck_roll_event", visit_id="v", seq=2, at="2026-03-01 08:00:00", status="dispatched")
    assert fact(provider, "fact_visit", "visit_id", "v")["moved_at"] == datetime(2026, 3, 1, 8)


def answered(provider: Provider, name: str, at: str, kind: str = "csat", **about: Any) -> None:
    given = {"score": 5, "scale_min": 1, "scale_max": 5, **about}
    provider.add("survey_response", "surveys", response_id=name, kind=kind, responded_at=at, **given)


def test_an_answer_counts_on_the_day_of_what_it_is_about(provider: Provider) -> None:
    provider.add("contact", "acd", contact_id="c", entered_at="2026-02-01 09:00:00", disposition="answered", **CALL)
    provider.ticket("t", "2026-01-01 09:00:00", "2026-01-05 09:00:00")
    provider.add("survey_invite", "surveys", invite_id="i", sent_at="2026-02-02", contact_id="c")
    answered(provider, "by contact", "2026-02-10", contact_id="c")
    answered(provider, "by invite", "2026-02-11", "nps_transactional", invite_id="i")
    answered(provider, "by ticket", "2026-02-10", ticket_id="t")
    answered(provider, "alone", "2026-02-10")
    answered(provider, "relational", "2026-02-10", "nps_relational", contact_id="c")
    provider.build()
    found = {
        row["response_id"]: str(row["surveyed_on"]) for row in provider.warehouse.rows("SELECT * FROM fact_survey")
    }
    assert found == {
        "by contact": "2026-02-01",
        "by invite": "2026-02-01",
        "by ticket": "2026-01-05",
        "alone": "2026-02-10",
        "relational": "2026-02-10",
    }


def test_of_several_answers_about_one_contact_the_latest_counts(provider: Provider) -> None:
    provider.add("contact", "acd", contact_id="c", entered_at="2026-02-01 09:00:00", disposition="answered", **CALL)
    answered(provider, "first", "2026-02-10", contact_id="c")
    answered(provider, "edit", "2026-02-12", contact_id="c")
    answered(provider, "other question", "2026-02-09", "nps_transactional", contact_id="c")
    answered(provider, "unlinked 1", "2026-02-10")
    answered(provider, "unlinked 2", "2026-02-11")
    provider.build()
    old = provider.warehouse.rows("SELECT response_id FROM fact_survey WHERE is_superseded")
    assert [row["response_id"] for row in old] == ["first"]


@pytest.mark.parametrize("blank", [{"score": None}, {"scale_min": None}, {"score": 9}])
def test_an_answer_that_cannot_count_replaces_none_that_does(provider: Provider, blank: dict[str, Any]) -> None:
    provider.add("contact", "acd", contact_id="c", entered_at="2026-02-01 09:00:00", disposition="answered", **CALL)
    answered(provider, "first", "2026-02-10", contact_id="c")
    answered(provider, "second", "2026-02-11", contact_id="c")
    answered(provider, "edit", "2026-02-12", contact_id="c", **blank)
    provider.build()
    old = provider.warehouse.rows("SELECT response_id FROM fact_survey WHERE is_superseded")
    assert [row["response_id"] for row in old] == ["first"]


def test_contacts_of_a_test_subscriber_count_nowhere(provider: Provider) -> None:
    provider.add("subscriber", "crm", subscriber_id="S", is_test=True)
    provider.add("account", "crm", account_id="A", subscriber_id="S")
    provider.add(
        "contact", "acd", contact_id="c", account_id="A", entered_at="2026-02-01", disposition="answered", **CALL
    )
    provider.add("truck_roll", visit_id="v", account_id="A", purpose="trouble", dispatched_at="2026-02-01")
    provider.ticket("t", "2026-02-01", account_id="A")
    answered(provider, "r", "2026-02-01", account_id="A")
    provider.build()
    for table in ("fact_contact", "fact_visit", "fact_ticket", "fact_survey", "fact_acd", "fact_ticket_flow"):
        assert provider.warehouse.value(f"SELECT min(is_test) FROM {table}") is True, table
