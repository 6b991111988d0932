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


def customers(provider: Provider, number: int, first: int = 0) -> None:
    """Subscribers with an account each; one of ten is lost in March, and each has a ticket and an invitation in it."""
    for i in range(first, first + number):
        name, at = f"{i}", after(in_march(i % 28), hours=12)
        provider.add("subscriber", "crm", subscriber_id=f"S{name}", activated_at="2025-01-01")
        provider.add("account", "crm", account_id=f"A{name}", subscriber_id=f"S{name}")
        provider.ticket(f"t{name}", at, after(at, minutes=30), account_id=f"A{name}")
        if i % 10 == 0:
            provider.add("churn_event", "crm", subscriber_id=f"S{name}", effective_at=at, kind="voluntary")
        provider.add("subscriber_snapshot", "crm", subscriber_id=f"S{name}", as_of="2026-03-31", is_lost=i % 10 == 0)
        provider.add("survey_invite", "surveys", invite_id=f"I{name}", account_id=f"A{name}", sent_at=at)
        if i % 2:
            answer = {"invite_id": f"I{name}", "kind": "csat", "responded_at": after(at, hours=1)}
            provider.add("survey_response", "surveys", response_id=f"R{name}", **answer)
    provider.complete_until = dict.fromkeys((*ENTITIES, "churn_event", "survey_invite"), "2026-06-01 00:00:00")


BASED = ("tickets_per_1000", "subscriber_churn_rate", "churn_snapshot_share", "survey_response_rate")
BY_HAND = "Taken out by hand or by an exclusion, with a reason"
MARCH = {"from": "2026-03-01", "to": "2026-04-01"}


def figures(provider: Provider, *kpis: str) -> list[tuple[Any, ...]]:
    return [(each.kpi, each.value, each.numerator, each.denominator) for each in provider.ask(*kpis, **MARCH).records]


def test_an_account_that_is_taken_out_leaves_subscribers_losses_and_invitations() -> None:
    provider, without = Provider(), Provider()
    customers(provider, 310)
    customers(without, 300)
    for i in range(300, 310):
        provider.add("exclusion", exclusion_id=f"X{i}", reason="tests", account_id=f"A{i}")
    assert figures(provider, *BASED) == figures(without, *BASED)
    told = {record.kpi: record for record in provider.ask(*BASED, **MARCH).records}
    assert [told[kpi].exclusions[BY_HAND] for kpi in BASED] == [10, 1, 10, 10]
    for kpi in ("tickets_per_1000", "subscriber_churn_rate"):
        assert "10 subscribers are left out of those it is set against" in (told[kpi].note or "")


STATED: tuple[tuple[dict[str, str], int], ...] = (
    ({}, 0),
    ({"from_at": "2026-03-11 00:00:00"}, 10),
    ({"from_at": "2026-03-11 00:00:00", "until_at": "2026-03-21 00:00:00"}, 21),
    # these take out some rows of the account, not whose it is
    ({"entity": "ticket"}, 31),
    ({"queue_id": "internal"}, 31),
    ({"row_id": "t1"}, 31),
    # one has a second account from the 16th on, one always
    ({}, 16),
    ({}, 31),
)
"""What else exclusions of an account say, and how many days of March its subscriber counts."""


def test_a_subscriber_is_out_while_all_of_its_accounts_are() -> None:
    provider = Provider()
    customers(provider, len(STATED))
    provider.add("account", "crm", account_id="A6b", subscriber_id="S6", valid_from="2026-03-16 00:00:00")
    provider.add("account", "crm", account_id="A7b", subscriber_id="S7")
    for i, (stated, _) in enumerate(STATED):
        provider.add("exclusion", exclusion_id=f"X{i}", reason="tests", account_id=f"A{i}", **stated)
    provider.build()
    march = "greatest(from_on, DATE '2026-03-01'), least(to_on, DATE '2026-04-01')"
    rows = provider.warehouse.rows(
        f"SELECT subscriber_id, sum(CASE WHEN is_excluded THEN 0 ELSE date_diff('day', {march}) END) AS days "
        "FROM fact_base WHERE from_on < DATE '2026-04-01' AND to_on > DATE '2026-03-01' GROUP BY ALL ORDER BY ALL"
    )
    assert [row["days"] for row in rows] == [days for _, days in STATED]


def test_who_left_with_the_account_that_is_taken_out_is_no_loss() -> None:
    """The account ends before the loss is dated, or with it; one that had ended long before changes nothing."""
    provider = Provider()
    customers(provider, 1, first=1)
    for name, end in (("early", "2026-03-09 00:00:00"), ("with it", "2026-03-10 00:00:00")):
        provider.add("subscriber", "crm", subscriber_id=name, activated_at="2025-01-01")
        provider.add("account", "crm", account_id=f"old {name}", subscriber_id=name, valid_to="2025-06-01 00:00:00")
        provider.add("account", "crm", account_id=name, subscriber_id=name, valid_from="2025-06-01", valid_to=end)
        provider.add("churn_event", "crm", subscriber_id=name, effective_at="2026-03-10 00:00:00", kind="voluntary")
        provider.add("exclusion", exclusion_id=name, reason="tests", account_id=name)
    provider.build()
    assert provider.warehouse.value("SELECT count(*) FROM fact_churn WHERE is_excluded") == 2
