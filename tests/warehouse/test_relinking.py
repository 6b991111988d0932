"""Linking again rewrites what changed and nothing else, and comes to what linking everything comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firstline.warehouse import facts
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.facts import build_facts
from firstline.warehouse.linking import relink
from tests.warehouse.rows import put, scratch_warehouse

START = datetime(2026, 1, 1)
LISTED = "SELECT * FROM fact_issue ORDER BY issue_id"
MEMBERS = "SELECT * FROM issue_member ORDER BY kind, source_system, row_id"


def rewritten(warehouse: Warehouse) -> tuple[int, int]:
    """Rows of `fact_issue` that the last build took out and wrote."""
    row = warehouse.row("SELECT * FROM last_linking")
    return row["n_removed"], row["n_written"]


def contact(warehouse: Warehouse, contact_id: str, account: str, day: float, **fields: Any) -> None:
    begins = START + timedelta(days=day)
    said = {
        "account_id": account,
        "channel": "phone",
        "direction": "inbound",
        "disposition": "answered",
        "entered_at": begins,
        "ended_at": begins + timedelta(minutes=5),
        "reason_code": "connectivity.slow.evening",
    }
    put(warehouse, "contact", contact_id=contact_id, **{**said, **fields})


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    """Twenty accounts, each with a call in January, two in March and one in June."""
    with scratch_warehouse() as scratch:
        for account in range(20):
            for number, day in enumerate((0, 60, 75, 150)):
                contact(scratch, f"C{account}-{number}", f"A{account}", day)
        build_facts(scratch, "UTC", ["contact"])
        yield scratch


def test_only_the_issues_between_two_quiet_gaps_are_rewritten(warehouse: Warehouse) -> None:
    assert rewritten(warehouse) == (0, 80)
    build_facts(warehouse, "UTC", ["contact"])
    assert rewritten(warehouse) == (0, 0)
    # joins the issue of day 60; that of day 75 is nearer than 30 days, January and June are not
    contact(warehouse, "late", "A7", 62)
    build_facts(warehouse, "UTC", ["contact"])
    assert rewritten(warehouse) == (2, 2)
    # a gap that is closed: March and June are one span now
    contact(warehouse, "between", "A7", 120)
    build_facts(warehouse, "UTC", ["contact"])
    assert rewritten(warehouse) == (1, 2)
    contact(warehouse, "bridge", "A7", 97)
    build_facts(warehouse, "UTC", ["contact"])
    assert rewritten(warehouse) == (4, 5)
    # what is withdrawn opens it again
    warehouse.execute("DELETE FROM contact WHERE contact_id IN ('bridge', 'between')")
    build_facts(warehouse, "UTC", ["contact"])
    assert rewritten(warehouse) == (5, 3)


def test_a_correction_rewrites_the_issues_beside_it_alone(warehouse: Warehouse) -> None:
    corrected = {"row_source": "desk", "row_id": "C3-1", "field": "reason_code", "value": "billing.payment.late"}
    put(warehouse, "row_correction", entity="contact", **corrected)
    build_facts(warehouse, "UTC", ["row_correction"])
    assert rewritten(warehouse) == (2, 2)


def test_an_outage_rewrites_the_issues_of_whom_it_cut_off_alone(warehouse: Warehouse) -> None:
    put(warehouse, "account", account_id="A3", subscriber_id="S3")
    build_facts(warehouse, "UTC", ["account"])
    lost = START + timedelta(days=149.9)
    put(warehouse, "outage_impact", outage_id="O1", subscriber_id="S3", lost_at=lost, restored_at=lost + timedelta(1))
    build_facts(warehouse, "UTC", ["outage_impact"])
    assert rewritten(warehouse) == (1, 1)
    assert warehouse.rows("SELECT issue_id FROM fact_issue WHERE is_outage") == [{"issue_id": "contact desk C3-3"}]


def test_another_version_of_the_linker_links_everything_again(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "fact_issue" not in facts.stale_facts(warehouse, "UTC")
    monkeypatch.setattr(facts, "LINKER_VERSION", 2)
    monkeypatch.setattr(relink, "LINKER_VERSION", 2)
    assert "fact_issue" in facts.stale_facts(warehouse, "UTC")
    build_facts(warehouse, "UTC", [])
    assert warehouse.row("SELECT min(linker_version) AS least, count(*) AS n FROM fact_issue") == {"least": 2, "n": 80}
    assert warehouse.value("SELECT min(linker_version) FROM issue_member") == 2


def test_facts_made_in_many_parts_are_those_made_at_once(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    facts_now = "SELECT * FROM fact_issue ORDER BY issue_id"
    at_once = warehouse.rows(facts_now)
    monkeypatch.setattr(relink, "PART_MEMBERS", 7)
    monkeypatch.setattr(facts, "LINKER_VERSION", 2)
    monkeypatch.setattr(relink, "LINKER_VERSION", 2)
    build_facts(warehouse, "UTC", [])
    assert warehouse.rows(facts_now) == [row | {"linker_version": 2} for row in at_once]


FAMILIES = ("connectivity.slow.evening", "connectivity.intermittent.drops", "wifi.coverage.room", None, "unmapped")
Change = tuple[str, Callable[[Warehouse], None]]


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """A row that comes, changes or goes, of one of two accounts or of nobody: entity and what to do."""
    number, account = draw(st.integers(0, 5)), draw(st.sampled_from(("A1", "A1", "A2", None)))
    day, family = draw(st.integers(0, 90)), draw(st.sampled_from(FAMILIES))
    kind = draw(st.sampled_from(("contact", "contact", "ticket", "ticket_event", "truck_roll", "gone")))
    named = draw(st.sampled_from((None, None, "T0", "T1")))
    at = START + timedelta(days=day)

    def make(warehouse: Warehouse) -> None:
        fields: dict[str, Any]
        known = str(START + timedelta(seconds=warehouse.value("SELECT count(*) FROM contact_version")))
        if kind == "contact":
            disposition = "failed" if number == 0 else "answered"
            contact(
                warehouse,
                f"C{number}",
                account or "",
                day,
                **{"account_id": account, "reason_code": family, "ticket_id": named, "disposition": disposition},
                known_at=known,
            )
        elif kind == "ticket":
            fields = {"account_id": account, "opened_at": at, "reason_code": family, "merged_into": named}
            put(warehouse, "ticket", ticket_id=f"T{number}", known_at=known, **fields)
        elif kind == "ticket_event":
            type_ = ("resolved", "reopened")[number % 2]
            put(warehouse, "ticket_event", ticket_id=f"T{number % 3}", seq=day, at=at, type=type_, actor_kind="agent")
        elif kind == "truck_roll":
            fields = {"account_id": account, "dispatched_at": at, "purpose": "trouble", "ticket_id": named}
            put(warehouse, "truck_roll", visit_id=f"V{number}", known_at=known, **fields)
        else:
            warehouse.execute("DELETE FROM contact WHERE contact_id = ?", [f"C{number}"])

    return ("contact" if kind == "gone" else kind, make)


# some ten builds of what contacts and tickets lead to: a fifth of a second each
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(batches=st.lists(st.lists(changes(), min_size=1, max_size=8), min_size=2, max_size=3))
def test_batch_by_batch_comes_to_what_linking_everything_comes_to(batches: list[list[Change]]) -> None:
    with scratch_warehouse() as warehouse:
        for batch in batches:
            for _, make in batch:
                make(warehouse)
            build_facts(warehouse, "UTC", {entity for entity, _ in batch})
        bit_by_bit = warehouse.rows(LISTED), warehouse.rows(MEMBERS)
        warehouse.execute("DELETE FROM fact_fingerprint WHERE model = 'fact_issue'")
        build_facts(warehouse, "UTC", [])
        assert (warehouse.rows(LISTED), warehouse.rows(MEMBERS)) == bit_by_bit
