"""Each KPI's worked example, from canonical rows through the real engine."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from firstline.query.definitions import the_catalogue
from tests.query.hours_scenarios import OURS
from tests.query.provider import Provider
from tests.query.resolution_scenarios import FOLLOWED, ticketed
from tests.query.scenarios import SCENARIOS, SPAN, Scenario

OPTIONS: dict[str, dict[str, Any]] = {
    "driver_share": {"where": ["reason=internet.slow"]},
    "repeat_ticket_rate_7d": {"from": "2026-03-28", "to": "2026-03-29"},
    "repeat_ticket_rate_30d": {"from": "2026-03-28", "to": "2026-03-29"},
    **{kpi: {"to": "2026-04-06"} for kpi in FOLLOWED},
    **{kpi: {"to": "2026-04-02"} for kpi in OURS},
}
"""What is asked besides the whole of March."""
SIDES: dict[str, tuple[float, float]] = {
    "tickets_per_1000": (1180, 24_500),
    "driver_share": (472, 1180),
    "closure_ratio": (1196, 1180),
    **{f"resolution_rate_{days}d": (1003, 1180) for days in (1, 3, 7, 30)},
    "reopen_rate": (46, 1150),
    "repeat_ticket_rate_7d": (94, 1180),
    "repeat_ticket_rate_30d": (212, 1180),
    "truck_rolls_per_1000": (230, 24_500),
    **{kpi: (205, 380) for kpi in FOLLOWED},
    **{kpi: (236, 400) for kpi in ("fcr_single", "fcr_single_strict", "resolved_flag_share")},
    "fcr_net": (236, 400 - 80),
    "fcr_window_net": (205, 380 - 40),
    "fcr_not_resolvable_share": (80, 400),
    "fcr_survey": (96, 96 + 34),
    "escalation_rate": (143, 1100),
    "interactions_to_resolution": (1725, 1150),
    "first_response_within_target": (90, 100),
    "sla_attainment": (1080, 1080 + 70),
    "average_talk_time": (270_000, 900),
    "average_hold_time": (27_000, 900),
    "average_wrap_time": (54_000, 900),
    "aht": (351_000, 900),
    "asa": (20_700, 900),
    "abandonment_rate_raw": (100, 1000),
    "abandonment_rate": (100 - 40, 1000 - 40),
    "missed_call_rate": (100, 1000),
    "service_level_a": (750, 1000),
    "service_level_b": (750, 900 + 100 - 40),
    "service_level_c": (750 + 60, 1000),
    "service_level_d": (750, 900),
    "service_level_e": (750, 900 + 40),
    "csat_t2b": (30 + 50, 100),
    "csat_mean": (416, 100),
    "survey_response_rate": (130, 1040),
    "subscriber_churn_rate": (294, 24_500),
    "churn_snapshot_share": (1869, 7043),
}
"""Numerator and denominator, where the example of the domain reference states them: two errors may make one value."""


@cache
def provider_of(scenario: Scenario) -> Provider:
    provider = Provider(timezone="UTC")
    scenario(provider)
    provider.build()
    return provider


def test_every_kpi_has_a_scenario() -> None:
    assert set(SCENARIOS) == set(the_catalogue().kpis)


@pytest.mark.parametrize("kpi", sorted(SCENARIOS))
def test_the_worked_example_gives_its_value(kpi: str) -> None:
    record = provider_of(SCENARIOS[kpi]).one(kpi, **{**SPAN, **OPTIONS.get(kpi, {})})
    assert record.reason is None, record.note
    assert record.value == pytest.approx(the_catalogue().kpis[kpi].example.value, rel=1e-9)
    if kpi in SIDES:
        assert (record.numerator, record.denominator) == SIDES[kpi]


def test_the_backlog_of_the_example_is_what_flowed_into_it() -> None:
    """310 + 1,180 opened + 36 reopened - 1,196 resolved - 10 cancelled = 320."""
    provider = provider_of(SCENARIOS["backlog"])
    assert provider.one("backlog", **{"from": "2026-02-01", "to": "2026-03-01"}).value == 310
    assert provider.one("ticket_volume", **SPAN).value == 1180
    events = provider.warehouse.rows(
        "SELECT type, count(*) AS n FROM ticket_event WHERE \"at\" >= TIMESTAMP '2026-03-01' GROUP BY type"
    )
    assert {row["type"]: row["n"] for row in events} == {"reopened": 36, "resolved": 1196, "cancelled": 10}
    assert provider.one("backlog", **SPAN).value == 310 + 1180 + 36 - 1196 - 10


def test_the_ticket_serves_where_no_agent_sets_a_flag() -> None:
    """236 of 400 and of 320; 10 more with neither stood as well, and that is said."""
    provider = provider_of(ticketed)
    for kpi, (stood, judged) in {"fcr_single": (236, 400), "fcr_net": (236, 320)}.items():
        record = provider.one(kpi, **{**SPAN, "to": "2026-03-25"})
        assert (record.numerator, record.denominator) == (stood, judged)
        late = provider.one(kpi, **{**SPAN, "from": "2026-03-25"})
        assert (late.numerator, late.denominator) == (10, 10)
        assert "10 of 10 issues had neither a ticket nor an agent's flag" in (late.note or "")


def test_a_year_of_months_that_lose_1_2_percent_loses_13_5() -> None:
    """What the note of a longer span says of a year, with the example's rate as the month's."""
    month = provider_of(SCENARIOS["subscriber_churn_rate"]).one("subscriber_churn_rate", **SPAN).value
    assert month
    assert "1 - (1 - m)^12 is a year" in the_catalogue().kpis["subscriber_churn_rate"].span_note
    assert 1 - (1 - month) ** 12 == pytest.approx(0.135, abs=0.0005)
