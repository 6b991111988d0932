"""Scales and kinds of survey are never pooled silently; costs have one currency and say when they are modelled."""

from __future__ import annotations

from typing import Any

import pytest

from firstline.query.definitions import the_catalogue
from tests.query.provider import Provider, after
from tests.query.scenarios import SPAN, call, survey, trucks


def test_top_boxes_of_two_scales_are_not_pooled_and_the_normalised_mean_says_that_it_is() -> None:
    provider = Provider()
    for i in range(20):
        survey(provider, i, "csat", 5, 1, 5)
        survey(provider, 100 + i, "csat", 6, 1, 10)
    for kpi in ("csat_t2b", "csat_mean"):
        record = provider.one(kpi, **SPAN)
        assert (record.value, record.reason) == (None, "missing:survey_response.scale_max")
        assert "several scales" in (record.note or "")
    scales = {record.group["scale"]: record.value for record in provider.ask("csat_t2b", group="scale", **SPAN).records}
    assert scales == {"1-5": 1.0, "1-10": 0.0}
    normalised = provider.one("csat_normalised", **SPAN)
    assert normalised.value == pytest.approx((20 * 100 + 20 * 100 * 5 / 9) / 40)
    assert "Mixed scales" in (normalised.note or "")


def test_a_mean_of_8_1_on_1_to_10_is_78_9_of_100() -> None:
    provider = Provider()
    for i in range(10):
        survey(provider, i, "csat", 8 if i < 9 else 9, 1, 10)
    assert provider.one("csat_mean", **SPAN).value == pytest.approx(8.1)
    assert provider.one("csat_normalised", **SPAN).value == pytest.approx(78.9, abs=0.05)


def test_relational_and_transactional_answers_are_not_pooled() -> None:
    provider = Provider()
    for i in range(60):
        survey(provider, i, "nps_relational", 10, 0, 10)
        survey(provider, 100 + i, "nps_transactional", 0, 0, 10)
    mixed = provider.one("nps", **SPAN)
    assert (mixed.value, mixed.reason) == (None, "missing:survey_response.kind")
    assert provider.one("nps_relational", **SPAN).value == 100
    assert provider.one("nps_transactional", **SPAN).value == -100
    assert provider.one("nps", where=["survey_kind=nps_relational"], **SPAN).value == 100


def test_a_scale_from_1_is_its_own_series() -> None:
    provider = Provider()
    for i in range(60):
        survey(provider, i, "nps_relational", 10, 1, 10)
    record = provider.one("nps", **SPAN)
    assert (record.value, record.excluded) == (None, 60)
    assert list(record.exclusions) == ["On another scale than 0-10; 1-10 has a figure of its own"]
    assert provider.one("nps_1_10", **SPAN).value == 100


def test_scores_off_their_scale_and_without_one_are_errors_that_are_counted() -> None:
    provider = Provider()
    for i in range(60):
        survey(provider, i, "nps_relational", 9, 1, 10)
    survey(provider, 100, "nps_relational", 0, 1, 10)
    provider.add(
        "survey_response", "surveys", response_id="bare", kind="nps_relational", score=9, responded_at="2026-03-05"
    )
    record = provider.one("nps_1_10", **SPAN)
    assert (record.value, record.n, record.excluded) == (100, 60, 2)


def test_an_nps_needs_50_answers_and_is_marked_below_100() -> None:
    provider = Provider()
    for i in range(49):
        survey(provider, i, "nps_relational", 9, 0, 10)
    assert provider.one("nps", **SPAN).reason == "small_n"
    survey(provider, 49, "nps_relational", 9, 0, 10)
    record = provider.one("nps", **SPAN)
    assert (record.value, record.low_sample, record.unit) == (100, True, "points")


def test_the_cost_of_truck_rolls_is_modelled_until_it_is_stated() -> None:
    provider = Provider()
    trucks(provider)
    record = provider.one("truck_roll_cost", **SPAN)
    assert (record.value, record.low, record.high, record.unit) == (31_050, 27_600, 34_500, "USD")
    assert "Modelled: 230 of 230 rolls" in (record.note or "")
    assert "135 USD" in (record.note or "")


def test_the_provider_s_own_unit_cost_has_no_band_and_its_currency() -> None:
    provider = Provider(truck_roll_cost=100.0, currency="EUR")
    trucks(provider)
    record = provider.one("truck_roll_cost", **SPAN)
    assert (record.value, record.low, record.unit) == (23_000, None, "EUR")
    assert "Modelled" in (record.note or "")


def visit(provider: Provider, number: int, **cost: Any) -> None:
    provider.add(
        "truck_roll", visit_id=f"v{number}", purpose="trouble", dispatched_at=after("2026-03-02", hours=number), **cost
    )


def test_a_unit_cost_holds_from_its_day_on_and_leaves_earlier_figures() -> None:
    provider = Provider(truck_roll_cost=100.0, currency="USD")
    provider.add("unit_cost", item="truck_roll", amount=140, currency="USD", valid_from="2026-04-01")
    provider.add("unit_cost", item="truck_roll", amount=90, currency="EUR", valid_from="2026-05-01")
    for month in (3, 4, 5):
        provider.add("truck_roll", visit_id=f"V{month}", purpose="trouble", dispatched_at=f"2026-0{month}-10 09:00")
        provider.add("truck_roll", visit_id=f"W{month}", purpose="trouble", dispatched_at=f"2026-0{month}-10 09:00",
                     cost=50, currency="USD")  # fmt: skip
    months = provider.ask("truck_roll_cost", by="month", from_="2026-03-01", to="2026-06-01").records
    assert [record.value for record in months] == [150, 190, 150]
    assert "1 of 2 rolls state no cost and are valued at the unit cost of their day." in (months[1].note or "")
    assert "valued at 100 USD each" in (months[0].note or "")


def test_stated_costs_count_as_stated_and_others_are_valued() -> None:
    provider = Provider()
    visit(provider, 1, cost=200, currency="USD")
    visit(provider, 2, cost=50)
    visit(provider, 3)
    visit(provider, 4, cost=999, currency="EUR")
    record = provider.one("truck_roll_cost", **SPAN)
    assert (record.value, record.low, record.high) == (385, 370, 400)
    assert (record.n, record.excluded) == (3, 1)


def test_dollars_are_not_added_to_euros() -> None:
    provider = Provider(currency="EUR")
    visit(provider, 1, cost=200, currency="EUR")
    visit(provider, 2)
    record = provider.one("truck_roll_cost", **SPAN)
    assert (record.value, record.unit, record.excluded) == (200, "EUR", 1)
    modelled = Provider(currency="EUR")
    visit(modelled, 1)
    record = modelled.one("truck_roll_cost", **SPAN)
    assert (record.value, record.unit) == (135, "USD")


def test_rolls_without_a_time_of_dispatch_are_said() -> None:
    provider = Provider()
    visit(provider, 1)
    provider.add("truck_roll", visit_id="late", purpose="trouble", arrived_at="2026-03-05 10:00:00")
    record = provider.one("truck_rolls", **SPAN)
    assert record.value == 2
    assert "1 of 2 rolls have no time of dispatch" in (record.note or "")


def test_churn_over_another_span_than_a_month_says_so() -> None:
    provider = Provider()
    for i in range(300):
        provider.add("subscriber", "crm", subscriber_id=f"s{i}", activated_at="2025-01-01")
    provider.add("churn_event", "crm", subscriber_id="s1", effective_at="2026-03-10", kind="voluntary")
    assert provider.one("subscriber_churn_rate", **SPAN).note is None
    quarter = provider.one("subscriber_churn_rate", **{"from": "2026-01-01", "to": "2026-04-01"})
    assert "90 days" in (quarter.note or "")


def test_of_several_snapshots_in_a_period_the_last_counts() -> None:
    provider = Provider()
    for i in range(40):
        for month, lost in (("01", 4), ("02", 8), ("03", 10)):
            provider.add(
                "subscriber_snapshot", "telco", subscriber_id=f"s{i}", as_of=f"2026-{month}-28", is_lost=i < lost
            )
    assert provider.one("churn_snapshot_share").value == 0.25
    months = provider.ask("churn_snapshot_share", by="month").records
    assert [record.value for record in months] == [0.1, 0.2, 0.25]
    assert "not a monthly rate" in (months[0].note or "")


def test_an_agent_s_flag_needs_no_account_and_is_never_called_first_contact_resolution() -> None:
    provider = Provider()
    for i in range(40):
        call(provider, i, 5, "answered", resolved_flag=i < 30)
    record = provider.one("resolved_flag_share", **SPAN)
    assert record.value == 0.75
    assert "not first contact resolution" in (record.note or "")
    assert the_catalogue().kpi("fcr").id != "resolved_flag_share"
