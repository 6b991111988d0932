"""Who was a subscriber on which day, and who left: once per subscriber, by local midnights."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from firstline.warehouse.engine import Row
from tests.query.provider import Provider


@pytest.fixture
def provider() -> Provider:
    return Provider(timezone="America/Denver")


def spans(provider: Provider) -> list[Row]:
    provider.build()
    return provider.warehouse.rows("SELECT * FROM fact_base ORDER BY subscriber_id, from_on")


def active_on(provider: Provider, day: str) -> float:
    """Subscribers at that local midnight."""
    provider.build()
    found = provider.warehouse.value(
        "SELECT sum(weight) FROM fact_base WHERE from_on <= ? AND to_on > ?", [date.fromisoformat(day)] * 2
    )
    return float(found or 0)


def test_a_subscriber_counts_on_the_days_whose_midnight_finds_it_active(provider: Provider) -> None:
    # 07:00 UTC is local midnight; one minute later the day has begun without the subscriber
    provider.add(
        "subscriber",
        "crm",
        subscriber_id="at midnight",
        activated_at="2026-03-02 07:00:00",
        disconnected_at="2026-03-05 07:00:00",
    )
    provider.add(
        "subscriber",
        "crm",
        subscriber_id="just after",
        activated_at="2026-03-02 07:01:00",
        disconnected_at="2026-03-05 07:01:00",
    )
    rows = spans(provider)
    assert [(str(row["from_on"]), str(row["to_on"])) for row in rows] == [
        ("2026-03-02", "2026-03-05"),
        ("2026-03-03", "2026-03-06"),
    ]


def test_local_midnight_moves_with_summer_time(provider: Provider) -> None:
    provider.add("subscriber", "crm", subscriber_id="winter", activated_at="2026-03-07 07:00:00")
    provider.add("subscriber", "crm", subscriber_id="summer", activated_at="2026-03-10 06:00:00")
    assert [str(row["from_on"]) for row in spans(provider)] == ["2026-03-10", "2026-03-07"]


def test_suspension_for_non_payment_is_no_activity_and_a_vacation_is(provider: Provider) -> None:
    provider.add("subscriber", "crm", subscriber_id="S", activated_at="2026-01-01 07:00:00")
    states = (
        ("active", "2026-01-01"),
        ("suspended_vacation", "2026-01-10"),
        ("suspended_nonpay", "2026-01-20"),
        ("active", "2026-01-25"),
    )
    for status, start in states:
        provider.add(
            "account",
            "crm",
            source_id=start,
            account_id="A",
            subscriber_id="S",
            status=status,
            valid_from=f"{start} 07:00:00",
        )
    assert [(str(row["from_on"]), str(row["to_on"])) for row in spans(provider)][:2] == [
        ("2026-01-01", "2026-01-10"),
        ("2026-01-10", "2026-01-20"),
    ]
    assert [active_on(provider, day) for day in ("2026-01-19", "2026-01-22", "2026-01-25")] == [1, 0, 1]


def test_several_accounts_and_services_of_one_subscriber_count_once(provider: Provider) -> None:
    provider.add("subscriber", "crm", subscriber_id="S", activated_at="2026-01-01 00:00:00")
    for account in ("A", "B"):
        provider.add(
            "account",
            "crm",
            source_id=account,
            account_id=account,
            subscriber_id="S",
            status="active",
            valid_from="2026-01-01 00:00:00",
        )
        for service in ("1", "2"):
            provider.add(
                "service",
                "crm",
                source_id=account + service,
                service_id=account + service,
                account_id=account,
                access_tech="dsl",
                valid_from="2026-01-01 00:00:00",
            )
    assert active_on(provider, "2026-02-01") == 1


def test_the_technology_is_that_of_the_day(provider: Provider) -> None:
    provider.add("subscriber", "crm", subscriber_id="S", activated_at="2026-01-01 07:00:00")
    provider.add("account", "crm", source_id="A", account_id="A", subscriber_id="S")
    for tech, start, end in (("dsl", "2026-01-01", "2026-02-01"), ("fiber_gpon", "2026-02-01", None)):
        provider.add(
            "service",
            "crm",
            source_id=tech,
            service_id="V",
            account_id="A",
            access_tech=tech,
            valid_from=f"{start} 07:00:00",
            valid_to=f"{end} 07:00:00" if end else None,
        )
    assert [(row["access_tech"], str(row["from_on"])) for row in spans(provider)] == [
        ("dsl", "2026-01-01"),
        ("fiber_gpon", "2026-02-01"),
    ]


@pytest.mark.parametrize(
    ("state", "left", "counted"),
    [("active", None, 1), ("disconnected", None, 0), ("disconnected", "2026-02-01 00:00:00", 1)],
)
def test_a_state_without_dates_is_only_today_s(
    provider: Provider, state: str, left: str | None, counted: float
) -> None:
    provider.add("subscriber", "crm", subscriber_id="S", activated_at="2026-01-01", disconnected_at=left)
    provider.add("account", "crm", source_id="A", account_id="A", subscriber_id="S", status=state)
    assert active_on(provider, "2026-01-15") == counted


def test_test_subscribers_and_undated_ones_count_nowhere(provider: Provider) -> None:
    provider.add("subscriber", "crm", subscriber_id="T", activated_at="2026-01-01", is_test=True)
    provider.add("subscriber", "crm", subscriber_id="U")
    assert spans(provider) == []


def test_stated_totals_serve_where_there_are_no_subscribers_at_their_finest(provider: Provider) -> None:
    month: dict[str, Any] = {"period_start": "2026-03-01", "period_end": "2026-04-01"}
    provider.add("active_subscribers", "crm", source_id="all", active_subscribers=100, **month)
    provider.add("active_subscribers", "crm", source_id="n", active_subscribers=60, region_id="north", **month)
    provider.add("active_subscribers", "crm", source_id="s", active_subscribers=40, region_id="south", **month)
    assert active_on(provider, "2026-03-15") == 100
    provider.add("subscriber", "crm", subscriber_id="S", activated_at="2026-01-01")
    assert [row["told_by"] for row in spans(provider)] == ["subscriber"]


def test_a_table_that_states_when_periods_begin_alone_is_read_to_the_next_or_a_month_long(provider: Provider) -> None:
    for name, start, count in (("a", "2026-01-01", 100), ("b", "2026-02-01", 110), ("c", "2026-04-01", 130)):
        provider.add("active_subscribers", "crm", source_id=name, period_start=start, active_subscribers=count)
    days = ("2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01", "2026-03-01", "2026-04-30", "2026-05-01")
    assert [active_on(provider, day) for day in days] == [0, 100, 100, 110, 0, 130, 0]
    for day in range(1, 8):
        stated = {"source_id": f"d{day}", "period_start": f"2026-06-{day:02}", "active_subscribers": 140 + day}
        provider.add("active_subscribers", "crm", **stated)
    assert [active_on(provider, f"2026-06-0{day}") for day in (1, 4, 7)] == [141, 144, 147]


def loss(provider: Provider, subscriber: str, day: str, kind: str = "voluntary", source: str = "crm") -> None:
    provider.add("churn_event", source, subscriber_id=subscriber, effective_at=f"{day} 12:00:00", kind=kind)


def test_a_return_within_30_days_cancels_the_loss(provider: Provider) -> None:
    for name, back in (("soon", "2026-03-20"), ("late", "2026-05-20"), ("never", None)):
        provider.add("subscriber", "crm", subscriber_id=name, activated_at="2026-01-01")
        provider.add(
            "account",
            "crm",
            source_id=f"{name}1",
            account_id=name,
            subscriber_id=name,
            status="active",
            valid_from="2026-01-01",
            valid_to="2026-03-10 12:00:00",
        )
        if back:
            provider.add(
                "account",
                "crm",
                source_id=f"{name}2",
                account_id=name,
                subscriber_id=name,
                status="active",
                valid_from=back,
            )
        loss(provider, name, "2026-03-10")
    for i in range(300):
        provider.add("subscriber", "crm", subscriber_id=f"s{i}", activated_at="2026-01-01")
    record = provider.one("subscriber_churn_rate", **{"from": "2026-03-01", "to": "2026-04-01"})
    assert (record.numerator, record.denominator) == (2, 303)
    assert record.exclusions == {"Came back within 30 days": 1}


def test_joined_and_lost_in_one_month_and_reported_twice_are_no_losses_of_that_month(provider: Provider) -> None:
    for i in range(250):
        provider.add(
            "subscriber",
            "crm",
            subscriber_id=f"s{i}",
            activated_at="2026-01-01",
            disconnected_at="2026-03-10 12:00:00" if i == 0 else None,
        )
    provider.add(
        "subscriber", "crm", subscriber_id="new", activated_at="2026-03-05", disconnected_at="2026-03-15 12:00:00"
    )
    provider.add(
        "subscriber",
        "crm",
        subscriber_id="first of March",
        activated_at="2026-03-01 07:00:00",
        disconnected_at="2026-03-16 12:00:00",
    )
    loss(provider, "s0", "2026-03-10")
    loss(provider, "s0", "2026-03-11", source="billing")
    loss(provider, "new", "2026-03-15")
    loss(provider, "first of March", "2026-03-16")
    loss(provider, "s1", "2026-03-20", kind="deceased")
    record = provider.one("subscriber_churn_rate", **{"from": "2026-03-01", "to": "2026-04-01"})
    assert (record.numerator, record.denominator) == (2, 251)
    assert record.excluded == 3
