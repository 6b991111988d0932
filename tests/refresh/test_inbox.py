"""Files that a source drops into its folder of the inbox are imported once they are whole, and put away."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest

from firstline.home import Home
from firstline.refresh.inbox import QUIET_S, arrivals, take_in
from tests.homes import ARRIVAL, bring
from tests.intake.reading.given import workbook

MAPPING = """source = "desk"
[file]
entity = "ticket"
[fields]
ticket_id = "Nr"
opened_at = "When"
"""
NOW = ARRIVAL.timestamp()


def drop(home: Home, name: str, text: str, source: str = "desk", age_s: float = QUIET_S) -> Path:
    """Put a file into a source's folder that was written to `age_s` seconds ago."""
    path = home.path / "inbox" / source / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (NOW - age_s, NOW - age_s))
    return path


def taken(home: Home) -> list[tuple[str, str | None]]:
    """Take in everything that has arrived: name and error code of each."""
    found: list[tuple[str, str | None]] = []
    for arrival in arrivals(home.path, NOW):
        (record,) = take_in(home, arrival, ARRIVAL + timedelta(minutes=len(found)))
        found.append((arrival.path.name, record.error["code"] if record.error else None))
    return found


def test_a_file_is_read_with_the_kept_mapping_of_its_source_and_put_away_with_its_report(home: Home) -> None:
    bring(home, "Nr,When\nT1,2026-01-01\n", mapping=MAPPING)
    path = drop(home, "february.csv", "Nr,When\nT2,2026-02-01\nT3,2026-02-02\n,2026-02-03\n")
    assert taken(home) == [("february.csv", None)]
    assert not path.exists()
    assert (path.parent / "done" / "february.csv").exists()
    (report,) = json.loads((path.parent / "done" / "february.csv.report.json").read_text())
    assert (report["read"], report["accepted"], report["quarantined"]) == (3, 2, 1)
    assert home.warehouse.value("SELECT count(*) FROM fact_ticket") == 3
    assert taken(home) == []


def test_a_problem_with_one_file_does_not_stop_the_others(home: Home) -> None:
    bring(home, "Nr,When\nT1,2026-01-01\n", mapping=MAPPING)
    drop(home, "a.csv", "Number,Begun,Owner\nT2,2026-02-01,x\n")
    drop(home, "b.csv", "Nr,When\nT3,2026-02-02\n")
    drop(home, "c.png", "not a table")
    assert taken(home) == [("a.csv", "header_changed"), ("b.csv", None), ("c.png", "unknown_format")]
    failed = home.path / "inbox" / "desk" / "failed"
    assert {path.name for path in failed.iterdir()} == {"a.csv", "a.csv.report.json", "c.png", "c.png.report.json"}
    assert "gone: Nr, When" in json.loads((failed / "a.csv.report.json").read_text())[0]["error"]["message"]


def test_of_an_archive_each_file_is_imported_and_one_that_cannot_be_read_is_told(home: Home) -> None:
    path = drop(home, "month.zip", "")
    with ZipFile(path, "w") as packed:
        packed.writestr("a.csv", "ticket_id,opened_at\nT1,2026-02-02\n")
        packed.writestr("b.csv", "ticket_id,opened_at\nT2,03/04/2026\n")
    os.utime(path, (NOW - QUIET_S, NOW - QUIET_S))
    (arrival,) = arrivals(home.path, NOW)
    records = take_in(home, arrival, ARRIVAL)
    assert [(each.accepted, (each.error or {}).get("code")) for each in records] == [(1, None), (0, "ambiguous_dates")]
    report = json.loads((path.parent / "failed" / "month.zip.report.json").read_text())
    assert [each["accepted"] for each in report] == [1, 0]


def test_of_a_workbook_every_sheet_is_imported_until_a_mapping_says_which_is_meant(home: Home) -> None:
    def accepted(name: str, sheets: dict[str, str]) -> list[int]:
        path = drop(home, name, "")
        path.write_bytes(workbook({sheet: [row.split(",") for row in text.split()] for sheet, text in sheets.items()}))
        os.utime(path, (NOW - QUIET_S, NOW - QUIET_S))
        (arrival,) = arrivals(home.path, NOW)
        return [each.accepted for each in take_in(home, arrival, ARRIVAL)]

    agents = "agent_id,hire_date G1,2026-01-03 G2,2026-01-03"
    assert accepted("1.xlsx", {"A": "ticket_id,opened_at T1,2026-01-02", "B": agents}) == [1, 2]
    bring(home, "Nr,When\nT2,2026-01-01\n", mapping=MAPPING)
    assert accepted("2.xlsx", {"A": "Nr,When T3,2026-02-02", "Notes": "Of,What a,b"}) == [1]
    assert (home.path / "inbox" / "desk" / "done" / "2.xlsx").exists()


def test_a_mapping_in_the_folder_is_used(home: Home) -> None:
    drop(home, "mapping.toml", MAPPING)
    drop(home, "a.csv", "Nr,When\nT1,2026-02-02\n")
    assert taken(home) == [("a.csv", None)]
    assert [batch.source for batch in home.ledger.batches()] == ["desk"]
    assert (home.path / "inbox" / "desk" / "mapping.toml").exists()


def test_a_source_without_a_mapping_is_read_by_its_column_names_under_its_own_name(home: Home) -> None:
    drop(home, "a.csv", "ticket_id,opened_at\nT1,2026-02-02\n", source="otherdesk")
    assert taken(home) == [("a.csv", None)]
    assert [batch.source for batch in home.ledger.batches()] == ["otherdesk"]


@pytest.mark.parametrize("name", ["a.csv.part", ".a.csv", "~$a.xlsx", "a.tmp"])
def test_a_file_that_is_still_being_written_waits(home: Home, name: str) -> None:
    drop(home, name, "ticket_id,opened_at\nT1,2026-02-02\n")
    drop(home, "fresh.csv", "ticket_id,opened_at\nT1,2026-02-02\n", age_s=QUIET_S / 2)
    assert taken(home) == []


def test_a_name_that_comes_again_takes_nothing_away(home: Home) -> None:
    for day in (1, 2):
        drop(home, "daily.csv", f"ticket_id,opened_at\nT{day},2026-02-0{day}\n")
        assert taken(home) == [("daily.csv", None)]
    kept = [path for path in (home.path / "inbox" / "desk" / "done").iterdir() if path.suffix == ".csv"]
    assert len(kept) == 2
