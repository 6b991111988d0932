"""The worked examples of first contact resolution and of interactions, as canonical rows."""

from __future__ import annotations

from itertools import product
from typing import Any

from tests.query.provider import Provider, after
from tests.query.scenarios import in_march, shows

FOLLOWED = tuple(
    f"fcr_window{window}{scope}"
    for window, scope in product(
        ("", "_1d", "_3d", "_14d", "_30d"), ("", "_same_channel", "_strict", "_strict_same_channel")
    )
)
APRIL_4 = "2026-04-04 12:00:00"


def call(provider: Provider, contact_id: str, account: str, at: str, **fields: Any) -> None:
    """An answered call of five minutes about a slow line."""
    said = {
        "channel": "phone",
        "direction": "inbound",
        "disposition": "answered",
        "reason_code": "connectivity.slow.evening",
        "ended_at": after(at, minutes=5),
    }
    provider.add("contact", contact_id=contact_id, account_id=account, entered_at=at, **{**said, **fields})


@shows(*FOLLOWED)
def followed(provider: Provider) -> None:
    """380 in early March, of which 175 call again the same day; 20 on the last day of data, of which 2 do."""
    for i in range(380):
        call(provider, f"c{i}", f"A{i}", in_march(i))
        if i >= 205:
            call(provider, f"again{i}", f"A{i}", after(in_march(i), hours=3))
    for i in range(20):
        begins = after(APRIL_4, minutes=i)
        call(provider, f"young{i}", f"Y{i}", begins)
        if i >= 18:
            call(provider, f"young again{i}", f"Y{i}", after(begins, hours=3))
    provider.complete_until = {"contact": "2026-04-05 00:00:00"}


@shows("fcr_window_net")
def listed(provider: Provider) -> None:
    """380 issues, of which 175 call again the same day; of these 40 by what no first contact can do."""
    for i in range(380):
        call(provider, f"c{i}", f"A{i}", in_march(i))
        if i >= 205:
            call(provider, f"again{i}", f"A{i}", after(in_march(i), hours=3))
        if i >= 340:
            done = after(in_march(i), hours=30)
            provider.ticket(f"t{i}", in_march(i), done, account_id=f"A{i}", resolution_code="equipment_swap")
    provider.complete_until = {name: "2026-04-20 00:00:00" for name in ("contact", "ticket", "ticket_event")}


@shows("fcr_single", "fcr_single_strict", "fcr_net", "fcr_not_resolvable_share")
def flagged(provider: Provider) -> None:
    """400 issues, 236 resolved in the first contact; 80 of the others by what no first contact can do."""
    for i in range(400):
        call(provider, f"c{i}", f"A{i}", in_march(i), resolved_flag=i < 236)
        if i >= 320:
            done = after(in_march(i), hours=30)
            provider.ticket(f"t{i}", in_march(i), done, account_id=f"A{i}", resolution_code="physical_damage")
    provider.complete_until = {name: "2026-04-20 00:00:00" for name in ("contact", "ticket", "ticket_event")}


def ticketed(provider: Provider) -> None:
    """The same without any flag: each issue's ticket is resolved with the call or 30 hours later; 10 have none."""
    for i in range(400):
        at = in_march(i)
        done = after(at, minutes=10) if i < 236 else after(at, hours=30)
        call(provider, f"c{i}", f"A{i}", at)
        provider.ticket(f"t{i}", at, done, account_id=f"A{i}", resolution_code="physical_damage" if i >= 320 else None)
    for i in range(10):
        call(provider, f"alone{i}", f"B{i}", "2026-03-25 10:00:00")
    provider.complete_until = {name: "2026-04-20 00:00:00" for name in ("contact", "ticket", "ticket_event")}


@shows("fcr_survey")
def asked(provider: Provider) -> None:
    for i in range(140):
        call(provider, f"c{i}", f"A{i}", in_march(i))
        provider.add(
            "survey_invite", "helpdesk", invite_id=f"n{i}", contact_id=f"c{i}", sent_at=after(in_march(i), days=2)
        )
        score = 1 if i < 96 else 0 if i < 130 else None
        answered = {"invite_id": f"n{i}", "kind": "fcr", "scale_min": 0, "scale_max": 1, "score": score}
        provider.add(
            "survey_response", "helpdesk", response_id=f"r{i}", responded_at=after(in_march(i), days=3), **answered
        )


@shows(
    "interactions_to_resolution",
    "interactions_to_resolution_median",
    "interactions_to_resolution_p90",
    "one_touch_share",
)
def replied(provider: Provider) -> None:
    """1,150 issues by e-mail, half of them resolved with one reply and half with two."""
    agent = {"actor_kind": "agent", "actor_id": "ann"}
    for i in range(1150):
        provider.ticket(f"t{i}", in_march(i), after(in_march(i), hours=5), account_id=f"A{i}", channel="email")
        provider.event(f"t{i}", after(in_march(i), hours=1), "public_reply", **agent)
        if i % 2:
            provider.event(f"t{i}", after(in_march(i), hours=2), "public_reply", **agent)
