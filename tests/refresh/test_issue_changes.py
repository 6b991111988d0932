"""Issues follow whatever can change a row: the order of imports, codes, identities, corrections, exclusions, undo."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from firstline.home import Home
from firstline.intake.corrections import RowKey, correct_rows
from firstline.refresh.rebuild import rebuild
from firstline.refresh.refreshing import refresh
from firstline.refresh.undo import withdraw
from firstline.settings import Settings
from tests.homes import ARRIVAL, bring, moment

CALLS = """contact_id,account_id,service_id,channel,direction,disposition,entered_at,ended_at,reason_code,ticket_id
C1,A1,,phone,inbound,answered,2026-03-02 10:00:00,2026-03-02 10:05:00,slow,
C2,A1,,phone,inbound,answered,2026-03-05 10:00:00,2026-03-05 10:05:00,slow,T1
C3,A2,,phone,inbound,answered,2026-03-02 10:00:00,2026-03-02 10:05:00,drops,
C4,A2,,phone,inbound,answered,2026-03-06 10:00:00,2026-03-06 10:05:00,slow,
C5,,V9,phone,inbound,answered,2026-03-07 10:00:00,2026-03-07 10:05:00,slow,
C6,A1,,phone,inbound,answered,2026-06-01 10:00:00,2026-06-01 10:05:00,bill,
"""
MORE = """contact_id,account_id,service_id,channel,direction,disposition,entered_at,ended_at,reason_code,ticket_id
C7,A1,,phone,inbound,answered,2026-03-20 10:00:00,2026-03-20 10:05:00,slow,
C8,A3,,phone,inbound,answered,2026-03-20 10:00:00,2026-03-20 10:05:00,slow,
"""
TICKETS = """ticket_id,account_id,opened_at,type,reason_code
T1,A1,2026-03-02 10:04:00,trouble,slow
T2,A3,2026-03-01 09:00:00,trouble,slow
"""
EVENTS = "ticket_id,seq,at,type\nT1,1,2026-03-16 12:00:00,resolved\n"
FILES = {"contact": CALLS, "more": MORE, "ticket": TICKETS, "ticket_event": EVENTS}
EXPECTED = {
    "C1": "contact canonical C1",
    "C2": "contact canonical C1",
    "C3": "contact canonical C3",
    "C4": "contact canonical C4",
    "C5": "contact canonical C5",
    "C6": "contact canonical C6",
    "C7": "contact canonical C1",
    "C8": "ticket canonical T2",
    "T1": "contact canonical C1",
    "T2": "ticket canonical T2",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    opened = Home.open(tmp_path / "home")
    opened.settings = Settings(timezone="UTC")
    return opened


def load(home: Home, name: str) -> int:
    entity = "contact" if name == "more" else name
    record = bring(home, FILES[name], entity=entity, exported_at=moment("2026-06-02"))
    assert record.error is None, record.error
    return record.batch or 0


def issues(home: Home) -> dict[str, str]:
    rows = home.warehouse.rows("SELECT row_id, issue_id FROM issue_member ORDER BY row_id")
    return {row["row_id"]: row["issue_id"] for row in rows}


def state(home: Home) -> list[object]:
    """Everything that is known of issues."""
    return [home.warehouse.rows(f"SELECT * FROM {table} ORDER BY ALL") for table in ("fact_issue", "issue_member")]


@pytest.mark.parametrize("seed", range(2))
def test_any_order_of_loading_gives_the_same_chains(home: Home, seed: int) -> None:
    for name in Random(seed).sample(sorted(FILES), len(FILES)):
        load(home, name)
    assert issues(home) == EXPECTED
    home.close()


# one home through all of it: a dozen refreshes and a rebuild
def test_whatever_changes_a_row_links_it_again_and_undo_takes_it_back(home: Home) -> None:
    for name in FILES:
        load(home, name)
    before = state(home)
    fourth = RowKey("canonical", "C4")

    def undone(batch: int | None) -> None:
        withdraw(home, batch or 0, ARRIVAL)
        refresh(home)
        assert state(home) == before

    codes = "code_source,field,value,meaning\n"
    codes += "".join(f"canonical,contact.reason_code,{code},connectivity.slow.evening\n" for code in ("slow", "drops"))
    mapped = bring(home, codes, entity="code_meaning")
    assert issues(home)["C4"] == "contact canonical C3"
    undone(mapped.batch)

    line = bring(home, "service_id,account_id\nV9,A2\n", entity="service")
    assert issues(home)["C5"] == "contact canonical C4"
    undone(line.batch)

    corrected = correct_rows(home, "contact", [fourth], {"reason_code": "drops"}, "misheard", ARRIVAL)
    refresh(home)
    assert issues(home)["C4"] == "contact canonical C3"
    undone(corrected.batch)

    taken_out = correct_rows(home, "contact", [RowKey("canonical", "C1")], {"excluded": "true"}, "a drill", ARRIVAL)
    refresh(home)
    # it is an issue of its own, and its chain begins with what came next
    own = "contact canonical C1"
    others = {name: "ticket canonical T1" for name, issue in EXPECTED.items() if issue == own and name != "C1"}
    assert issues(home) == {**EXPECTED, **others}
    assert home.warehouse.value("SELECT is_excluded FROM fact_issue WHERE issue_id = 'contact canonical C1'")
    undone(taken_out.batch)

    withdraw(home, 3, ARRIVAL)
    refresh(home)
    assert issues(home)["C7"] == "contact canonical C7"
    known = state(home)
    rebuild(home)
    assert state(home) == known
    home.close()
