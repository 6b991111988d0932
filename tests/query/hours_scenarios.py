"""The worked examples of business time, of time that was ours, and of promises kept, as canonical rows."""

from __future__ import annotations

from tests.query.provider import Provider, after
from tests.query.scenarios import in_march, shows

IN_HOURS = tuple(f"{what}_business" for what in (
    "resolution_time_median", "resolution_time_p90", "resolution_time_mean",
    "first_response_time_median", "first_response_time_p90",
))  # fmt: skip
OURS = ("resolution_time_median_our_clock", "resolution_time_p90_our_clock")


def office_hours(provider: Provider, calendar: str = "office", zone: str = "UTC") -> None:
    """Open Monday to Friday from 08:00 to 17:00."""
    for weekday in range(1, 6):
        provider.add(
            "business_calendar", "setup", calendar_id=calendar, tz=zone, weekday=weekday, opens="08:00", closes="17:00"
        )


@shows(*IN_HOURS)
def over_a_weekend(provider: Provider) -> None:
    office_hours(provider)
    provider.add("queue", "setup", queue_id="support", calendar_id="office")
    for i in range(50):
        fields = {"channel": "email", "origin": "customer", "queue_id": "support"}
        provider.ticket(f"t{i}", "2026-03-06 16:50:00", "2026-03-09 08:20:00", **fields)
        provider.event(f"t{i}", "2026-03-09 08:20:00", "public_reply", actor_kind="agent")


@shows(*OURS)
def waiting(provider: Provider) -> None:
    for i in range(50):
        provider.ticket(f"t{i}", in_march(i), after(in_march(i), hours=10))
        provider.event(f"t{i}", after(in_march(i), hours=1), "pending_customer")
        provider.event(f"t{i}", after(in_march(i), hours=2), "public_reply", actor_kind="agent")
        provider.event(f"t{i}", after(in_march(i), hours=5), "customer_reply")


@shows("first_response_within_target")
def answered(provider: Provider) -> None:
    """100 e-mails and a target of an hour: 90 answered after 30 minutes, 6 after two hours, 4 not at all."""
    provider.add("sla_policy", "setup", policy_id="answer", clock="first_response", target_s=3600)
    for i in range(100):
        provider.ticket(f"t{i}", in_march(i), channel="email", origin="customer")
        if i < 96:
            at = after(in_march(i), minutes=30 if i < 90 else 120)
            provider.event(f"t{i}", at, "public_reply", actor_kind="agent")
    provider.ticket("latest", "2026-05-01 00:00:00", channel="email")


@shows("sla_attainment")
def promised(provider: Provider) -> None:
    """1,150 tickets to be resolved in four hours: 1,080 in time, 40 late, 30 still open."""
    provider.add("sla_policy", "setup", policy_id="solve", clock="resolution", target_s=14_400)
    for i in range(1150):
        hours = 3 if i < 1080 else 9
        provider.ticket(f"t{i}", in_march(i), after(in_march(i), hours=hours) if i < 1120 else None)
    provider.ticket("latest", "2026-05-01 00:00:00", "2026-05-01 01:00:00")
