"""An event log without ids of its own: two identical events in one second count once, and the import says how many."""

from __future__ import annotations

import pytest

from firstline.home import Home
from tests.homes import bring, counts

LOG = """\
source = "log"
[file]
timezone = "UTC"
[events]
case = "case"
activity = "what"
at = "when"
[events.values]
New = "opened"
Reply = "public_reply"
"""
HEAD = "case,what,when\n"
NEW = "A,New,2026-01-01 10:00:00\n"
REPLY = "A,Reply,2026-01-01 10:00:05\n"


def events(home: Home) -> int:
    return int(home.warehouse.value("SELECT count(*) FROM ticket_event") or 0)


def test_identical_events_of_one_second_count_once_and_are_told(home: Home) -> None:
    record = bring(home, HEAD + NEW + REPLY * 3, mapping=LOG)
    assert counts(record) == (4, 2, 2, 0)
    assert events(home) == 2
    assert any("ticket_event: 2 rows have no id of their own" in told and "row 2" in told for told in record.warnings)


def test_events_that_differ_only_in_their_place_count_once(home: Home) -> None:
    record = bring(home, HEAD + REPLY + NEW + "B,New,2026-01-02\n" + REPLY, mapping=LOG)
    assert counts(record) == (4, 3, 1, 0)
    assert any("1 rows have no id of their own" in told for told in record.warnings)
    again = bring(home, HEAD + NEW + REPLY + REPLY + "B,New,2026-01-02\n", mapping=LOG)
    assert counts(again) == (4, 0, 4, 0)
    assert events(home) == 3


@pytest.mark.parametrize(
    "other", ["A,Reply,2026-01-01 10:00:06\n", "A,Note,2026-01-01 10:00:05\n", "B,Reply,2026-01-01 10:00:05\n"]
)
def test_events_that_differ_in_anything_are_two(home: Home, other: str) -> None:
    record = bring(home, HEAD + REPLY + other, mapping=LOG)
    assert counts(record)[1] == 2
    assert not any("no id of their own" in told for told in record.warnings)


def test_events_that_the_source_numbers_are_as_many_as_it_says(home: Home) -> None:
    text = "ticket_id,seq,at,type\nA,1,2026-01-01,public_reply\nA,2,2026-01-01,public_reply\n"
    record = bring(home, text, entity="ticket_event")
    assert counts(record) == (2, 2, 0, 0)
    assert not any("no id of their own" in told for told in record.warnings)


def test_rows_with_an_id_are_not_told_as_repeated(home: Home) -> None:
    record = bring(home, "ticket_id,opened_at\n" + "T1,2026-01-01\n" * 3)
    assert counts(record) == (3, 1, 2, 0)
    assert not any("no id of their own" in told for told in record.warnings)
