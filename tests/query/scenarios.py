"""The worked examples of the catalogue as canonical rows: one scenario per KPI, in the words of its example."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.query.provider import Provider, after

MARCH, APRIL = "2026-03-01", "2026-04-01"
SPAN: dict[str, Any] = {"from": MARCH, "to": APRIL}
HOURS = (2, 3, 4, 5, 6, 8, 10, 24, 48, 120)

Scenario = Callable[[Provider], None]
SCENARIOS: dict[str, Scenario] = {}


def shows(*kpis: str) -> Callable[[Scenario], Scenario]:
    """Register the scenario for the examples of these KPIs."""

    def register(scenario: Scenario) -> Scenario:
        SCENARIOS.update(dict.fromkeys(kpis, scenario))
        return scenario

    return register


def in_march(number: int) -> str:
    """An instant of the number-th thing in March 2026, well inside the month."""
    return after("2026-03-02 00:00:00", minutes=number * 13)


@shows("ticket_volume")
def volume(provider: Provider) -> None:
    for i in range(1240):
        flags = {"merged_into": "t2000"} if i < 20 else {"is_spam": i < 40, "is_test": 40 <= i < 60}
        provider.ticket(f"t{i}", in_march(i), **flags)


@shows("driver_share")
def drivers(provider: Provider) -> None:
    for i in range(1180):
        provider.ticket(f"t{i}", in_march(i), reason_code="internet.slow" if i < 472 else f"internet.other{i % 3}")
    provider.ticket("uncoded", in_march(0))


@shows("tickets_per_1000", "truck_rolls_per_1000")
def per_subscriber(provider: Provider) -> None:
    for i in range(1180):
        provider.ticket(f"t{i}", in_march(i))
    for i in range(230):
        provider.add("truck_roll", visit_id=f"v{i}", purpose="trouble", dispatched_at=in_march(i))
    provider.add(
        "active_subscribers", "crm", period_start=MARCH, period_end=APRIL, active_subscribers=24_500, region_id="north"
    )


@shows("backlog")
def open_tickets(provider: Provider) -> None:
    """310 open before March; in March 1,180 opened, 1,196 resolved, 36 of the old ones reopened, 10 cancelled."""
    before = [f"old{i}" for i in range(346)]
    for i, name in enumerate(before):
        provider.ticket(name, after("2026-02-01", hours=i))
    for i, name in enumerate(before[:36]):
        provider.event(name, after("2026-02-20", hours=i), "resolved")
        provider.event(name, in_march(i), "reopened")
    new = [f"new{i}" for i in range(1180)]
    for i, name in enumerate(new):
        provider.ticket(name, in_march(i))
    ended = [*before[36:], *new]
    for i, name in enumerate(ended[:1206]):
        provider.event(name, after("2026-03-20", minutes=i), "resolved" if i < 1196 else "cancelled")


@shows("closure_ratio")
def closure(provider: Provider) -> None:
    for i in range(1180):
        provider.ticket(f"new{i}", in_march(i), after("2026-04-02", minutes=i))
    for i in range(1196):
        provider.ticket(f"old{i}", after("2026-02-01", minutes=i), in_march(i))


@shows("resolution_rate_1d", "resolution_rate_3d", "resolution_rate_7d", "resolution_rate_30d")
def cohort(provider: Provider) -> None:
    for i in range(1180):
        provider.ticket(f"t{i}", in_march(i), after(in_march(i), hours=20 if i < 1003 else 24 * 60))
    provider.ticket("cancelled", in_march(0))
    provider.event("cancelled", in_march(5), "cancelled")
    provider.ticket("latest", "2026-06-01 00:00:00")


@shows("reopen_rate")
def reopened(provider: Provider) -> None:
    for i in range(1150):
        provider.ticket(f"t{i}", after(in_march(i), hours=-5), in_march(i))
        if i < 46:
            provider.event(f"t{i}", after(in_march(i), days=13), "reopened", actor_kind="customer")
        elif i < 60:
            provider.event(f"t{i}", after(in_march(i), days=15), "reopened", actor_kind="customer")
    provider.ticket("latest", "2026-05-01 00:00:00", "2026-05-01 01:00:00")


@shows("escalation_rate")
def escalated(provider: Provider) -> None:
    for i in range(1110):
        provider.ticket(f"t{i}", after(in_march(i), hours=-5), in_march(i))
        provider.event(f"t{i}", after(in_march(i), hours=-4), "assigned", to_tier="2" if i >= 1100 else "1")
        if i < 143:
            provider.event(f"t{i}", after(in_march(i), hours=-2), "escalated", from_tier="1", to_tier="2")


@shows("repeat_ticket_rate_7d")
def repeats_within_a_week(provider: Provider) -> None:
    repeats(provider, 94, 5)


@shows("repeat_ticket_rate_30d")
def repeats_within_a_month(provider: Provider) -> None:
    repeats(provider, 212, 25)


def repeats(provider: Provider, count: int, days: int) -> None:
    """1,180 tickets in March; `count` of their accounts had one of the same family `days` days before."""
    provider.ticket("first", "2026-01-01 00:00:00", account_id="nobody", reason_code="internet.slow.wifi")
    for i in range(1180):
        fields = {"account_id": f"a{i}", "reason_code": "internet.slow.line"}
        provider.ticket(f"t{i}", after("2026-03-28", minutes=i), **fields)
        if i < count:
            earlier = after("2026-03-28", minutes=i, days=-days)
            reason = "internet.slow.wifi"
            provider.ticket(f"before{i}", earlier, account_id=f"a{i}", reason_code=reason, is_test=False)
        elif i < 500:
            earlier = after("2026-03-28", minutes=i, days=-1)
            provider.ticket(f"before{i}", earlier, account_id=f"a{i}", reason_code="billing.invoice", is_spam=False)


@shows("resolution_time_median", "resolution_time_p90", "resolution_time_mean")
def durations(provider: Provider) -> None:
    for i, hours in enumerate(HOURS * 5):
        provider.ticket(f"t{i}", in_march(i), after(in_march(i), hours=hours))


@shows("first_response_time_median", "first_response_time_p90")
def over_the_weekend(provider: Provider) -> None:
    for i in range(50):
        provider.ticket(f"t{i}", "2026-03-06 16:50:00", channel="email", origin="customer")
        provider.event(f"t{i}", "2026-03-06 16:51:00", "public_reply", actor_kind="bot")
        provider.event(f"t{i}", "2026-03-09 08:20:00", "public_reply", actor_kind="agent")
    provider.ticket("waiting", "2026-03-06 16:50:00", channel="email", origin="customer")


@shows("truck_rolls", "truck_roll_cost")
def trucks(provider: Provider) -> None:
    outcomes = ["completed_fixed"] * 205 + ["no_access"] * 18 + ["turned_away"] * 7
    for i, outcome in enumerate(outcomes):
        provider.add("truck_roll", visit_id=f"v{i}", purpose="trouble", dispatched_at=in_march(i), outcome=outcome)
    for i in range(30):
        provider.add(
            "truck_roll",
            visit_id=f"off{i}",
            purpose="trouble",
            scheduled_start=in_march(i),
            outcome="cancelled_before_dispatch",
        )
    provider.add("truck_roll", visit_id="install", purpose="install", dispatched_at=in_march(1))


@shows(
    "average_talk_time",
    "average_hold_time",
    "average_wrap_time",
    "aht",
    "asa",
    "abandonment_rate_raw",
    "abandonment_rate",
    "missed_call_rate",
    "service_level_a",
    "service_level_b",
    "service_level_c",
    "service_level_d",
    "service_level_e",
)
def calls(provider: Provider) -> None:
    """1,000 offered; 900 answered (750 within 20 s), 100 abandoned (40 within 10 s, 20 in 10-20 s, 40 later)."""
    for i in range(900):
        wait = 10 if i < 750 else 88
        call(provider, i, wait, "answered", talk_s=300, hold_s=30, wrap_s=60)
    for i in range(100):
        call(provider, 900 + i, 8 if i < 40 else 15 if i < 60 else 60, "abandoned_queue")


def call(provider: Provider, number: int, wait: int, disposition: str, **fields: Any) -> None:
    """One inbound call that waited so long."""
    queued = datetime.fromisoformat(in_march(number))
    leaves = queued + timedelta(seconds=wait)
    provider.add(
        "contact",
        "acd",
        contact_id=f"c{number}",
        channel="phone",
        direction="inbound",
        queue_id="support",
        entered_at=str(queued - timedelta(seconds=30)),
        queued_at=str(queued),
        answered_at=str(leaves) if disposition == "answered" else None,
        ended_at=str(leaves + timedelta(seconds=(fields.get("talk_s") or 0) + (fields.get("hold_s") or 0))),
        wait_s=wait,
        disposition=disposition,
        **fields,
    )


@shows("resolved_flag_share")
def flags(provider: Provider) -> None:
    for i in range(420):
        call(provider, i, 5, "answered", resolved_flag=None if i >= 400 else i < 236)


@shows("csat_t2b", "csat_mean", "csat_normalised")
def satisfaction(provider: Provider) -> None:
    number = 0
    for score, count in zip((1, 2, 3, 4, 5), (4, 6, 10, 30, 50), strict=True):
        for _ in range(count):
            number += 1
            survey(provider, number, "csat", score, 1, 5)


@shows("survey_response_rate")
def asked(provider: Provider) -> None:
    for number in range(1060):
        provider.add(
            "survey_invite", "surveys", invite_id=f"i{number}", sent_at=in_march(number), delivered=number >= 20
        )
        if 20 <= number < 150:
            provider.add(
                "survey_response", "surveys", response_id=f"r{number}", invite_id=f"i{number}", kind="csat",
                responded_at=after(in_march(number), days=1), score=5, scale_min=1, scale_max=5,
            )  # fmt: skip
    provider.complete_until["survey_invite"] = provider.complete_until["survey_response"] = "2026-05-01 00:00:00"


@shows("nps", "nps_relational")
def relational(provider: Provider) -> None:
    recommend(provider, "nps_relational", 0)


@shows("nps_transactional")
def transactional(provider: Provider) -> None:
    recommend(provider, "nps_transactional", 0)


@shows("nps_1_10")
def from_one(provider: Provider) -> None:
    recommend(provider, "nps_transactional", 1)


def recommend(provider: Provider, kind: str, lowest: int) -> None:
    """50 promoters, 30 passives, 20 detractors."""
    for i in range(100):
        score = 9 + i % 2 if i < 50 else 7 + i % 2 if i < 80 else 1 + i % 6
        survey(provider, i, kind, score, lowest, 10)


def survey(provider: Provider, number: int, kind: str, score: int, lowest: int, highest: int, **fields: Any) -> None:
    """One answer given in March."""
    provider.add(
        "survey_response",
        "surveys",
        response_id=f"r{number}",
        kind=kind,
        scale_min=lowest,
        scale_max=highest,
        score=score,
        responded_at=in_march(number),
        **fields,
    )


@shows("subscriber_churn_rate")
def churn(provider: Provider) -> None:
    provider.add("active_subscribers", "crm", period_start=MARCH, period_end=APRIL, active_subscribers=24_500)
    for i in range(294):
        kind = "voluntary" if i < 250 else "involuntary_nonpay"
        provider.add("churn_event", "crm", subscriber_id=f"s{i}", effective_at=in_march(i), kind=kind)
    for i, kind in enumerate(("move_transfer", "product_downgrade", "move_out_of_area", "deceased")):
        provider.add("churn_event", "crm", subscriber_id=f"apart{i}", effective_at=in_march(i), kind=kind)


@shows("churn_snapshot_share")
def snapshot(provider: Provider) -> None:
    for i in range(7043):
        provider.add(
            "subscriber_snapshot", "telco", subscriber_id=f"s{i}", as_of="2026-03-31 00:00:00", is_lost=i < 1869
        )
