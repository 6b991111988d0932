"""Outages and whom they cut off: of the small provider and of random ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.twins.dice import Dice
from tests.twins.planting import Cells, local


def small_outages() -> tuple[list[Cells], list[Cells]]:
    """Outages of the small provider, and whom they cut off; `small_outage_calls` calls into them."""
    at = local("2026-03-26 10:00")
    over = {"source": "noc", "onset_at": at, "planned": False}
    outages: list[Cells] = [
        {**over, "outage_id": "O-1", "restored_at": at + timedelta(hours=4)},
        {**over, "outage_id": "O-2", "restored_at": at + timedelta(hours=1)},
        {**over, "outage_id": "O-3", "restored_at": None},
    ]
    cut: Any = {"source": "noc", "lost_at": at}
    early = {**cut, "outage_id": "O-1", "restored_at": at + timedelta(hours=2)}
    impacts: list[Cells] = [
        # back before the outage was over; back with it; still cut off; struck out
        *({**early, "subscriber_id": each} for each in ("S3", "S7", "S10", "S11", "S17")),
        *({**cut, "outage_id": "O-2", "subscriber_id": each} for each in ("S4", "S15")),
        {**cut, "outage_id": "O-3", "subscriber_id": "S18"},
        {**cut, "outage_id": "O-1", "subscriber_id": "S5", "deleted": True},
    ]
    return outages, impacts


def small_outage_calls() -> list[Cells]:
    """Calls before, in and after these outages; about the line, about nothing known, about a bill."""
    calls: list[Cells] = []
    said = (
        ("A7", "09:59", "connectivity.slow.evening"),
        ("A10", "10:00", "connectivity.slow.evening"),
        ("A11", "12:00", "connectivity.slow.evening"),
        ("A17", "12:01", "connectivity.slow.evening"),
        ("A3", "11:00", "wifi.coverage.room"),
        ("A4", "10:59", None),
        ("A15", "11:01", "connectivity.slow.evening"),
        ("A18", "23:00", "connectivity.intermittent.drops"),
        ("A5", "10:30", "connectivity.slow.evening"),
    )
    for number, (account, when, reason) in enumerate(said):
        begins = local(f"2026-03-26 {when}")
        calls.append(
            {
                "source": "acd",
                "contact_id": f"OUT{number}",
                # chats, which no queue's summary tells of
                "channel": "live_chat",
                "direction": "inbound",
                "account_id": account,
                "entered_at": begins,
                "queued_at": begins,
                "answered_at": begins + timedelta(seconds=5),
                "ended_at": begins + timedelta(seconds=30),
                "disposition": "answered",
                "wait_s": 5,
                "talk_s": 20,
                "hold_s": 0,
                "wrap_s": 5,
                "reason_code": reason,
            }
        )
    return calls


def random_outages(seed: int, contacts: Sequence[Cells]) -> tuple[list[Cells], list[Cells]]:
    """Some, each cutting off somebody about when a contact began."""
    dice = Dice(seed + 3000)
    outages: list[Cells] = []
    impacts: list[Cells] = []
    for number in range(40):
        began: datetime = dice.one(contacts)["entered_at"]
        at = began - timedelta(minutes=dice.one((-1, 0, 1, 60, 600)))
        end = at + timedelta(minutes=dice.one((0, 1, 30, 900)))
        common = {"source": dice.one(("noc", "noc", "other")), "outage_id": f"O{number}"}
        outages.append({**common, "onset_at": at, "restored_at": dice.maybe(end, 0.7), "deleted": dice.chance(0.1)})
        for holder in {dice.number(0, 32) for _ in range(4)}:
            cut = {"subscriber_id": f"S{holder}", "lost_at": at, "restored_at": dice.maybe(end, 0.6)}
            impacts.append({**common, **cut, "deleted": dice.chance(0.1)})
    return outages, impacts
