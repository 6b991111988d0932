"""Who an agent is judged by: an outage's tickets stay in volumes and leave the shares and means of agents."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from firstline.query.answer import Record
from tests.query.provider import Provider, after

LABEL = "Belongs to an outage's master ticket"
MEANS = ("resolution_time_mean", "resolution_time_median", "reopen_rate", "resolution_rate_7d")


@cache
def provider() -> Provider:
    """Ann resolves 40 tickets within an hour each, and 10 children of an outage after 20 hours."""
    made = Provider()
    made.ticket("master", "2026-03-02 00:00:00", "2026-03-02 20:00:00")
    for i in range(50):
        opened = after("2026-03-02 00:00:00", minutes=i)
        child = {"parent_ticket_id": "master"} if i >= 40 else {}
        made.ticket(f"t{i}", opened, after(opened, hours=20 if child else 1), **child)
    made.complete_until = dict.fromkeys(("ticket", "ticket_event"), "2026-06-01 00:00:00")
    made.build()
    return made


def one(kpi: str, **options: Any) -> Record:
    return provider().one(kpi, **{"from": "2026-03-01", "to": "2026-04-01"}, **options)


@pytest.mark.parametrize("options", [{"group": "agent"}, {"where": "agent=ann"}])
def test_an_outage_s_tickets_leave_the_means_of_agents_and_are_counted(options: dict[str, str]) -> None:
    for kpi in MEANS:
        assert one(kpi, **options).exclusions[LABEL] == 10
        assert LABEL not in one(kpi).exclusions
    assert one("resolution_time_mean", **options).value == 3600
    assert one("resolution_time_mean").value == (40 * 1 + 10 * 20) / 50 * 3600


def test_they_stay_in_the_volumes_of_agents() -> None:
    volumes = provider().ask("ticket_volume", group="agent", **{"from": "2026-03-01", "to": "2026-04-01"}).records
    assert sum(record.value or 0 for record in volumes) == one("ticket_volume").value == 50
