"""What a figure carries besides its value: coverage, maturity, state, reasons, exclusions."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from firstline.errors import MisuseError
from firstline.query.watermark import coverage
from tests.query.provider import LATE, Provider, after

KEYS = {
    *("kpi", "version", "period_start", "period_end", "partial", "group", "value", "unit", "low", "high", "n"),
    *("numerator", "denominator", "pending", "excluded", "completeness", "state", "reason", "note"),
}


@pytest.fixture
def provider() -> Provider:
    return Provider(timezone="UTC")


def tickets(provider: Provider, days: range, **fields: object) -> None:
    """One ticket at noon of each of these days of March, resolved an hour later."""
    for day in days:
        opened = f"2026-03-{day:02} 12:00:00"
        provider.ticket(f"t{day}", opened, after(opened, hours=1), **fields)


def test_every_key_of_the_contract_is_there_and_json_has_no_nan(provider: Provider) -> None:
    tickets(provider, range(1, 20))
    for record in provider.ask(by="week").records:
        plain = record.as_json()
        assert set(plain) >= KEYS
        json.dumps(plain, allow_nan=False)
        assert plain["period_start"].endswith("+00:00")


def test_every_kpi_answers_over_an_empty_provider_and_says_what_it_misses(provider: Provider) -> None:
    records = provider.ask().records
    assert {record.state for record in records} == {"unavailable"}
    for record in records:
        assert record.value is None
        assert record.reason is not None
        assert record.reason.startswith("missing:")
        assert record.note


def test_no_rows_inside_the_data_is_zero_and_outside_is_no_data(provider: Provider) -> None:
    tickets(provider, range(10, 12))
    tickets(provider, range(14, 15))
    records = provider.ask("ticket_volume", by="day", **{"from": "2026-03-08", "to": "2026-03-18"}).records
    assert [record.value for record in records] == [None, None, 1, 1, 0, 0, 1, None, None, None]
    assert records[0].reason == "no_data"
    assert (records[4].reason, records[4].state) == (None, "final")
    assert records[6].completeness == 0.5
    assert records[6].held_back_by == "helpdesk: ticket"
    assert records[0].state == "unavailable"


def test_a_filter_by_a_value_that_no_row_has_says_so_beside_the_zero(provider: Provider) -> None:
    tickets(provider, range(10, 12), channel="phone")
    tickets(provider, range(12, 13), channel="email")
    wrong = provider.one("ticket_volume", where=["channel=phnoe"])
    assert (wrong.value, wrong.note) == (0, "None of the tickets has channel 'phnoe'; did you mean 'phone'?")
    far = provider.one("ticket_volume", where=["channel=zz"])
    assert far.note == "None of the tickets has channel 'zz'; there are email, phone."
    assert provider.one("ticket_volume", where=["channel=email"]).note is None
    assert (
        provider.one("ticket_volume", where=["channel=email"], **{"from": "2026-03-10", "to": "2026-03-11"}).note
        is None
    )


def test_figures_no_longer_wait_for_a_source_that_has_ended(provider: Provider) -> None:
    for day in range(1, 31):
        source, opened = ("old" if day < 11 else "new"), f"2026-03-{day:02} 12:00:00"
        provider.add("ticket", source, ticket_id=f"t{day}", type="trouble", opened_at=opened)
        at = after(opened, hours=1)
        provider.add("ticket_event", source, ticket_id=f"t{day}", at=at, type="resolved", actor_kind="agent", seq=1)
    waiting = provider.one("reopen_rate", **{"from": "2026-03-11", "to": "2026-03-13"})
    assert (waiting.pending, waiting.held_back_by) == (2, "old: ticket_event")
    provider.add("source_end", "setup", ended_source="old", ended_at="2026-03-11 00:00")
    judged = provider.one("reopen_rate", **{"from": "2026-03-11", "to": "2026-03-13"})
    assert (judged.pending, judged.held_back_by) == (0, None)


def test_a_ratio_over_nothing_has_no_value(provider: Provider) -> None:
    tickets(provider, range(1, 3), reason_code="internet.slow")
    tickets(provider, range(8, 9), reason_code="internet.slow")
    records = provider.ask("closure_ratio", by="day").records
    assert records[3].reason == "zero_denominator"
    assert records[3].value is None


def test_members_are_judged_only_once_their_window_has_passed(provider: Provider) -> None:
    tickets(provider, range(1, 31))
    record = provider.one("resolution_rate_1d", **{"from": "2026-03-01", "to": "2026-04-01"})
    assert (record.n, record.pending) == (15, 15)  # the last one opened on 30 March at noon: judged up to the 15th
    assert record.value == 1.0
    assert record.state == "provisional"
    young = provider.one("resolution_rate_1d", **{"from": "2026-03-28", "to": "2026-04-01"})
    assert (young.value, young.reason, young.pending) == (None, "immature", 3)


def test_an_unmatured_success_is_not_counted_either(provider: Provider) -> None:
    """400 index tickets, 380 judged of which 205 succeed, 20 pending of which 18 look like successes."""
    for i in range(400):
        opened = after("2026-03-01", minutes=i) if i < 380 else after("2026-03-30", minutes=i)
        fine = i < 205 or i >= 382
        provider.ticket(f"t{i}", opened, after(opened, hours=1 if fine else 24 * 9))
    provider.complete_until = {"ticket": "2026-04-01 00:00:00", "ticket_event": "2026-04-01 00:00:00"}
    record = provider.one("resolution_rate_7d", **{"from": "2026-03-01", "to": "2026-04-01"})
    assert record.value == pytest.approx(205 / 380)
    assert record.pending == 20


def test_a_value_is_final_once_the_watermark_is_past_the_period_and_its_maturity(provider: Provider) -> None:
    provider.complete_until = {"ticket": "2026-04-14 23:00:00", "ticket_event": "2026-04-20 00:00:00"}
    for i in range(20):
        provider.ticket(f"t{i}", after("2026-03-02", hours=i), after("2026-03-03", hours=i))
    march = {"from": "2026-03-01", "to": "2026-04-01"}
    assert provider.one("ticket_volume", **march).state == "final"
    assert provider.one("reopen_rate", **march).state == "final"  # needs ticket events only
    assert provider.one("resolution_rate_1d", **march).state == "provisional"  # 1 day and 14 more, by the tickets


def test_a_resolution_counts_that_held_for_14_days_whatever_comes_later(provider: Provider) -> None:
    """20 tickets resolved in time: 4 reopened on the 14th day after, 6 later, 1 before it was resolved first."""
    for i in range(20):
        opened = after("2026-03-02", hours=i)
        provider.ticket(f"t{i}", opened, after(opened, days=6))
        if i < 4:
            provider.event(f"t{i}", after(opened, days=20), "reopened", actor_kind="agent")
        elif i < 10:
            provider.event(f"t{i}", after(opened, days=20, seconds=1), "reopened", actor_kind="agent")
    provider.event("t19", after("2026-03-02", hours=20), "closed")
    provider.event("t19", after("2026-03-02", hours=21), "reopened", actor_kind="agent")
    march = {"from": "2026-03-01", "to": "2026-04-01"}
    for until, state in (("2026-04-21 23:59:59", "provisional"), ("2026-04-22 00:00:00", "final")):
        asked = Provider(timezone="UTC")
        asked._pending = {name: [*rows] for name, rows in provider._pending.items()}
        asked.complete_until = {"ticket": until, "ticket_event": until}
        record = asked.one("resolution_rate_7d", **march)
        assert (record.value, record.n, record.pending, record.state) == (16 / 20, 20, 0, state)


def test_the_lowest_watermark_counts_and_is_named() -> None:
    def row(source: str, entity: str, **known: object) -> dict[str, object]:
        return {
            "source_system": source,
            "entity": entity,
            "first_event_at": datetime(2026, 1, 1),
            "last_event_at": datetime(2026, 3, 10),
            "stated_until": None,
            "lateness_s": 0,
            "imported_at": datetime(2026, 4, 1),
            **known,
        }

    now = datetime(2026, 5, 1, tzinfo=UTC)
    late = row("a", "ticket", lateness_s=86_400)
    stated = row("b", "ticket", stated_until=datetime(2026, 3, 31))
    too_far = row("c", "ticket", stated_until=datetime(2027, 1, 1))
    standing = row("crm", "subscriber", last_event_at=datetime(2025, 1, 1))
    assert coverage([late, stated], ["ticket"], now).until == datetime(2026, 3, 9, tzinfo=UTC)
    assert coverage([late, stated], ["ticket"], now).held_back_by == "a: ticket"
    ended = row("a", "ticket", lateness_s=86_400, ended_at=datetime(2026, 3, 10))
    assert coverage([ended, stated], ["ticket"], now).until == datetime(2026, 3, 31, tzinfo=UTC)
    assert coverage([ended], ["ticket"], now).until == datetime(2026, 3, 9, tzinfo=UTC)
    assert coverage([ended, stated], ["ticket"], datetime(2026, 3, 9, 12, tzinfo=UTC)).held_back_by == "a: ticket"
    assert coverage([too_far], ["ticket"], now).until == datetime(2026, 4, 1, tzinfo=UTC)
    assert coverage([stated, standing], ["ticket", "subscriber"], now).until == datetime(2026, 3, 31, tzinfo=UTC)
    known = row("crm", "subscriber", stated_until=datetime(2026, 2, 1))
    assert coverage([stated, known], ["ticket", "subscriber"], now).held_back_by == "crm: subscriber"
    early = datetime(2026, 2, 15, tzinfo=UTC)
    assert coverage([stated], ["ticket"], early).until == early
    assert coverage([], ["ticket"], now).until is None


def test_a_sample_below_its_line_is_suppressed_and_one_below_the_other_is_marked(provider: Provider) -> None:
    for i in range(45):
        day = "2026-03-01" if i < 9 else "2026-03-02" if i < 19 else "2026-03-03"
        provider.add(
            "contact",
            "acd",
            contact_id=f"c{i}",
            entered_at=f"{day} 09:00:00",
            channel="phone",
            direction="inbound",
            disposition="answered",
        )
    records = provider.ask("missed_call_rate", by="day").records
    assert [(record.reason, record.low_sample) for record in records] == [
        ("small_n", False),
        (None, True),
        (None, True),
    ]
    assert records[0].n == 9
    assert records[0].value is records[0].low is None
    assert records[1].note == "Low sample: 10."


def test_each_excluded_row_is_counted_once_under_the_first_reason_that_holds(provider: Provider) -> None:
    tickets(provider, range(1, 5))
    provider.ticket("both", "2026-03-02", is_test=True, is_spam=True)
    provider.ticket("spam", "2026-03-02", is_spam=True, type="internal")
    provider.ticket("master", "2026-03-02")
    provider.ticket("child", "2026-03-02", parent_ticket_id="master")
    provider.ticket("staff", "2026-03-02", reporter="employee")
    provider.ticket("no", "2026-03-02", current_status="rejected")
    record = provider.one("ticket_volume")
    assert record.value == 5
    assert record.excluded == 5
    assert sum(record.exclusions.values()) == 5
    assert record.exclusions["Test tickets and tickets of test subscribers"] == 1
    assert record.exclusions["Spam"] == 1


def test_the_first_days_of_data_have_no_history_to_call_a_ticket_a_repeat(provider: Provider) -> None:
    tickets(provider, range(1, 29), account_id="A", reason_code="internet.slow")
    record = provider.one("repeat_ticket_rate_7d")
    assert record.n == 21
    assert record.value == 1.0
    assert record.exclusions == {"In the first 7 days of data": 7}
    first = provider.one("repeat_ticket_rate_7d", to="2026-03-05")
    assert (first.value, first.reason) == (None, "immature")


def test_without_reasons_any_earlier_ticket_makes_a_repeat_and_the_note_says_so(provider: Provider) -> None:
    tickets(provider, range(1, 29), account_id="A")
    record = provider.one("repeat_ticket_rate_7d")
    assert record.value == 1.0
    assert "overcounts" in (record.note or "")


def test_the_missing_field_is_that_of_the_alternative_that_is_met_best(provider: Provider) -> None:
    tickets(provider, range(1, 29))
    assert provider.one("repeat_ticket_rate_7d").reason == "missing:ticket.account_id"
    assert provider.one("driver_share").reason == "missing:ticket.reason_code"
    assert provider.one("tickets_per_1000").reason == "missing:subscriber.activated_at"
    assert provider.one("escalation_rate").reason == "missing:ticket_event.to_tier"
    provider.add("queue_interval", "acd", queue_id="a", interval_start="2026-03-01", offered=10, answered=9, talk_s=900)
    assert provider.one("aht").reason == "missing:queue_interval.hold_s"


def test_the_default_span_is_the_days_of_data(provider: Provider) -> None:
    tickets(provider, range(3, 9))
    query = provider.ask("ticket_volume").query
    assert query.start is not None
    assert query.end is not None
    assert (query.start.isoformat(), query.end.isoformat()) == (
        "2026-03-03T00:00:00+00:00",
        "2026-03-09T00:00:00+00:00",
    )


def test_a_ticket_opened_at_midnight_belongs_to_the_day_that_begins() -> None:
    provider = Provider(timezone="America/Denver")
    provider.ticket("before", "2026-03-02 06:59:59")
    provider.ticket("midnight", "2026-03-02 07:00:00")
    options = {"from": "2026-03-01", "to": "2026-03-02"}
    assert provider.one("ticket_volume", **options).value == 1
    days = provider.ask("ticket_volume", by="day").records
    assert [record.value for record in days] == [1, 1]


def test_periods_cut_to_the_span_are_marked(provider: Provider) -> None:
    tickets(provider, range(1, 29))
    records = provider.ask("ticket_volume", by="week", **{"from": "2026-03-04", "to": "2026-03-16"}).records
    assert [(record.partial, record.value) for record in records] == [(True, 5), (False, 7)]


def test_a_dimension_that_no_asked_kpi_has_is_misuse_and_one_that_some_lack_is_said(provider: Provider) -> None:
    tickets(provider, range(1, 29))
    with pytest.raises(MisuseError, match="has no dimension 'queue'|has no dimension 'purpose'"):
        provider.ask("ticket_volume", group="purpose")
    records = provider.ask("ticket_volume", "aht", group="type").records
    assert [(record.kpi, record.state) for record in records] == [
        ("ticket_volume", "provisional"),
        ("aht", "unavailable"),
    ]


def test_now_bounds_the_watermark(provider: Provider) -> None:
    tickets(provider, range(1, 29))
    march = {"from": "2026-03-01", "to": "2026-03-08"}
    assert provider.one("ticket_volume", now=LATE, **march).state == "final"
    assert provider.one("ticket_volume", now="2026-03-05 00:00:00", **march).state == "provisional"


def test_a_backlog_is_a_snapshot_at_the_end_of_each_period_and_not_a_sum(provider: Provider) -> None:
    for day in range(1, 11):
        provider.ticket(f"t{day}", f"2026-03-{day:02} 12:00:00", "2026-03-08 12:00:00" if day < 6 else None)
    days = provider.ask("backlog", by="day").records
    assert [record.value for record in days] == [1, 2, 3, 4, 5, 6, 7, 3, 4, 5]
    assert provider.one("backlog").value == 5
    later = provider.ask("backlog", by="day", **{"from": "2026-03-09", "to": "2026-03-13"}).records
    assert [record.value for record in later] == [4, 5, None, None]
    assert later[3].reason == "no_data"


def test_a_ticket_that_ended_nobody_knows_when_is_no_backlog(provider: Provider) -> None:
    provider.ticket("open", "2026-03-01")
    provider.ticket("gone", "2026-03-01", current_status="closed")
    provider.event("open", "2026-03-02", "assigned")
    record = provider.one("backlog")
    assert (record.value, record.excluded) == (1, 1)
