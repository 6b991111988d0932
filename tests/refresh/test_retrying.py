"""Quarantined rows taken away, mended and brought back: entries close, counts stay, nothing counts twice."""

from __future__ import annotations

import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from firstline.home import Home
from firstline.intake import accept
from firstline.intake.request import ImportRequest
from firstline.refresh.imports import import_all
from firstline.refresh.rebuild import rebuild
from firstline.refresh.refreshing import refresh
from firstline.refresh.undo import withdraw
from tests.homes import ARRIVAL, bring, counts, moment
from tests.mending import LATER, all_rows, bring_back, entries, exported, mended, open_rows

HEAD = "ticket_id,opened_at,type,customer\n"
TICKETS = HEAD + "T1,2026-01-01,trouble,Ada\n,2026-01-02,order,Bo\nT3,,billing,Cy\nT4,2026-01-04,order,Di\n"
"""Row 2 lacks its key, row 3 its time."""


def tickets(home: Home) -> dict[str, str]:
    return {row["ticket_id"]: row["type"] for row in home.warehouse.rows("SELECT ticket_id, type FROM ticket")}


def test_a_mended_row_closes_its_entry_and_the_first_counts_stay(home: Home) -> None:
    assert counts(bring(home, TICKETS)) == (4, 2, 0, 2)
    before = home.ledger.batches()
    text = exported(home)
    assert text.splitlines()[0] == (
        "quarantine_batch,quarantine_row,quarantine_file,quarantine_reason,quarantine_note,quarantine_original,"
        "ticket_id,opened_at,type,customer"
    )
    assert text.splitlines()[1] == "1,2,rows.csv,missing_key,ticket.ticket_id is empty,,,2026-01-02,order,Bo"
    record = bring_back(home, mended(text, (2, "ticket_id", "T2"), (3, "opened_at", "2026-01-03")))
    assert counts(record) == (2, 2, 0, 0)
    assert record.closed == 2
    assert entries(home) == []
    assert {(row.row, row.is_open) for row in all_rows(home)} == {(2, False), (3, False)}
    assert home.ledger.batches()[:1] == before
    assert tickets(home) == {"T1": "trouble", "T2": "order", "T3": "billing", "T4": "order"}


def test_a_row_mended_wrongly_stays_one_entry_with_its_new_reason(home: Home) -> None:
    bring(home, TICKETS)
    wrong = mended(exported(home), (2, "ticket_id", "T2"), (2, "opened_at", "soon"), without=(3,))
    record = bring_back(home, wrong)
    assert counts(record) == (1, 0, 0, 1)
    assert (record.closed, record.reasons) == (0, {"unreadable_time": 1})
    assert entries(home) == [(1, 2, "unreadable_time"), (1, 3, "missing_time")]
    (row, _) = open_rows(home)
    assert row.values == {"ticket_id": "T2", "opened_at": "soon", "type": "order", "customer": "Bo"}
    assert '"opened_at":"2026-01-02"' in row.original
    record = bring_back(home, mended(exported(home), (2, "opened_at", "2026-01-02")))
    assert (record.closed, entries(home)) == (1, [(1, 3, "missing_time")])


def test_a_single_row_mended_wrongly_is_quarantined_and_not_a_question(home: Home) -> None:
    bring(home, HEAD + "T1,,trouble,Ada\n")
    record = bring_back(home, mended(exported(home), (1, "opened_at", "soon")))
    assert (record.error, entries(home)) == (None, [(1, 1, "unreadable_time")])
    # a day that can be read in two ways is asked for, as in any file
    asked = bring_back(home, mended(exported(home), (1, "opened_at", "03/04/2026")))
    assert asked.error
    assert asked.error["code"] == "ambiguous_dates"
    assert entries(home) == [(1, 1, "unreadable_time")]


def test_the_same_mended_file_again_changes_nothing(home: Home) -> None:
    bring(home, TICKETS)
    text = mended(exported(home), (2, "ticket_id", "T2"))
    bring_back(home, text)
    state = (tickets(home), entries(home), open_rows(home))
    record = bring_back(home, text)
    assert counts(record) == (2, 0, 1, 1)
    assert record.closed == 0
    assert any("1 rows belong to entries that are closed already" in warning for warning in record.warnings)
    assert (tickets(home), entries(home), open_rows(home)) == state


def test_entries_whose_rows_are_left_out_stay_open(home: Home) -> None:
    bring(home, TICKETS)
    bring_back(home, mended(exported(home), (2, "ticket_id", "T2"), without=(3,)))
    assert entries(home) == [(1, 3, "missing_time")]


def test_a_dry_run_tells_and_writes_nothing(home: Home) -> None:
    bring(home, TICKETS)
    record = bring_back(home, mended(exported(home), (2, "ticket_id", "T2")), dry_run=True)
    assert (record.accepted, record.quarantined, record.closed, record.batch) == (1, 1, 1, None)
    assert len(home.ledger.batches()) == 1
    assert len(entries(home)) == 2


def test_the_same_file_again_makes_no_second_entry_and_reopens_none(home: Home) -> None:
    bring(home, TICKETS)
    bring(home, TICKETS, name="again.csv")
    assert entries(home) == [(1, 2, "missing_key"), (1, 3, "missing_time")]
    bring_back(home, mended(exported(home), (2, "ticket_id", "T2")))
    bring(home, TICKETS)
    assert entries(home) == [(1, 3, "missing_time")]


def test_a_retry_says_more_of_a_row_than_its_file_brought_once_more(home: Home) -> None:
    bring(home, TICKETS)
    bring_back(home, mended(exported(home), (2, "ticket_id", "T2"), (2, "opened_at", "soon"), without=(3,)))
    bring(home, TICKETS, at=LATER)
    assert entries(home) == [(1, 2, "unreadable_time"), (1, 3, "missing_time")]


def test_the_same_file_with_a_better_mapping_closes_its_entries(home: Home) -> None:
    mapping = 'source = "desk"\n[file]\nentity = "ticket"\n[fields]\nticket_id = "no"\nopened_at = "{at}"\n'
    text = "no,at,seen\n1,,2026-01-01\n2,2026-01-02,2026-01-02\n"
    bring(home, text, mapping=mapping.format(at="at"))
    assert entries(home) == [(1, 1, "missing_time")]
    bring(home, text, mapping=mapping.format(at="seen"))
    assert entries(home) == []


def test_a_mended_undated_row_is_as_old_as_its_import(home: Home) -> None:
    bring(home, TICKETS, at=ARRIVAL)
    text = mended(exported(home), (3, "opened_at", "2026-01-03"))
    bring(home, HEAD + "T3,2026-01-05,complaint,Cy\n", at=moment("2026-06-10"))
    record = bring_back(home, text, at=LATER)
    assert record.closed == 1
    assert tickets(home)["T3"] == "complaint"
    assert not any("correction" in warning for warning in record.warnings)


def test_a_mended_row_has_the_export_date_of_its_file(home: Home) -> None:
    bring(home, TICKETS, exported_at=moment("2026-02-01"))
    text = mended(exported(home), (3, "opened_at", "2026-01-03"))
    bring(home, HEAD + "T3,2026-01-05,complaint,Cy\n", exported_at=moment("2026-03-01"))
    bring_back(home, text)
    assert tickets(home)["T3"] == "complaint"
    bring(home, HEAD + "T3,2026-01-05,question,Cy\n", exported_at=moment("2026-01-15"))
    assert tickets(home)["T3"] == "complaint"


def test_a_mended_row_makes_its_source_no_more_complete(home: Home) -> None:
    until = moment("2026-01-31")
    bring(home, TICKETS, exported_at=moment("2026-02-15"), complete_until=until)
    bring_back(home, mended(exported(home), (2, "ticket_id", "T2")))
    stated = home.warehouse.value("SELECT stated_until FROM source_watermark WHERE entity = 'ticket'")
    assert stated == until.replace(tzinfo=None)


def test_a_mended_row_of_an_undated_snapshot_has_the_date_of_its_file(home: Home) -> None:
    bring(home, "customerID,Churn\nA,No\n,Yes\n", entity="subscriber_snapshot")
    bring_back(home, mended(exported(home), (2, "customerID", "B")))
    found = home.warehouse.rows("SELECT subscriber_id, as_of FROM subscriber_snapshot ORDER BY subscriber_id")
    assert [row["as_of"] for row in found] == [ARRIVAL.replace(tzinfo=None)] * 2


def test_a_mended_row_is_read_with_its_batchs_mapping_and_source(home: Home) -> None:
    mapping = (
        'source = "north"\n[file]\nentity = "ticket"\ntimezone = "Europe/Zurich"\n[fields]\nticket_id = "no"\n'
        'opened_at = { column = "at", format = "%d.%m.%y %H:%M" }\n'
        'type = { column = "t", values = { S = "trouble" } }\n'
    )
    bring(home, "no;at;t\n1;02.01.26 10:00;S\n;03.02.26 10:00;S\n", mapping=mapping)
    bring_back(home, mended(exported(home), (2, "no", "2")))
    found = home.warehouse.rows("SELECT source_system, opened_at, type FROM ticket ORDER BY opened_at")
    assert found == [
        {"source_system": "north", "opened_at": datetime(2026, 1, 2, 9), "type": "trouble"},
        {"source_system": "north", "opened_at": datetime(2026, 2, 3, 9), "type": "trouble"},
    ]


def test_dates_are_read_as_in_the_whole_file(home: Home) -> None:
    bring(home, "ticket_id,opened_at\nT1,13/04/2026 10:00\n,05/06/2026 10:00\n", at=moment("2026-07-01"))
    record = bring_back(home, mended(exported(home), (2, "ticket_id", "T2")))
    assert record.error is None
    found = home.warehouse.value("SELECT CAST(opened_at AS VARCHAR) FROM ticket WHERE ticket_id = 'T2'")
    assert found == "2026-06-05 10:00:00"


def test_another_mapping_may_read_them_but_not_as_another_source(home: Home) -> None:
    bring(home, "ticket_id,opened_at,Seen\nT1,2026-01-01,x\nT2,,2026-01-02\n")
    mapping = '[file]\nentity = "ticket"\n[fields]\nticket_id = "ticket_id"\nopened_at = "Seen"\n'
    refused = bring_back(home, exported(home), mapping_text='source = "desk"\n' + mapping, mapping_name="m.toml")
    assert refused.error
    assert "m.toml, line 1: source = 'desk', but the rows of batch 1 came from 'canonical'" in refused.error["message"]
    assert refused.exit_code == 2
    record = bring_back(home, exported(home), mapping_text='source = "canonical"\n' + mapping)
    assert (record.closed, entries(home)) == (1, [])


def test_a_line_that_could_not_be_split_is_mended_by_filling_its_cells(home: Home) -> None:
    bring(home, HEAD + "T1,2026-01-01,trouble,Ada\nT2,2026-01-02,order,Bo,x\nT3,2026-01-03,order\n")
    text = exported(home)
    assert ',"T2,2026-01-02,order,Bo,x",,,,\r\n' in text
    untouched = bring_back(home, text)
    assert counts(untouched) == (2, 0, 0, 2)
    assert untouched.reasons == {"wrong_column_count": 2}
    assert any("fill them from quarantine_original" in warning for warning in untouched.warnings)
    assert len(home.ledger.batches()) == 1
    record = bring_back(home, mended(text, (2, "ticket_id", "T2"), (2, "opened_at", "2026-01-02")))
    assert (record.closed, entries(home)) == (1, [(1, 3, "wrong_column_count")])


def test_of_rows_that_contradict_each_other_one_can_be_left_out(home: Home) -> None:
    bring(home, "ticket_id,opened_at,type\nT1,2026-01-01,order\nT1,2026-01-01,billing\n")
    text = exported(home)
    assert bring_back(home, text).reasons == {"conflicting_versions": 2}
    assert bring_back(home, mended(text, without=(1,))).closed == 1
    assert (entries(home), tickets(home)) == ([(1, 1, "conflicting_versions")], {"T1": "billing"})


def test_entries_of_a_file_of_several_batches_are_its_batches_own(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accept, "ROWS_PER_BATCH", 3)
    bring(home, TICKETS + ",2026-01-05,order,Ed\n")
    bring(home, TICKETS + ",2026-01-05,order,Ed\n")
    assert [(batch, row) for batch, row, _ in entries(home)] == [(2, 5), (1, 2), (1, 3)]
    assert bring_back(home, mended(exported(home), (5, "ticket_id", "T5"), (2, "ticket_id", "T2"))).closed == 2
    assert entries(home) == [(1, 3, "missing_time")]


def test_rows_of_several_batches_come_back_in_one_file(home: Home) -> None:
    bring(home, TICKETS)
    bring(home, HEAD + "T5,,order,Ed\n", at=moment("2026-06-02"))
    text = mended(exported(home), (1, "opened_at", "2026-01-05"), (2, "ticket_id", "T2"))
    record = bring_back(home, text)
    assert counts(record) == (3, 2, 0, 1)
    assert len(record.batches) == 2
    assert [batch.mends for batch in home.ledger.batches()] == [None, None, 1, 2]
    assert entries(home) == [(1, 3, "missing_time")]


def test_cells_that_look_like_formulas_come_back_as_they_were(home: Home) -> None:
    bring(home, "ticket_id,opened_at,subject\n,2026-01-01,=1+1\n,2026-01-02,'-5\n,2026-01-03,'plain\n", entity="ticket")
    text = exported(home)
    assert ",'=1+1" in text
    assert ",''-5" in text
    bring_back(home, mended(text, *((n, "ticket_id", f"T{n}") for n in (1, 2, 3))))
    kept = home.warehouse.rows(
        "SELECT cells FROM read_parquet(?) ORDER BY row_number",
        [str(home.path / "landing/personal/leftover/00000002.parquet")],
    )
    assert [row["cells"] for row in kept] == ['{"subject":"=1+1"}', '{"subject":"\'-5"}', '{"subject":"\'plain"}']


def test_closed_entries_stay_closed_after_a_rebuild_and_a_lost_ledger(home: Home) -> None:
    bring(home, TICKETS)
    bring_back(home, mended(exported(home), (2, "ticket_id", "T2"), (3, "opened_at", "soon")))
    told = all_rows(home)
    assert rebuild(home) == 2
    assert all_rows(home) == told
    home.ledger.replace_all([])
    assert rebuild(home) == 2
    assert all_rows(home) == told
    assert tickets(home)["T2"] == "order"


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (("quarantine_row", "no"), "not_an_export", "no column 'quarantine_row'"),
        (("quarantine_batch", "no"), "not_an_export", "no column 'quarantine_batch'"),
        (("\n1,2,", "\n9,2,"), "unknown_batch", "row 1: There is no batch 9"),
        (("\n1,2,", "\n1,1,"), "unknown_entry", "row 1: row 1 of batch 1 is not quarantined"),
        (("\n1,2,", "\n,,"), "unknown_entry", "row 1 does not say which entry it is"),
        (("\n1,2,", "\n1,x,"), "unknown_entry", "row 1 does not say which entry it is"),
        (("\n1,2,", "\n1,3,"), "repeated_entry", "rows 1 and 2 are both row 3 of batch 1"),
        ((",customer", ",client"), "missing_column", "lacks the column 'customer' of batch 1"),
        (("Bo", "Bo,x"), "unreadable_row", ""),
    ],
)
def test_what_is_wrong_with_a_mended_file_is_told_and_nothing_is_imported(
    home: Home, change: tuple[str, str], code: str, told: str
) -> None:
    bring(home, TICKETS)
    text = exported(home).replace("\r\n", "\n")
    assert change[0] in text
    record = bring_back(home, text.replace(*change))
    assert record.error
    assert (record.error["code"], told in record.error["message"]) == (code, True), record.error
    assert record.error["hint"]
    assert record.exit_code == (1 if code == "unreadable_row" else 2)
    assert len(home.ledger.batches()) == 1


def test_a_row_dated_after_its_import_is_not_right_because_time_went_by(home: Home) -> None:
    bring(home, "ticket_id,opened_at\nT1,2026-06-10\nT2,2026-01-01\n", at=ARRIVAL)
    record = bring_back(home, exported(home), at=LATER)
    assert record.reasons == {"dated_after_import": 1}


def test_an_export_that_is_imported_like_a_file_is_refused(home: Home) -> None:
    bring(home, TICKETS)
    record = bring(home, mended(exported(home), (2, "ticket_id", "T2")), entity="ticket")
    assert record.error
    assert record.error["code"] == "reserved_column"
    assert "firstline quarantine retry" in record.error["hint"]
    assert record.exit_code == 2


def test_a_landing_without_the_columns_of_its_files_is_still_listed(home: Home, tmp_path: Path) -> None:
    bring(home, TICKETS)
    path = home.path / "landing/personal/quarantine/00000001.parquet"
    old = tmp_path / "old.parquet"
    home.warehouse.execute(f"COPY (SELECT * EXCLUDE (headers) FROM read_parquet('{path}')) TO '{old}' (FORMAT parquet)")
    path.write_bytes(old.read_bytes())
    assert [row.headers for row in open_rows(home)] == [("ticket_id", "opened_at", "type", "customer")] * 2


def test_what_was_undone_neither_holds_nor_closes_entries(home: Home) -> None:
    bring(home, TICKETS)
    text = exported(home)
    retried = bring_back(home, mended(text, (2, "ticket_id", "T2"), without=(3,)))
    assert entries(home) == [(1, 3, "missing_time")]
    withdraw(home, retried.batch or 0, LATER)
    refresh(home)
    assert entries(home) == [(1, 2, "missing_key"), (1, 3, "missing_time")]
    assert "T2" not in tickets(home)
    assert (
        bring_back(home, mended(text, (2, "ticket_id", "T2"), without=(3,)), at=LATER + timedelta(days=1)).closed == 1
    )
    withdraw(home, 1, LATER + timedelta(days=2))
    refresh(home)
    assert all_rows(home) == []
    refused = bring_back(home, text)
    assert refused.error
    assert refused.error["code"] == "withdrawn_batch"


def test_the_files_of_an_archive_have_entries_of_their_own(home: Home) -> None:
    path = home.path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", TICKETS)
        archive.writestr("b.csv", TICKETS.replace("T1,", "T7,").replace("T4,", "T8,"))
    requests = [ImportRequest(path, f"x.zip/{member}", member=member) for member in ("a.csv", "b.csv")]
    import_all(home, requests, lambda: ARRIVAL)
    assert [(batch, row) for batch, row, _ in entries(home)] == [(2, 2), (2, 3), (1, 2), (1, 3)]


def test_a_broken_line_of_json_is_mended_in_its_cells(home: Home) -> None:
    lines = '{"ticket_id":"T1","opened_at":"2026-01-01"}\n{"ticket_id":"T2","opened_at"\n'
    assert counts(bring(home, lines, name="t.jsonl")) == (2, 1, 0, 1)
    (row,) = open_rows(home)
    assert row.original == '{"ticket_id":"T2","opened_at"'
    text = mended(exported(home), (row.row, "ticket_id", "T2"), (row.row, "opened_at", "2026-01-02"))
    assert bring_back(home, text).closed == 1


def test_decimal_commas_are_read_as_in_the_whole_file(home: Home) -> None:
    head = "visit_id;created_at;purpose;travel_km\n"
    bring(home, head + "V1;2026-01-01;trouble;12,5\n;2026-01-02;trouble;1,234\n", entity="truck_roll")
    bring_back(home, mended(exported(home), (2, "visit_id", "V2")))
    assert home.warehouse.value("SELECT travel_km FROM truck_roll WHERE visit_id = 'V2'") == 1.234
