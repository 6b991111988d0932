"""Each KPI's worked example, from canonical rows through the real engine."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from firstline.query.definitions import the_catalogue
from tests.query.hours_scenarios import OURS
from tests.query.provider import Provider
from tests.query.resolution_scenarios import FOLLOWED
from tests.query.scenarios import SCENARIOS, SPAN, Scenario

OPTIONS: dict[str, dict[str, Any]] = {
    "driver_share": {"where": ["reason=internet.slow"]},
    "repeat_ticket_rate_7d": {"from": "2026-03-28", "to": "2026-03-29"},
    "repeat_ticket_rate_30d": {"from": "2026-03-28", "to": "2026-03-29"},
    **{kpi: {"to": "2026-04-06"} for kpi in FOLLOWED},
    **{kpi: {"to": "2026-04-02"} for kpi in OURS},
}
"""What is asked besides the whole of March."""


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
