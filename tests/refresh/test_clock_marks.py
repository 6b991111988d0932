"""A row whose local time a change of clocks skips or repeats carries the mark, through all that can happen to it."""

from __future__ import annotations

from datetime import timedelta

from firstline.home import Home
from firstline.model.vocabulary import entity
from firstline.refresh.rebuild import rebuild
from firstline.refresh.refreshing import refresh
from firstline.refresh.rows import read_rows
from firstline.refresh.undo import withdraw
from tests.homes import ARRIVAL, bring, counts

FILE = """\
source = "s"
[file]
entity = "ticket"
timezone = "Europe/Zurich"
[fields]
ticket_id = "id"
opened_at = "opened"
[[also]]
entity = "ticket_event"
when = "done is not null"
[also.fields]
ticket_id = "id"
at = "done"
type = { constant = "resolved" }
"""
ROWS = """id,opened,done
T1,2025-03-30 02:30,2025-10-26 02:30
T2,2025-10-26 02:30,
T3,2025-10-26 03:30,2025-10-27 02:30
T4,2025-10-26T02:30:00Z,
"""
MARKS = {"T1": "opened_at=skipped", "T2": "opened_at=twice", "T3": None, "T4": None}


def marks(home: Home) -> dict[str, str | None]:
    rows = home.warehouse.rows("SELECT ticket_id, unclear_times FROM ticket ORDER BY ticket_id")
    return {row["ticket_id"]: row["unclear_times"] for row in rows}


def test_the_mark_survives_a_rebuild_an_undo_and_the_same_file_again(home: Home) -> None:
    assert counts(bring(home, ROWS, mapping=FILE)) == (4, 4, 0, 0)
    assert marks(home) == MARKS
    # a mark is no content: the same rows are the same, whoever decided what their times mean
    assert counts(bring(home, ROWS, mapping=FILE, at=ARRIVAL + timedelta(days=1))) == (4, 0, 4, 0)
    rebuild(home)
    assert marks(home) == MARKS
    events = home.warehouse.rows("SELECT ticket_id, unclear_times FROM ticket_event ORDER BY ticket_id")
    assert [tuple(row.values()) for row in events] == [("T1", "at=twice"), ("T3", None)]
    later = ROWS.replace("T2,2025-10-26 02:30", "T2,2025-10-26 05:30")
    record = bring(home, later, mapping=FILE, at=ARRIVAL + timedelta(days=2))
    assert counts(record) == (4, 1, 3, 0)
    assert marks(home) == MARKS | {"T2": None}
    withdraw(home, record.batch or 0, ARRIVAL + timedelta(days=3))
    refresh(home)
    assert marks(home) == MARKS


def test_a_row_that_was_landed_before_there_were_marks_has_none(home: Home) -> None:
    bring(home, ROWS, mapping=FILE)
    (path,) = (home.path / "landing" / "ticket").glob("*.parquet")
    old, warehouse = home.path / "old.parquet", home.warehouse
    header = warehouse.value(f"SELECT decode(value) FROM parquet_kv_metadata('{path}') WHERE decode(key) = 'firstline'")
    warehouse.execute(
        f"COPY (SELECT * EXCLUDE (unclear_times) FROM '{path}') TO '{old}' "
        f"(FORMAT parquet, KV_METADATA {{firstline: '{header}'}})"
    )
    for landed, has_marks in ((path, True), (old, False)):
        read_rows(warehouse, entity("ticket"), landed, ())
        found = warehouse.rows("SELECT ticket_id, unclear_times FROM incoming ORDER BY ticket_id")
        marked = {row["ticket_id"]: row["unclear_times"] for row in found}
        assert marked == (MARKS if has_marks else dict.fromkeys(MARKS))
