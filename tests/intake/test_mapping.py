"""The mapping file: what it can say, and how it tells its author what is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from firstline.home import Home
from tests.homes import bring, counts, moment

CALLS = "Call Id,Date,Time,Answered (Y/N),Wait,Talk,Rating\n" + (
    "C1,2026-01-01,09:12:58,Y,10,00:02:23,4\nC2,2026-01-01,10:00:00,N,,,\nC3,2026-01-02,11:00:00,Y,5,00:00:30,\n"
)
MAPPING = """\
source = "acd"
[file]
entity = "contact"
timezone = "Europe/Zurich"
key = ["Call Id"]
[fields]
entered_at = { columns = ["Date", "Time"], format = "%Y-%m-%d %H:%M:%S" }
channel = { constant = "phone" }
direction = { constant = "inbound" }
disposition = { column = "Answered (Y/N)", values = { Y = "answered", N = "abandoned_queue" } }
wait_s = "Wait"
talk_s = { column = "Talk", unit = "hms" }
ended_at = { expr = "entered_at + wait_s + talk_s" }
[[also]]
entity = "survey_response"
when = "Rating is not null"
[also.fields]
response_id = "Call Id"
contact_id = "Call Id"
kind = { constant = "csat" }
score = "Rating"
scale_min = { constant = 1 }
scale_max = { constant = 5 }
responded_at = { expr = "entered_at" }
"""


def test_one_row_becomes_two_entities_and_counts_once(home: Home) -> None:
    record = bring(home, CALLS, mapping=MAPPING)
    assert counts(record) == (3, 3, 0, 0)
    assert record.entities == {"contact": 3, "survey_response": 1}
    found = home.warehouse.rows("SELECT contact_id, entered_at, ended_at, disposition, talk_s FROM contact ORDER BY 1")
    assert found[0] == {
        "contact_id": "C1",
        "entered_at": datetime(2026, 1, 1, 8, 12, 58),
        "ended_at": datetime(2026, 1, 1, 8, 15, 31),
        "disposition": "answered",
        "talk_s": 143,
    }
    assert found[1]["disposition"] == "abandoned_queue"
    assert found[1]["ended_at"] is None


def test_a_row_cut_into_several_entities_is_quarantined_as_one(home: Home) -> None:
    record = bring(home, CALLS.replace("00:02:23,4", "00:02:23,9"), mapping=MAPPING)
    assert counts(record) == (3, 2, 0, 1)
    assert record.reasons == {"score_outside_scale": 1}
    assert record.entities == {"contact": 2, "survey_response": 0}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('entity = "contact"', 'entity = "contct"'), ["line 3", "'contct'", "Did you mean 'contact'?"]),
        (("talk_s =", "talk_ss ="), ["line 12", "'talk_ss'", "Did you mean 'talk_s'?"]),
        (('wait_s = "Wait"', 'wait_s = "Wiat"'), ["line 11", "'Wiat'", "Did you mean 'Wait'?"]),
        (('N = "abandoned_queue"', 'N = "abandond_queue"'), ["line 10", "'abandond_queue'", "'abandoned_queue'"]),
        (('timezone = "Europe/Zurich"', 'timezone = "Europe/Zürich"'), ["line 4", "Europe/Zürich", "Europe/Zurich"]),
        (("[file]\n", "[file]\nencodng = 'utf-8'\n"), ["line 3", "'encodng'", "Did you mean 'encoding'?"]),
        (('unit = "hms"', 'unit = "weeks"'), ["line 12", "'weeks'", "hms"]),
        (('"entered_at + wait_s + talk_s"', '"entered_at + wiat_s"'), ["line 13", "wiat_s", "wait_s"]),
        (('"entered_at + wait_s + talk_s"', '"system(1)"'), ["line 13", "functions allowed"]),
        (('source = "acd"\n', ""), ["source", "missing"]),
        (('"Rating is not null"', '"Ratng is not null"'), ["line 16", "Ratng", "Rating"]),
        (('constant = "phone"', 'constant = "phon"'), ["line 8", "'phon'", "Did you mean 'phone'?"]),
        (('constant = "phone"', 'constant = "phone", column = "Wait"'), ["line 8", "says twice"]),
        (('format = "%Y-%m-%d %H:%M:%S"', 'format = "%Q"'), ["line 7", "entered_at"]),
        (('key = ["Call Id"]', 'key = ["Cal Id"]'), ["line 5", "'Cal Id'", "Did you mean 'Call Id'?"]),
        (('"entered_at + wait_s + talk_s"', '"entered_at + coalesce(Wait, entered_at)"'), ["line 13"]),
    ],
)
def test_an_error_names_line_value_and_the_nearest_right_one(
    home: Home, change: tuple[str, str], told: list[str]
) -> None:
    assert change[0] in MAPPING
    record = bring(home, CALLS, mapping=MAPPING.replace(*change), mapping_name="acd.toml")
    assert record.error is not None
    text = record.error["message"] + " " + record.error["hint"]
    assert record.error["code"] == "bad_mapping"
    assert "acd.toml" in text
    for part in told:
        assert part in text
    assert record.exit_code == 2
    assert home.ledger.batches() == []


def test_columns_that_no_field_takes_are_kept_beside_the_row_as_personal_data(home: Home) -> None:
    bring(home, "ticket_id,opened_at,Noted by\nT1,2026-01-01,Ada\n")
    path = home.path / "landing/personal/leftover/00000001.parquet"
    assert home.warehouse.rows("SELECT source_id, cells FROM read_parquet(?)", [str(path)]) == [
        {"source_id": "T1", "cells": '{"Noted by":"Ada"}'}
    ]
    for landed in (home.path / "landing/ticket").glob("*.parquet"):
        assert b"Ada" not in landed.read_bytes()


def test_text_that_cannot_be_read_is_null_counted_and_kept(home: Home) -> None:
    record = bring(home, "contact_id,entered_at,channel,talk_s\nC1,2026-01-01,phone,abc\nC2,2026-01-01,fax,9\n")
    assert counts(record) == (2, 2, 0, 0)
    assert any(
        "talk_s: 1 cells could not be read as a whole number" in warning and "'abc' (1)" in warning
        for warning in record.warnings
    )
    assert any("channel: 1 cells" in warning and "'fax' (1)" in warning for warning in record.warnings)
    assert home.warehouse.value("SELECT talk_s FROM contact WHERE contact_id = 'C1'") is None
    path = home.path / "landing/personal/leftover/00000001.parquet"
    kept = home.warehouse.value("SELECT string_agg(cells) FROM read_parquet(?)", [str(path)])
    assert "abc" in kept
    assert "fax" in kept


def test_personal_fields_lie_in_files_and_tables_of_their_own(home: Home) -> None:
    bring(home, "ticket_id,subject,body\nT1,No light,Call Ada\n", entity="ticket_text")
    assert home.warehouse.row("SELECT subject, body FROM ticket_text_personal") == {
        "subject": "No light",
        "body": "Call Ada",
    }
    holding = [path for path in (home.path / "landing").rglob("*.parquet") if b"No light" in path.read_bytes()]
    assert holding
    assert all("personal" in path.parts for path in holding)


def test_rows_dated_after_the_import_are_quarantined_with_a_day_of_tolerance(home: Home) -> None:
    text = "ticket_id,opened_at\nT1,2026-05-31\nT2,2026-06-02 11:00\nT3,2026-06-02 13:00\n"
    record = bring(home, text, at=moment("2026-06-01T12:00:00"))
    assert counts(record) == (3, 2, 0, 1)
    assert record.reasons == {"dated_after_import": 1}


def test_a_missing_and_an_unreadable_time_are_two_reasons(home: Home) -> None:
    record = bring(home, "ticket_id,opened_at\nT1,\nT2,soon\nT3,2026-01-01\n,2026-01-01\n")
    assert record.reasons == {"missing_key": 1, "missing_time": 1, "unreadable_time": 1}


def test_two_possible_readings_of_dates_stop_the_import_with_the_evidence(home: Home) -> None:
    text = "ticket_id,opened_at\nT1,03/04/2026 10:00\nT2,05/04/2026 11:00\n"
    record = bring(home, text)
    assert record.error
    assert record.error["code"] == "ambiguous_dates"
    assert record.exit_code == 2
    assert "2026-03-04 to 2026-05-04" in record.error["message"]
    assert "2026-04-03 to 2026-04-05" in record.error["message"]
    told = 'source = "x"\n[file]\nentity = "ticket"\n[fields]\nticket_id = "ticket_id"\n'
    told += 'opened_at = { column = "opened_at", format = "%d/%m/%Y %H:%M" }\n'
    assert counts(bring(home, text, mapping=told)) == (2, 2, 0, 0)


def test_an_unambiguous_writing_of_dates_is_found_and_told(home: Home) -> None:
    record = bring(home, "ticket_id,opened_at\nT1,13/04/2026 10:00\nT2,05/06/2026 11:00\n", dry_run=True)
    assert record.error is None
    assert record.preview[1]["opened_at"] == "2026-06-05T11:00:00Z"


def test_a_dry_run_shows_mapping_and_rows_and_writes_nothing(home: Home) -> None:
    record = bring(home, CALLS, mapping=MAPPING, dry_run=True)
    assert (record.read, record.accepted, record.batch) == (3, 3, None)
    assert record.preview[0]["contact_id" if "contact_id" in record.preview[0] else "entered_at"]
    assert record.mapping == MAPPING
    assert home.ledger.batches() == []
    assert not list((home.path / "landing").rglob("*.parquet"))


def test_an_event_log_gives_events_and_tickets_ordered_by_time_not_by_line(home: Home) -> None:
    mapping = """\
source = "log"
[file]
timezone = "UTC"
[events]
case = "case"
activity = "what"
at = "when"
resource = "who"
reopens = ["Work"]
[events.values]
New = "opened"
Work = "assigned"
Solve = "resolved"
"""
    text = (
        "case,what,when,who\nA,Solve,2026-01-02,x\nA,New,2026-01-01,x\nA,Work,2026-01-01 05:00,y\nA,Odd,2026-01-03,z\n"
    )
    record = bring(home, text, mapping=mapping)
    assert counts(record) == (4, 4, 0, 0)
    assert record.entities == {"ticket_event": 4, "ticket": 1}
    assert any("'Odd' (1)" in warning for warning in record.warnings)
    events = home.warehouse.rows('SELECT type, reopens, actor_id FROM ticket_event ORDER BY "at"')
    assert [event["type"] for event in events] == ["opened", "assigned", "resolved", None]
    assert [event["reopens"] for event in events] == [False, True, False, False]


def test_complete_until_comes_from_option_mapping_or_export_date(home: Home) -> None:
    text = "ticket_id,opened_at\nT1,2026-01-01\n"
    body = '[fields]\nticket_id = "ticket_id"\nopened_at = "opened_at"\n'
    cases: list[tuple[str, dict[str, Any], str | None]] = [
        ("", {"complete_until": moment("2026-02-01")}, "2026-02-01"),
        ("", {"exported_at": moment("2026-03-01")}, "2026-03-01"),
        ('complete_until = "last_event"\n', {}, "2026-01-01"),
        ("", {}, None),
    ]
    for number, (line, asked, expected) in enumerate(cases):
        mapping = f'source = "s{number}"\n[file]\nentity = "ticket"\n{line}{body}'
        bring(home, text, mapping=mapping, **asked)
        stated = home.warehouse.value(
            "SELECT stated_until FROM source_watermark WHERE source_system = ?", [f"s{number}"]
        )
        assert stated == (datetime.fromisoformat(expected) if expected else None), line


def test_now_is_given_not_read(home: Home) -> None:
    at = datetime(2031, 1, 1, tzinfo=UTC)
    bring(home, "ticket_id,opened_at\nT1,2026-01-01\n", at=at)
    assert home.ledger.batches()[0].accepted_at == at


def test_a_ticket_list_with_a_column_per_step_brings_the_steps_as_events(home: Home) -> None:
    text = "Ticket ID,Created at,Resolved at,Closed at\nT1,2026-01-01,2026-01-02,2026-01-05\nT2,2026-01-03,,\n"
    record = bring(home, text)
    assert counts(record) == (2, 2, 0, 0)
    assert record.entities["ticket"] == 2
    found = home.warehouse.rows('SELECT ticket_id, type, "at" FROM ticket_event ORDER BY "at"')
    assert [(row["ticket_id"], row["type"]) for row in found] == [("T1", "resolved"), ("T1", "closed")]
    assert counts(bring(home, text, mapping=record.mapping)) == (2, 0, 2, 0)


def test_an_event_log_never_overwrites_what_a_ticket_list_said(home: Home) -> None:
    log = 'source = "desk"\n[events]\ncase = "t"\nactivity = "a"\nat = "at"\n'
    tickets = 'source = "desk"\n[file]\nentity = "ticket"\n[fields]\nticket_id = "t"\nopened_at = "o"\nchannel = "c"\n'
    listed = "t,o,c\nT1,2026-01-01,email\n"
    events = "t,a,at\nT1,opened,2026-01-01\nT1,resolved,2026-05-30\nT2,opened,2026-02-01\n"
    for number, order in enumerate([(listed, events), (events, listed)]):
        for text in order:
            mapping = (tickets if text is listed else log).replace('"desk"', f'"desk{number}"')
            counts(bring(home, text, mapping=mapping, at=moment("2026-06-01")))
        found = home.warehouse.rows(
            "SELECT ticket_id, channel FROM ticket WHERE source_system = ? ORDER BY 1", [f"desk{number}"]
        )
        assert found == [{"ticket_id": "T1", "channel": "email"}, {"ticket_id": "T2", "channel": None}]


def test_a_summary_of_a_span_reaches_to_its_end(home: Home) -> None:
    text = "queue_id,interval_start,interval_s,offered\nq,2026-01-01,86400,10\nq,2026-01-02,86400,12\n"
    counts(bring(home, text, entity="queue_interval"))
    reach = home.warehouse.row("SELECT first_event_at, last_event_at FROM source_watermark")
    assert reach == {"first_event_at": datetime(2026, 1, 1), "last_event_at": datetime(2026, 1, 3)}


def test_a_number_may_stand_in_for_an_empty_cell(home: Home) -> None:
    mapping = MAPPING.replace('"entered_at + wait_s + talk_s"', '"entered_at + coalesce(Wait, 0)"')
    counts(bring(home, CALLS, mapping=mapping))
    assert home.warehouse.value("SELECT ended_at FROM contact WHERE contact_id = 'C2'") == datetime(2026, 1, 1, 9)


def test_a_wrong_encoding_name_is_misuse(home: Home) -> None:
    record = bring(home, CALLS, mapping=MAPPING.replace("[file]", '[file]\nencoding = "utf-99"'))
    assert record.error
    assert "utf-99" in record.error["message"]
    assert record.exit_code == 2


def test_an_export_date_ahead_of_the_import_is_refused(home: Home) -> None:
    record = bring(home, "ticket_id,opened_at\nT1,2026-01-01\n", exported_at=moment("2027-01-01"))
    assert record.error
    assert record.error["code"] == "bad_date"
    assert record.exit_code == 2


@pytest.mark.parametrize("cell", ["5/7/24", "24/5/1", "0024-05-01", "2026-1-5"])
def test_a_short_year_or_day_is_never_read_as_antiquity(home: Home, cell: str) -> None:
    record = bring(home, f"ticket_id,opened_at\nT1,{cell}\n")
    if record.error is None:
        found = home.warehouse.rows("SELECT opened_at FROM ticket")
        assert all(row["opened_at"].year > 1999 for row in found)


def test_a_very_long_cell_is_kept(home: Home) -> None:
    bring(home, f'ticket_id,subject,body\nT1,a,"{"x" * 200_000}"\n', entity="ticket_text")
    assert home.warehouse.value("SELECT length(body) FROM ticket_text_personal") == 200_000


def test_dates_without_a_clock_part_among_others_are_midnights(home: Home) -> None:
    text = "ticket_id,opened_at\nT1,13.5.2024\nT2,2.5.2024 08:00\n"
    assert counts(bring(home, text)) == (2, 2, 0, 0)
    found = home.warehouse.rows("SELECT opened_at FROM ticket ORDER BY ticket_id")
    assert [row["opened_at"] for row in found] == [datetime(2024, 5, 13), datetime(2024, 5, 2, 8)]
    mixed = bring(home, "ticket_id,opened_at\nT3,03/04/2024 10:00\nT4,05/06/2024\n")
    assert mixed.error
    assert "'%d/%m/%Y" in mixed.error["message"]
    assert "'%m/%d/%Y" in mixed.error["message"]


def test_a_quote_that_is_never_closed_stops_the_file(home: Home) -> None:
    record = bring(home, 'ticket_id,opened_at,type\nT1,2026-01-01,"open\nT2,2026-01-02,order\nT3,2026-01-02,order\n')
    assert record.error
    assert record.error["code"] == "unclosed_quote"
    assert "Line 2" in record.error["message"]
    assert record.exit_code == 1


def test_a_column_name_that_stands_twice_is_told(home: Home) -> None:
    record = bring(home, "ticket_id,opened_at,opened_at\nT1,2026-01-01,2026-01-02\n")
    assert any("stands more than once" in warning for warning in record.warnings)
