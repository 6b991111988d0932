"""A ticket's life as instants: resolution, reopening, escalation, repeats, and whose event is whose."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

import pytest

from firstline.warehouse.engine import Row
from tests.query.provider import Provider

D1, D2, D3, D4 = (f"2026-03-0{day} 09:00:00" for day in (1, 2, 3, 4))


@pytest.fixture
def provider() -> Provider:
    return Provider(timezone="America/Denver")


def fact(provider: Provider, ticket_id: str = "t", **source: Any) -> Row:
    provider.build()
    where = "".join(f" AND {name} = '{value}'" for name, value in source.items())
    return provider.warehouse.row(f"SELECT * FROM fact_ticket WHERE ticket_id = ?{where}", [ticket_id])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_reopened_ticket_has_three_resolution_times_two_reopenings_and_is_one_ticket(provider: Provider) -> None:
    provider.ticket("t", D1)
    for day, kind in ((D2, "resolved"), (D3, "reopened"), (D4, "resolved")):
        provider.event("t", day, kind, actor_kind="agent")
    provider.event("t", "2026-03-05 09:00:00", "reopened", actor_kind="agent")
    provider.event("t", "2026-03-06 09:00:00", "resolved", actor_kind="agent")
    provider.event("t", "2026-03-20 09:00:00", "closed", actor_kind="system")
    row = fact(provider)
    assert row["first_resolved_at"] == at(D2)
    assert row["final_resolved_at"] == at("2026-03-06 09:00:00")
    assert row["closed_at"] == at("2026-03-20 09:00:00")
    assert (row["reopened_at"], row["reopen_count"]) == (at(D3), 2)


def test_a_ticket_that_was_reopened_and_not_resolved_again_has_no_final_resolution(provider: Provider) -> None:
    provider.ticket("t", D1, D2)
    provider.event("t", D3, "reopened", actor_kind="agent")
    row = fact(provider)
    assert row["first_resolved_at"] == at(D2)
    assert row["final_resolved_at"] is None
    assert row["done_at"] is None


def test_a_later_edit_or_a_second_resolution_of_a_done_ticket_changes_nothing(provider: Provider) -> None:
    provider.ticket("t", D1, "2026-03-01 09:05:00")
    provider.event("t", D3, "internal_note", actor_kind="agent")
    provider.event("t", D3, "resolved", actor_kind="agent")
    provider.event("t", D4, "status_change", to_value="closed", actor_kind="system")
    row = fact(provider)
    assert row["resolution_s"] == 300
    assert row["reopen_count"] == 0


def test_what_its_source_marks_as_reopening_counts_only_after_a_resolution(provider: Provider) -> None:
    provider.ticket("t", D1)
    provider.event("t", "2026-03-01 10:00:00", "assigned", reopens=True, actor_kind="agent")
    provider.event("t", D2, "resolved", reopens=True, actor_kind="agent")
    provider.event("t", D3, "assigned", reopens=True, actor_kind="agent")
    provider.event("t", D4, "resolved", reopens=True, actor_kind="agent")
    provider.event("t", "2026-03-05 09:00:00", "resolved", reopens=True, actor_kind="agent")
    provider.event("t", "2026-03-05 09:00:00", "resolved", reopens=True, actor_kind="agent")
    row = fact(provider)
    assert row["reopen_count"] == 2
    assert row["reopened_at"] == at(D3)
    assert row["final_resolved_at"] == at("2026-03-05 09:00:00")


def test_the_same_second_twice_is_once(provider: Provider) -> None:
    provider.ticket("t", D1)
    for kind in ("closed", "resolved", "closed", "resolved"):
        provider.event("t", D2, kind, actor_kind="agent")
    fact(provider)
    steps = provider.warehouse.rows("SELECT kind FROM ticket_step")
    assert [step["kind"] for step in steps] == ["resolved"]


@pytest.mark.parametrize(
    ("who", "minutes", "reply", "genuine"),
    [
        ("customer", 10, False, False),
        ("system", 29, False, False),
        ("bot", 10, False, False),
        (None, 10, False, True),
        ("customer", 10, True, True),
        ("customer", 30, False, True),
        ("agent", 10, False, True),
    ],
)
def test_a_thank_you_that_reopens_by_automation_is_no_reopening(
    provider: Provider, who: str | None, minutes: int, reply: bool, genuine: bool
) -> None:
    provider.ticket("t", D1, D2)
    provider.event("t", D3, "reopened", actor_kind=who)
    if reply:
        provider.event("t", "2026-03-03 09:01:00", "public_reply", actor_kind="agent")
    provider.event("t", f"2026-03-03 09:{minutes}:00", "resolved", actor_kind="agent")
    row = fact(provider)
    assert row["reopened_at"] == (at(D3) if genuine else None)
    assert row["reopen_count"] == 1


@pytest.mark.parametrize(("who", "genuine"), [(None, True), ("agent", True), ("system", False)])
def test_an_activity_marked_as_reopening_is_work_unless_a_machine_did_it(
    provider: Provider, who: str | None, genuine: bool
) -> None:
    provider.ticket("t", D1, D2)
    provider.event("t", D3, "assigned", reopens=True, actor_kind=who)
    provider.event("t", "2026-03-03 09:05:00", "resolved", actor_kind="agent")
    assert (fact(provider)["reopened_at"] is not None) is genuine


def test_what_a_ticket_s_record_says_counts_only_where_its_events_are_silent(provider: Provider) -> None:
    for status in ("rejected", "cancelled", "closed"):
        provider.ticket(f"silent {status}", D1, current_status=status)
        provider.ticket(f"told {status}", D1, D2, current_status=status)
    rows = {name: fact(provider, name) for name in ("silent rejected", "silent cancelled", "silent closed")}
    assert [row["is_rejected"] for row in rows.values()] == [True, False, False]
    assert [row["is_cancelled"] for row in rows.values()] == [False, True, False]
    assert [row["is_done_undated"] for row in rows.values()] == [True, True, True]
    for status in ("rejected", "cancelled", "closed"):
        row = fact(provider, f"told {status}")
        assert not any(row[name] for name in ("is_rejected", "is_cancelled", "is_done_undated"))


def test_a_ticket_is_merged_unless_it_was_opened_again(provider: Provider) -> None:
    for name in ("gone", "back"):
        provider.ticket(name, D1)
        provider.event(name, D2, "merged")
    provider.event("back", D3, "reopened", actor_kind="agent")
    provider.ticket("told", D1, merged_into="gone")
    assert [fact(provider, name)["is_merged"] for name in ("gone", "back", "told")] == [True, False, True]
    assert fact(provider, "gone")["merged_at"] == at(D2)


def test_a_ticket_that_is_only_closed_was_not_resolved(provider: Provider) -> None:
    provider.ticket("t", D1)
    provider.event("t", D2, "closed")
    row = fact(provider)
    assert row["first_resolved_at"] is None
    assert row["done_at"] == at(D2)


def test_a_ticket_without_a_stated_opening_begins_with_its_first_event(provider: Provider) -> None:
    provider.add("ticket", ticket_id="t")
    provider.event("t", D2, "resolved")
    provider.event("t", D1, "assigned")
    row = fact(provider)
    assert row["opened_at"] == at(D1)
    assert str(row["opened_on"]) == "2026-03-01"


def test_local_dates_are_those_of_the_reporting_zone(provider: Provider) -> None:
    provider.ticket("t", "2026-03-01 06:59:00", "2026-03-08 06:00:00")
    row = fact(provider)
    assert str(row["opened_on"]) == "2026-02-28"
    assert str(row["final_resolved_on"]) == "2026-03-07"


def test_the_order_of_rows_in_a_file_changes_nothing() -> None:
    found = []
    for seed in range(4):
        provider = Provider()
        provider.ticket("t", D1)
        events: list[dict[str, Any]] = [
            {"at": D2, "type": "resolved", "seq": 1},
            {"at": D2, "type": "reopened", "seq": 2},
            {"at": D2, "type": "closed", "seq": 3},
            {"at": D3, "type": "reopened"},
            {"at": D3, "type": "resolved"},
        ]
        random.Random(seed).shuffle(events)
        for event in events:
            provider.add("ticket_event", source_id=None, ticket_id="t", actor_kind="agent", **event)
        fact(provider)
        found.append(provider.warehouse.rows("SELECT happened_at, kind, step_no FROM ticket_step ORDER BY step_no"))
    assert all(each == found[0] for each in found)
    assert [step["kind"] for step in found[0]] == ["resolved", "reopened", "resolved"]


def test_two_helpdesks_with_the_same_ticket_number_keep_their_events_apart(provider: Provider) -> None:
    for source, resolved in (("north", D2), ("south", D3)):
        provider.add("ticket", source, ticket_id="1001", opened_at=D1)
        provider.add("ticket_event", source, source_id=source, ticket_id="1001", at=resolved, type="resolved")
    provider.add("ticket_event", "phone", source_id="stray", ticket_id="1001", at=D4, type="reopened")
    assert fact(provider, "1001", source_system="north")["final_resolved_at"] == at(D2)
    assert fact(provider, "1001", source_system="south")["final_resolved_at"] == at(D3)


def test_an_event_of_another_source_belongs_to_the_only_ticket_of_that_number(provider: Provider) -> None:
    provider.add("ticket", "helpdesk", ticket_id="7", opened_at=D1)
    provider.add("ticket_event", "log", source_id="e1", ticket_id="7", at=D2, type="resolved")
    assert fact(provider, "7")["final_resolved_at"] == at(D2)
    assert provider.warehouse.value("SELECT count(*) FROM fact_ticket") == 1


def test_deleted_rows_do_not_count(provider: Provider) -> None:
    provider.ticket("t", D1)
    provider.add("ticket_event", source_id="gone", ticket_id="t", at=D2, type="resolved", is_deleted=True)
    provider.add("ticket", ticket_id="gone", opened_at=D1, is_deleted=True)
    assert fact(provider)["final_resolved_at"] is None
    assert provider.warehouse.value("SELECT count(*) FROM fact_ticket") == 1


@pytest.mark.parametrize(
    ("actor", "kind", "counts"),
    [
        ("agent", "public_reply", True),
        (None, "first_response", True),
        (None, "public_reply", False),
        ("bot", "public_reply", False),
        ("system", "first_response", False),
        ("agent", "internal_note", False),
    ],
)
def test_only_a_human_public_reply_stops_the_clock(
    provider: Provider, actor: str | None, kind: str, counts: bool
) -> None:
    provider.ticket("t", D1)
    provider.event("t", D2, kind, actor_kind=actor)
    assert (fact(provider)["first_response_s"] == 86_400) is counts


def test_the_tier_at_entry_and_the_escalation(provider: Provider) -> None:
    provider.ticket("up", D1)
    provider.event("up", D2, "escalated", to_tier="2")
    provider.ticket("direct", D1)
    provider.event("direct", D1, "assigned", to_tier="2")
    provider.event("direct", D2, "escalated", from_tier="2", to_tier="3")
    provider.ticket("down", D1)
    provider.event("down", D2, "escalated", from_tier="1", to_tier="1")
    provider.ticket("out", D1)
    provider.event("out", D2, "escalated", from_tier="1", to_tier="vendor")
    provider.event("out", D3, "escalated", from_tier="1", to_tier="2")
    provider.ticket("peer", D1)
    provider.event("peer", D2, "reassigned", from_team="inside", to_team="inside")
    rows = {name: fact(provider, name) for name in ("up", "direct", "down", "out", "peer")}
    assert {name: row["entered_tier"] for name, row in rows.items()} == {
        "up": "1",
        "direct": "2",
        "down": "1",
        "out": "1",
        "peer": "1",
    }
    assert {name for name, row in rows.items() if row["escalated_at"] == at(D2)} == {"up", "out"}


def test_a_repeat_looks_back_to_another_ticket_of_the_account_and_family(provider: Provider) -> None:
    provider.ticket("a", D1, D2, account_id="A", reason_code="internet.slow.wifi")
    provider.ticket("b", D3, account_id="A", reason_code="internet.slow.line")
    provider.ticket("c", D4, account_id="A", reason_code="billing.invoice")
    provider.ticket("d", D4, account_id="B", reason_code="internet.slow.line")
    provider.ticket("e", D4, account_id="A", reason_code="internet.slow", is_spam=True)
    provider.ticket("f", D4, reason_code="internet.slow")
    rows = {name: fact(provider, name) for name in "abcdef"}
    assert rows["a"]["previous_any_at"] is None
    assert rows["b"]["previous_family_at"] == at(D2)  # the resolution, later than the opening
    assert (rows["c"]["previous_family_at"], rows["c"]["previous_any_at"]) == (None, at(D3))
    assert rows["d"]["previous_any_at"] is None
    assert rows["f"]["previous_any_at"] is None


def test_of_two_tickets_opened_at_once_the_second_is_the_repeat(provider: Provider) -> None:
    for name in ("x2", "x1"):
        provider.ticket(name, D1, account_id="A", reason_code="internet.slow")
    assert fact(provider, "x1")["previous_family_at"] is None
    assert fact(provider, "x2")["previous_family_at"] == at(D1)


def test_dimensions_are_those_valid_when_the_ticket_was_opened(provider: Provider) -> None:
    provider.add("subscriber", "crm", subscriber_id="S", region_id="north", segment="residential", language="en")
    provider.add("account", "crm", account_id="A", subscriber_id="S", source_id="A")
    provider.add(
        "service",
        "crm",
        service_id="V1",
        account_id="A",
        access_tech="dsl",
        plan_id="slow",
        valid_from="2025-01-01",
        valid_to=D2,
        source_id="V1a",
    )
    provider.add(
        "service",
        "crm",
        service_id="V1",
        account_id="A",
        access_tech="fiber_gpon",
        plan_id="fast",
        valid_from=D2,
        source_id="V1b",
    )
    provider.add(
        "service",
        "crm",
        service_id="V2",
        account_id="A",
        access_tech="docsis31",
        valid_from="2025-06-01",
        source_id="V2a",
    )
    provider.ticket("before", D1, account_id="A")
    provider.ticket("after", D3, account_id="A")
    provider.ticket("named", D3, account_id="A", service_id="V2")
    provider.ticket("earlier", "2025-02-01 09:00:00", account_id="A", service_id="V1")
    rows = {name: fact(provider, name) for name in ("before", "after", "named", "earlier")}
    assert [(rows[name]["region"], rows[name]["access_tech"]) for name in rows] == [
        ("north", "dsl"),
        ("north", "fiber_gpon"),
        ("north", "docsis31"),
        ("north", "dsl"),
    ]
    assert provider.warehouse.value("SELECT count(*) FROM fact_ticket") == 4


def test_a_resolution_is_credited_to_the_team_the_agent_was_in_then(provider: Provider) -> None:
    provider.add("agent", "hr", agent_id="ann", team="blue", valid_to=D2, source_id="1")
    provider.add("agent", "hr", agent_id="ann", team="green", valid_from=D2, source_id="2")
    provider.ticket("t", "2026-02-28 09:00:00", D1)
    provider.event("t", D3, "reopened", actor_kind="agent")
    provider.event("t", D4, "resolved", actor_kind="agent", actor_id="ann")
    row = fact(provider)
    assert (row["first_team"], row["team"]) == ("blue", "green")


def test_backlog_before_plus_what_came_less_what_went_is_backlog_after() -> None:
    chance = random.Random(5)
    provider = Provider()
    for i in range(120):
        day = chance.randrange(1, 25)
        provider.ticket(f"t{i}", f"2026-03-{day:02} {chance.randrange(24):02}:00:00")
        for kind in chance.choices(["resolved", "reopened", "cancelled", "closed", "merged", "rejected"], k=4):
            later = chance.randrange(day, 28)
            provider.event(f"t{i}", f"2026-03-{later:02} {chance.randrange(24):02}:30:00", kind)
    provider.build()
    days = provider.warehouse.rows(
        "SELECT happened_on, sum(delta) AS net,"
        " sum(CASE WHEN change_kind IN ('opened', 'reopened') THEN 1 ELSE 0 END) AS came,"
        " sum(CASE WHEN change_kind IN ('opened', 'reopened') THEN 0 ELSE 1 END) AS went"
        " FROM fact_ticket_flow GROUP BY happened_on ORDER BY happened_on"
    )
    records = provider.ask("backlog", by="day", **{"from": "2026-03-01", "to": "2026-04-01"}).records
    after = {record.period_start.date(): record.value for record in records}
    before = 0
    for row in days:
        assert row["net"] == row["came"] - row["went"]
        before += row["net"]
        assert after[row["happened_on"]] == before
    per_ticket = provider.warehouse.rows(
        "SELECT ticket_id, sum(delta) AS open FROM fact_ticket_flow GROUP BY ticket_id"
    )
    assert {row["open"] for row in per_ticket} <= {0, 1}
