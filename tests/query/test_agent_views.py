"""Who an agent or a team is judged by: what hangs on an outage stays in volumes and leaves their shares and means."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from firstline.query.answer import Record
from tests.query.provider import Provider, after

LABEL = "Belongs to an outage's master ticket"
OF_ISSUES = "Belongs to an outage"
TICKETS = ("resolution_time_mean", "resolution_time_median", "reopen_rate", "resolution_rate_7d")
CALLS = ("average_talk_time", "average_hold_time", "average_wrap_time", "aht", "asa", "resolved_flag_share")
VIEWS = ({"group": "agent"}, {"where": "agent=ann"}, {"group": "team"}, {"where": "team=one"})


@cache
def provider() -> Provider:
    """Ann of team one resolves 40 tickets within an hour each, and 10 children of an outage after 20 hours.

    She talks for a minute about each of the first, and is rated 5; for ten minutes about each child, and is rated 1.
    """
    made = Provider()
    made.add("agent", "hr", agent_id="ann", team="one")
    made.ticket("master", "2026-03-02 00:00:00", "2026-03-02 20:00:00")
    for i in range(50):
        opened = after("2026-03-02 00:00:00", minutes=i)
        child = {"parent_ticket_id": "master"} if i >= 40 else {}
        made.ticket(f"t{i}", opened, after(opened, hours=20 if child else 1), account_id=f"a{i}", **child)
        # one of the calls is about the master itself
        talk_s, ticket_id = (600, "master" if i == 49 else f"t{i}") if child else (60, f"t{i}")
        made.add(
            "contact", "acd", contact_id=f"c{i}", channel="phone", direction="inbound", disposition="answered",
            account_id=f"a{i}", agent_id="ann", ticket_id=ticket_id, entered_at=opened, queued_at=opened,
            answered_at=opened, ended_at=after(opened, seconds=talk_s), wait_s=10 * (1 + len(child)), talk_s=talk_s,
            hold_s=0, wrap_s=0, resolved_flag=not child,
        )  # fmt: skip
        made.add(
            "survey_response", "surveys", response_id=f"y{i}", contact_id=f"c{i}", kind="csat", scale_min=1,
            scale_max=5, score=1 if child else 5, responded_at=after(opened, days=2),
        )  # fmt: skip
        made.add(
            "survey_response", "surveys", response_id=f"z{i}", contact_id=f"c{i}", kind="fcr", scale_min=0, scale_max=1,
            score=0 if child else 1, responded_at=after(opened, days=2),
        )  # fmt: skip
    entities = ("ticket", "ticket_event", "contact", "survey_response")
    made.complete_until = dict.fromkeys(entities, "2026-06-01 00:00:00")
    made.build()
    return made


def one(kpi: str, **options: Any) -> Record:
    return provider().one(kpi, **{"from": "2026-03-01", "to": "2026-04-01"}, **options)


@pytest.mark.parametrize("options", VIEWS)
def test_an_outage_s_tickets_leave_the_means_of_agents_and_are_counted(options: dict[str, str]) -> None:
    for kpi in TICKETS:
        assert one(kpi, **options).exclusions[LABEL] == 10
        assert LABEL not in one(kpi).exclusions
    assert one("resolution_time_mean", **options).value == 3600
    assert one("resolution_time_mean").value == (40 * 1 + 10 * 20) / 50 * 3600


@pytest.mark.parametrize("options", VIEWS)
def test_calls_and_answers_about_them_leave_the_means_of_agents_and_are_counted(options: dict[str, str]) -> None:
    for kpi in (*CALLS, "csat_t2b", "csat_mean"):
        assert one(kpi, **options).exclusions[LABEL] == 10
        assert LABEL not in one(kpi).exclusions
    assert (one("aht", **options).value, one("aht").value) == (60, (40 * 60 + 10 * 600) / 50)
    assert (one("csat_t2b", **options).value, one("csat_t2b").value) == (1, 40 / 50)


def test_they_stay_in_the_volumes_of_agents() -> None:
    volumes = provider().ask("ticket_volume", group="agent", **{"from": "2026-03-01", "to": "2026-04-01"}).records
    assert sum(record.value or 0 for record in volumes) == one("ticket_volume").value == 50


def test_what_customers_say_of_an_outage_s_issues_leaves_first_contact_resolution() -> None:
    told = one("fcr_survey")
    assert (told.value, told.n, told.exclusions[OF_ISSUES]) == (1, 40, 10)


def test_demand_and_handling_can_be_read_with_and_without_outages() -> None:
    for kpi, without, of_them in (("ticket_volume", 40, 10), ("aht", 60, 600), ("csat_mean", 5, 1)):
        assert one(kpi, where="outage=no").value == without
        assert provider().ask(kpi, where="outage=yes").records[0].numerator == of_them * (1 if without == 40 else 10)
