"""Business time and promises, each test named after a mistake that other systems make."""

from __future__ import annotations

from typing import Any

from tests.query.hours_scenarios import office_hours
from tests.query.provider import Provider, after

DENVER, HOWE = "America/Denver", "Australia/Lord_Howe"
SPAN: dict[str, Any] = {"from": "2024-01-01", "to": "2027-01-01"}


def times(provider: Provider, ticket: str = "t0") -> dict[str, Any]:
    """A ticket's durations: elapsed and business seconds to the first response and to the resolution, and our clock."""
    provider.build()
    return provider.warehouse.row(
        "SELECT first_response_s, first_response_business_s AS response, resolution_s, "
        "resolution_business_s AS business, our_clock_s AS ours FROM fact_ticket WHERE ticket_id = ?",
        [ticket],
    )


def clock(provider: Provider, name: str = "resolution", ticket: str = "t0") -> dict[str, Any]:
    """What was promised to a ticket: policy, due date as text, seconds spent."""
    provider.build()
    row = provider.warehouse.row("SELECT * FROM fact_sla WHERE ticket_id = ? AND clock = ?", [ticket, name])
    return {"policy": row["policy"], "due": row["due_at"] and str(row["due_at"]), "spent": row["spent_s"]}


def shift(provider: Provider, opens: str, closes: str, zone: str = DENVER, days: str = "1234567", **more: Any) -> None:
    for day in days:
        row = {"calendar_id": "shift", "tz": zone, "weekday": int(day), "opens": opens, "closes": closes}
        provider.add("business_calendar", "setup", **{**row, **more})


def everywhere(provider: Provider, calendar: str, **more: Any) -> None:
    provider.add("queue", "setup", queue_id="*", calendar_id=calendar, **more)


def test_a_weekend_is_30_business_minutes_long_on_every_weekend() -> None:
    provider = Provider(timezone=DENVER)
    office_hours(provider, zone=DENVER)
    everywhere(provider, "office")
    weekends = (
        ("2024-03-08 23:50:00", "2024-03-11 14:20:00", 3750),
        ("2024-04-05 22:50:00", "2024-04-08 14:20:00", 3810),
        ("2024-11-01 22:50:00", "2024-11-04 15:20:00", 3870),
    )
    for number, (opened, answered, _) in enumerate(weekends):
        provider.ticket(f"t{number}", opened, answered, channel="email")
        provider.event(f"t{number}", answered, "public_reply", actor_kind="agent")
    for number, (_, _, elapsed) in enumerate(weekends):
        found = times(provider, f"t{number}")
        assert (found["first_response_s"], found["response"], found["business"]) == (elapsed * 60, 1800, 1800)


def test_a_queue_without_a_calendar_has_no_business_time_and_never_zero() -> None:
    provider = Provider()
    office_hours(provider)
    provider.add("queue", "setup", queue_id="support", calendar_id="office")
    provider.add("queue", "setup", queue_id="sales")
    provider.add("queue", "setup", queue_id="billing", calendar_id="of nobody")
    for i, queue in enumerate(["support"] * 10 + ["sales", "billing", "unknown", None]):
        provider.ticket(f"t{i}", "2026-03-02 09:00:00", "2026-03-02 09:05:00", queue_id=queue)
    record = provider.one("resolution_time_median_business", **SPAN)
    assert (record.value, record.n) == (300, 10)
    assert record.exclusions == {"No opening hours known for some of its time": 4}
    assert times(provider, "t10")["business"] is None
    assert provider.one("resolution_time_median", **SPAN).n == 14


def test_without_any_calendar_it_says_what_is_missing() -> None:
    provider = Provider()
    provider.ticket("t0", "2026-03-02 09:00:00", "2026-03-02 09:05:00")
    record = provider.one("resolution_time_median_business", **SPAN)
    assert (record.value, record.reason) == (None, "missing:business_calendar.opens")


def test_a_fix_of_5_minutes_is_5_minutes_and_work_outside_the_hours_is_0_not_unknown() -> None:
    provider = Provider()
    office_hours(provider)
    everywhere(provider, "office")
    for i in range(30):
        provider.ticket(f"t{i}", "2026-03-02 09:00:00", "2026-03-02 09:05:00")
    provider.ticket("weekend", "2026-02-07 09:00:00", "2026-02-07 12:00:00")
    provider.ticket("at once", "2026-02-02 09:00:00", "2026-02-02 09:00:00")
    assert provider.one("resolution_time_mean_business", **{**SPAN, "from": "2026-03-01"}).value == 300
    assert times(provider, "weekend")["business"] == 0
    assert times(provider, "at once")["business"] == 0


def test_a_shift_from_22_to_06_lasts_as_long_as_the_night_of_the_change() -> None:
    provider = Provider()
    nights = (
        (DENVER, "2026-03-07 19:00:00", 7),
        (DENVER, "2026-10-31 18:00:00", 9),
        (HOWE, "2026-10-03 01:30:00", 7.5),
        (HOWE, "2026-04-04 01:00:00", 8.5),
    )
    for zone in (DENVER, HOWE):
        shift(provider, "22:00", "06:00", zone, calendar_id=zone)
        provider.add("queue", "setup", queue_id=zone, calendar_id=zone)
    for number, (zone, noon, _) in enumerate(nights):
        provider.ticket(f"t{number}", noon, after(noon, days=1), queue_id=zone)
    for number, (_, _, hours) in enumerate(nights):
        assert times(provider, f"t{number}")["business"] == hours * 3600


def test_changed_hours_and_calendars_do_not_rewrite_what_was_before() -> None:
    provider = Provider()
    office_hours(provider)
    everywhere(provider, "office")
    provider.ticket("t0", "2026-03-02 08:00:00", "2026-03-06 17:00:00")
    provider.ticket("t1", "2026-06-01 08:00:00", "2026-06-05 17:00:00")
    before = times(provider)["business"]
    assert times(provider, "t1")["business"] == before == 5 * 9 * 3600
    row = {"calendar_id": "office", "tz": "UTC", "valid_from": "2026-06-01 00:00:00"}
    provider.add("business_calendar", "setup", **row, weekday=1, opens="08:00", closes="10:00")
    everywhere(provider, "shift", valid_from="2026-06-02 00:00:00")
    shift(provider, "00:00", "24:00")
    assert times(provider)["business"] == before
    assert times(provider, "t1")["business"] == 2 * 3600 + (3 * 24 + 17) * 3600


def test_a_ticket_open_400_days_over_two_calendars_has_the_overlap_with_each() -> None:
    provider = Provider()
    office_hours(provider, zone=DENVER)
    shift(provider, "22:00", "06:00", HOWE)
    provider.add("queue", "setup", queue_id="desk", calendar_id="office")
    provider.add("team", "setup", team="night", calendar_id="shift")
    # Monday 2025-01-06 00:00 in Denver; 200 days, then 200 days until 2026-02-10 00:00, both at the second team
    provider.ticket("t0", "2025-01-06 07:00:00", "2026-02-10 07:00:00", queue_id="desk")
    provider.event("t0", "2025-07-25 06:00:00", "reassigned", from_team="desk", to_team="night")
    found = times(provider)
    assert found["resolution_s"] == 400 * 86_400
    # 28 weeks and Monday to Thursday; 199 whole nights with one half-hour gained and one lost, and what the edges cut
    weekdays = 28 * 5 + 4
    nights = provider.warehouse.value(
        "SELECT sum(date_diff('second', greatest(from_at, TIMESTAMP '2025-07-25 06:00'), "
        "least(to_at, TIMESTAMP '2026-02-10 07:00'))) FROM calendar_piece WHERE calendar_id = 'shift' "
        "AND state = 'open' AND to_at > TIMESTAMP '2025-07-25 06:00' AND from_at < TIMESTAMP '2026-02-10 07:00'"
    )
    assert found["business"] == weekdays * 9 * 3600 + nights
    assert nights == 200 * 8 * 3600 - 1800


def test_waiting_ends_with_the_customers_answer_and_not_with_our_reminder() -> None:
    provider = Provider()
    provider.ticket("t0", "2026-03-02 08:00:00", "2026-03-02 20:00:00")
    for at, kind in (("09", "pending_customer"), ("10", "public_reply"), ("11", "internal_note"), ("12", "reassigned")):
        provider.event("t0", f"2026-03-02 {at}:00:00", kind, actor_kind="agent")
    provider.event("t0", "2026-03-02 13:00:00", "customer_reply")
    provider.event("t0", "2026-03-02 15:00:00", "held")
    provider.event("t0", "2026-03-02 16:00:00", "customer_reply")
    assert times(provider)["ours"] == (12 - 4) * 3600


def test_a_first_response_is_measured_without_any_promise() -> None:
    provider = Provider()
    provider.ticket("t0", "2026-03-02 08:00:00", channel="email")
    provider.event("t0", "2026-03-02 09:00:00", "public_reply", actor_kind="agent")
    assert times(provider)["first_response_s"] == 3600
    record = provider.one("first_response_within_target", **SPAN)
    assert (record.value, record.reason) == (None, "missing:sla_policy.target_s")


def test_a_promise_is_due_when_its_open_hours_have_passed_and_stands_still_only_where_it_says() -> None:
    provider = Provider()
    office_hours(provider)
    policy = {"clock": "resolution", "target_s": 4 * 3600, "calendar_id": "office"}
    provider.add("sla_policy", "setup", policy_id="solve", pauses_on="pending_customer, held", **policy)
    provider.add("sla_policy", "setup", policy_id="urgent", priority="Urgent", **policy)
    for name, priority in (("t0", "low"), ("t1", "urgent")):
        provider.ticket(name, "2026-03-06 15:00:00", priority=priority)
        provider.event(name, "2026-03-06 16:00:00", "pending_customer")
        provider.event(name, "2026-03-09 09:00:00", "customer_reply")
    assert clock(provider) == {"policy": "solve", "due": "2026-03-09 12:00:00", "spent": None}
    assert clock(provider, ticket="t1") == {"policy": "urgent", "due": "2026-03-09 10:00:00", "spent": None}


def test_priority_and_promise_are_those_of_the_opening_and_not_todays() -> None:
    provider = Provider()
    provider.add("sla_policy", "setup", policy_id="low", clock="resolution", target_s=7200, priority="low")
    provider.add("sla_policy", "setup", policy_id="high", clock="resolution", target_s=3600, priority="high")
    provider.add(
        "sla_policy", "setup", policy_id="low", clock="resolution", target_s=60, priority="low",
        valid_from="2026-03-03 00:00:00",
    )  # fmt: skip
    provider.ticket("t0", "2026-03-02 08:00:00", "2026-03-05 08:00:00", priority="high")
    provider.event("t0", "2026-03-02 09:00:00", "priority_change", from_value="Low", to_value="high")
    assert clock(provider) == {"policy": "low", "due": "2026-03-02 10:00:00", "spent": 3 * 86_400}


def test_an_open_clock_past_its_target_is_missed_by_then_and_one_that_stands_still_is_pending() -> None:
    provider = Provider()
    provider.add("sla_policy", "setup", policy_id="solve", clock="resolution", target_s=3600, pauses_on="held")
    for i in range(12):
        provider.ticket(f"t{i}", "2026-03-02 08:00:00", "2026-03-02 08:30:00" if i < 6 else None)
    provider.ticket("held", "2026-03-02 08:00:00")
    provider.event("held", "2026-03-02 08:10:00", "held")
    provider.ticket("latest", "2026-03-10 08:00:00")
    provider.event("latest", "2026-03-10 08:00:00", "internal_note")
    early = provider.one("sla_attainment", now="2026-03-02 08:59:00", **SPAN)
    assert (early.value, early.n, early.pending) == (None, 0, 14)
    late = provider.one("sla_attainment", now="2026-03-20 00:00:00", **SPAN)
    assert (late.value, late.n, late.pending) == (0.5, 12, 2)


def test_a_clock_stops_with_a_resolution_and_runs_on_when_the_ticket_is_reopened() -> None:
    provider = Provider()
    provider.add("sla_policy", "setup", policy_id="solve", clock="resolution", target_s=7200)
    provider.ticket("t0", "2026-03-02 08:00:00", "2026-03-02 09:00:00")
    provider.event("t0", "2026-03-12 09:00:00", "reopened")
    provider.event("t0", "2026-03-12 09:30:00", "resolved")
    assert clock(provider) == {"policy": "solve", "due": "2026-03-12 10:00:00", "spent": 5400}


def test_a_promise_in_hours_that_nobody_knows_is_left_out_and_counted() -> None:
    provider = Provider()
    provider.add("sla_policy", "setup", policy_id="solve", clock="resolution", target_s=7200, calendar_id="nowhere")
    for i in range(12):
        provider.ticket(f"t{i}", "2026-03-02 08:00:00", "2026-03-02 09:00:00")
    record = provider.one("sla_attainment", **SPAN)
    assert (record.value, record.n, record.excluded) == (None, 0, 12)


def test_a_due_date_ahead_of_the_data_does_not_stretch_the_span_that_is_asked_by_default() -> None:
    provider = Provider()
    provider.add("sla_policy", "setup", policy_id="solve", clock="resolution", target_s=90 * 86_400)
    provider.ticket("t0", "2026-03-02 08:00:00", "2026-03-02 09:00:00")
    record = provider.one("sla_attainment")
    assert str(record.period_end)[:10] == "2026-03-03"
