"""Tickets of which nobody says everything: who reopened one, since when it is over, whom it was handed to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from firstline.warehouse.engine import Row
from tests.query.provider import Provider

D1, D2, D3, D4 = (f"2026-03-0{day} 09:00:00" for day in (1, 2, 3, 4))


@pytest.fixture
def provider() -> Provider:
    return Provider()


def fact(provider: Provider, ticket_id: str = "t") -> Row:
    provider.build()
    return provider.warehouse.row("SELECT * FROM fact_ticket WHERE ticket_id = ?", [ticket_id])


def open_at_the_end(provider: Provider, day: str) -> float | None:
    return provider.one("backlog", **{"from": day, "to": f"{day[:8]}{int(day[8:]) + 1:02}"}).value


@pytest.mark.parametrize("who", ["bot", "system", "customer", "agent", None])
def test_a_second_resolution_that_reopens_is_no_thank_you_whoever_did_it(provider: Provider, who: str | None) -> None:
    provider.ticket("t", D1, D2)
    provider.event("t", D4, "resolved", reopens=True, actor_kind=who)
    assert fact(provider)["reopened_at"] == datetime.fromisoformat(D4)


def test_a_thank_you_that_is_only_closed_or_called_off_is_a_reopening(provider: Provider) -> None:
    for kind in ("closed", "cancelled"):
        provider.ticket(kind, D1, D2)
        provider.event(kind, D3, "reopened", actor_kind="system")
        provider.event(kind, "2026-03-03 09:05:00", kind)
        provider.event(kind, "2026-03-03 09:10:00", "resolved")
        assert fact(provider, kind)["reopened_at"] == datetime.fromisoformat(D3)


def test_what_is_dated_before_the_opening_leaves_no_hole_in_the_backlog(provider: Provider) -> None:
    provider.ticket("other", D1)
    provider.ticket("t", D3)
    provider.event("t", D1, "resolved")
    provider.event("t", D2, "reopened")
    provider.event("t", "2026-03-02 12:00:00", "cancelled")
    assert [open_at_the_end(provider, day) for day in ("2026-03-01", "2026-03-02", "2026-03-03")] == [1, 1, 1]
    flow = provider.warehouse.rows("SELECT happened_at, delta FROM fact_ticket_flow WHERE ticket_id = 't'")
    assert {str(row["happened_at"]) for row in flow} == {D3}
    assert sum(row["delta"] for row in flow) == 0


@pytest.mark.parametrize("status", ["resolved", "closed", "cancelled", "rejected"])
def test_a_ticket_that_is_over_nobody_knows_since_when_is_left_out_of_the_backlog_and_counted(
    provider: Provider, status: str
) -> None:
    provider.ticket("open", D1)
    provider.ticket("over", D1, current_status=status)
    provider.ticket("open again", D1, D2, current_status=status, version_at=D4)
    provider.event("open again", D3, "reopened", actor_kind="agent")
    record = provider.one("backlog", **{"from": "2026-03-04", "to": "2026-03-05"})
    assert record.value == 1
    assert record.exclusions == {"Ended by its record, but no event says when": 2}


def test_a_record_that_is_older_than_the_reopening_does_not_end_the_ticket(provider: Provider) -> None:
    for status in ("closed", "cancelled", "rejected"):
        provider.ticket(status, D1, D2, current_status=status, version_at="2026-03-02 10:00:00")
        provider.event(status, D3, "reopened", actor_kind="agent")
        row = fact(provider, status)
        assert not any(row[name] for name in ("is_done_undated", "is_cancelled", "is_rejected"))
    assert open_at_the_end(provider, "2026-03-04") == 3


def test_a_merged_ticket_that_was_resolved_before_is_known_to_be_over_since_then(provider: Provider) -> None:
    provider.ticket("t", D1, D2, merged_into="other")
    assert [open_at_the_end(provider, day) for day in ("2026-03-01", "2026-03-02")] == [1, 0]


INSIDE = {"team": "inside", "employer": "in_house", "tier": "1"}
SECOND = {"team": "second", "employer": "in_house", "tier": "2"}
OUTSIDE = {"team": "outside", "employer": "vendor", "tier": "1"}


@pytest.mark.parametrize(
    ("hand_over", "goes_up"),
    [
        ({"from_tier": "1", "to_tier": "vendor"}, True),
        ({"to_tier": "vendor"}, True),
        ({"from_tier": "2", "to_tier": "vendor"}, False),
        ({"to_team": "outside"}, True),
        ({"from_team": "inside", "to_team": "outside"}, True),
        ({"from_tier": "1", "to_tier": "2", "to_team": "outside"}, True),
        # an outside desk can be tier 1 itself
        ({"from_tier": "1", "to_tier": "1", "to_team": "outside"}, False),
        ({"from_team": "outside", "to_team": "outside"}, False),
        # left tier 2, in the team's words or its own
        ({"from_team": "second", "to_team": "outside"}, False),
        ({"from_team": "second", "from_tier": "1", "to_team": "outside"}, True),
        # not known to be all a vendor's
        ({"to_team": "mixed"}, False),
        ({"to_team": "unsure"}, False),
        ({"to_team": "nobody knows"}, False),
        # a peer
        ({"from_tier": "1", "to_tier": "2", "to_team": "second"}, False),
        ({"from_team": "inside", "to_team": "inside"}, False),
    ],
)
def test_a_hand_over_goes_up_where_it_leaves_tier_1_for_an_outside_firm(
    provider: Provider, hand_over: dict[str, str], goes_up: bool
) -> None:
    mixed: list[dict[str, Any]] = [{"team": "mixed", "employer": "vendor"}, {"team": "mixed", "employer": "in_house"}]
    unsure: list[dict[str, Any]] = [{"team": "unsure", "employer": "vendor"}, {"team": "unsure", "employer": None}]
    for number, agent in enumerate([INSIDE, SECOND, OUTSIDE, *mixed, *unsure]):
        provider.add("agent", "hr", agent_id=f"g{number}", **agent)
    provider.ticket("t", D1, D4)
    provider.event("t", D2, "reassigned", **hand_over)
    row = fact(provider)
    assert (row["escalated_at"] is not None) is goes_up
    assert row["entered_tier"] == hand_over.get("from_tier", "1")


def test_a_team_is_a_vendor_s_only_while_all_in_it_are(provider: Provider) -> None:
    provider.add("agent", "hr", source_id="1", agent_id="g", team="lent", employer="in_house", valid_to=D2)
    provider.add("agent", "hr", source_id="2", agent_id="g", team="lent", employer="vendor", valid_from=D2)
    for name, at in (("before", "2026-03-01 12:00:00"), ("after", D3)):
        provider.ticket(name, D1)
        provider.event(name, at, "reassigned", to_team="lent")
    assert [fact(provider, name)["escalated_at"] is not None for name in ("before", "after")] == [False, True]
