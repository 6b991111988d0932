"""A text that its field's list has not got stays with the row, so that the code table can give it a meaning later."""

from __future__ import annotations

import json

from firstline.home import Home
from firstline.intake.stage import LONGEST_CODE
from tests.homes import bring, counts, moment

HEADER = "ticket_id,opened_at,type,current_status,reason_code\n"


def kept(home: Home) -> dict[str, object]:
    rows = home.warehouse.rows("SELECT ticket_id, unread_codes FROM ticket ORDER BY ticket_id")
    return {row["ticket_id"]: row["unread_codes"] and json.loads(row["unread_codes"]) for row in rows}


def test_the_text_of_a_closed_list_is_kept_and_nothing_else(home: Home) -> None:
    rows = '1,2026-01-01,"Störung ""A""",zu,slow\n2,2026-01-01,order,,odd\n3,2026-01-01,,closed,\n'
    record = bring(home, HEADER + rows, entity="ticket")
    assert record.accepted == 3
    assert kept(home) == {"1": {"type": 'Störung "A"', "current_status": "zu"}, "2": None, "3": None}


def test_a_long_text_is_no_code(home: Home) -> None:
    longest, longer = "x" * LONGEST_CODE, "x" * (LONGEST_CODE + 1)
    bring(home, f"{HEADER}1,2026-01-01,{longest},,\n2,2026-01-01,{longer},,\n", entity="ticket")
    assert kept(home) == {"1": {"type": longest}, "2": None}


def test_the_word_of_the_source_is_kept_where_a_mapping_translates_others(home: Home) -> None:
    mapping = """source = "desk"
[file]
entity = "ticket"
[fields]
ticket_id = "ticket_id"
opened_at = "opened_at"
type = { column = "type", values = { Fault = "trouble" } }
"""
    bring(home, HEADER + "1,2026-01-01,fault,,\n2,2026-01-01,Rechnung,,\n", mapping=mapping)
    assert kept(home) == {"1": None, "2": {"type": "Rechnung"}}


def test_another_unread_text_is_another_version(home: Home) -> None:
    row = HEADER + "1,2026-01-01,{},,\n"
    bring(home, row.format("odd"), entity="ticket", at=moment("2026-02-01"))
    assert counts(bring(home, row.format("odd"), entity="ticket", at=moment("2026-02-02"))) == (1, 0, 1, 0)
    assert counts(bring(home, row.format("even"), entity="ticket", at=moment("2026-02-03"))) == (1, 1, 0, 0)
    assert kept(home) == {"1": {"type": "even"}}
