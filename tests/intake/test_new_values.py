"""New values of a translated column are listed and counted, and stop nothing."""

from __future__ import annotations

import pytest

from firstline.home import Home
from tests.homes import bring, counts

MAPPING = """source = "desk"
[file]
entity = "ticket"
[fields]
ticket_id = "id"
opened_at = "opened"
type = { column = "kind", values = { Fault = "trouble" } }
channel = "way"
priority = { column = "urgency", values = { Hoch = "high" } }
account_id = "account"
"""
HEADER = "id,opened,kind,way,urgency,account\n"


def told(home: Home, rows: str) -> list[tuple[str, str, int]]:
    record = bring(home, HEADER + rows, mapping=MAPPING)
    assert counts(record) == (4, 4, 0, 0)
    (batch,) = home.ledger.batches()
    assert [each.model_dump() for each in batch.new_values] == list(record.new_values)
    return [(f"{each['entity']}.{each['field']}", each["value"], each["rows"]) for each in record.new_values]


def test_they_are_listed_by_column_and_count_and_every_row_is_accepted(home: Home) -> None:
    rows = (
        "1,2026-01-01,Order,Fax,hoch,a\n2,2026-01-01,Umzug,fax,mittel,b\n"
        "3,2026-01-01,umzug,Phone,HIGH,c\n4,2026-01-01,Fault,,Mittel,d\n"
    )
    # a word of the list, of the table or meant by it is known, in any case; other columns are not asked
    assert told(home, rows) == [
        ("ticket.type", "Umzug", 2),
        ("ticket.channel", "Fax", 2),
        ("ticket.priority", "Mittel", 2),
    ]


def test_a_file_without_any_says_nothing(home: Home) -> None:
    rows = "".join(f"{number},2026-01-01,fault,phone,hoch,a\n" for number in range(4))
    assert told(home, rows) == []


def test_of_a_file_in_several_batches_the_last_one_tells(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("firstline.intake.accept.ROWS_PER_BATCH", 2)
    rows = "".join(f"{number},2026-01-01,odd,phone,hoch,a\n" for number in range(4))
    assert bring(home, HEADER + rows, mapping=MAPPING).batches == (1, 2)
    assert [[(each.value, each.rows) for each in batch.new_values] for batch in home.ledger.batches()] == [
        [],
        [("odd", 4)],
    ]
