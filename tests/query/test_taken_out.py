"""What is taken out leaves every figure as if it had never been there, but for being counted as left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.query.provider import Provider, after
from tests.query.resolution_scenarios import FOLLOWED, call
from tests.query.scenarios import in_march

KPIS = (
    *FOLLOWED, "fcr_single", "fcr_net", "fcr_not_resolvable_share", "repeat_ticket_rate_7d",
    "repeat_ticket_rate_30d", "interactions_to_resolution", "one_touch_share", "ticket_volume", "reopen_rate",
    "resolution_time_mean",
)  # fmt: skip
ENTITIES = ("contact", "ticket", "ticket_event", "truck_roll")


def real(provider: Provider) -> None:
    """40 calls with a ticket each, resolved within the hour; every fourth calls again two days later."""
    for i in range(40):
        at = after(in_march(i), hours=12)
        call(provider, f"c{i}", f"A{i}", at, resolved_flag=True)
        fields = {"account_id": f"A{i}", "reason_code": "connectivity.slow.evening", "resolution_code": "reset"}
        provider.ticket(f"t{i}", at, after(at, minutes=30), **fields)
        if i % 4 == 0:
            call(provider, f"again{i}", f"A{i}", after(at, days=2))


def before(provider: Provider) -> None:
    """The same customers in the same matter a day earlier, in the queue that is taken out."""
    for i in range(0, 40, 2):
        at = after(in_march(i), hours=-12)
        call(provider, f"test{i}", f"A{i}", at, queue_id="internal", resolved_flag=False)
        fields: dict[str, Any] = {"queue_id": "internal", "reason_code": "connectivity.slow.evening"}
        provider.ticket(f"test{i}", at, after(at, hours=1), account_id=f"A{i}", **fields)
        provider.event(f"test{i}", after(at, hours=30), "reopened")
        provider.event(f"test{i}", after(at, hours=31), "resolved", actor_kind="agent", actor_id="ann")


def afterwards(provider: Provider) -> None:
    """Likewise a day later, naming the real tickets."""
    for i in range(0, 40, 2):
        at = after(in_march(i), hours=36)
        call(provider, f"test{i}", f"A{i}", at, queue_id="internal", ticket_id=f"t{i}", resolved_flag=False)


def made(*parts: Callable[[Provider], None]) -> Provider:
    provider = Provider()
    for part in parts:
        part(provider)
    provider.complete_until = dict.fromkeys(ENTITIES, "2026-06-01 00:00:00")
    return provider


@pytest.mark.parametrize("part", [before, afterwards])
def test_every_figure_is_that_of_a_provider_without_the_rows(part: Callable[[Provider], None]) -> None:
    march = {"from": "2026-02-01", "to": "2026-04-01"}
    with_them, without = made(real, part), made(real)
    disturbed = {record.kpi: record.value for record in with_them.ask(*KPIS, **march).records}
    with_them.add("exclusion", exclusion_id="X1", reason="test calls", queue_id="internal")
    told = with_them.ask(*KPIS, **march).records
    expected = without.ask(*KPIS, **march).records
    figures = [(each.kpi, each.value, each.numerator, each.denominator) for each in told]
    assert figures == [(each.kpi, each.value, each.numerator, each.denominator) for each in expected]
    assert any(disturbed[each.kpi] != each.value for each in expected)
    by_kpi = {each.kpi: each for each in told}
    assert by_kpi["fcr_window"].exclusions["First contact taken out by hand or by an exclusion, with a reason"] == 20
