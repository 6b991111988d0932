"""What a path given to `firstline import` stands for, and what is said of what cannot be read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.cli.commands import firstline
from tests.intake.reading.given import gzipped, workbook, zipped

TEXT = "ticket_id,opened_at\n{}1,2026-01-01\n{}2,2026-01-02\n"
CALLS = '{"contact_id":"C1","entered_at":"2026-01-01","channel":"phone","wait_s":5}\n'


def brought(home: Path, *words: str | Path) -> tuple[int, list[dict[str, Any]]]:
    """Exit code and records of an import."""
    printed = firstline(home, "import", *words, "--format", "json")
    return printed.code, printed.json()


def codes(records: list[dict[str, Any]]) -> dict[str, str | None]:
    """By the end of their path, the records' error codes."""
    return {Path(record["path"]).name: record["error"] and record["error"]["code"] for record in records}


def test_a_folder_stands_for_every_file_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.csv").write_text(TEXT.format("A", "A"))
    (folder / "deep" / "b.csv.gz").write_bytes(gzipped(TEXT.format("B", "B")))
    (folder / "calls.ndjson").write_text(CALLS)
    (folder / "photo.png").write_bytes(b"\x89PNG")
    (folder / "c.zip").write_bytes(zipped({"x/c.csv": TEXT.format("C", "C"), "d.jsonl": CALLS, "note.pdf": "x"}))
    (folder / "map.toml").write_text('source = "x"\n')
    (folder / ".hidden.csv").write_text("x")
    code, records = brought(tmp_path / "home", folder)
    assert code == 1
    assert codes(records) == {
        "a.csv": None,
        "c.csv": None,
        "d.jsonl": None,
        "note.pdf": "unknown_format",
        "calls.ndjson": None,
        "b.csv.gz": None,
        "photo.png": "unknown_format",
    }
    assert sum(record["read"] for record in records) == 8
    assert sum(record["accepted"] for record in records) == 7
    assert str(folder / "c.zip") + "/x/c.csv" in [record["path"] for record in records]


def test_a_folder_that_leads_back_to_itself_is_read_once(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "a.csv").write_text(TEXT.format("A", "A"))
    os.symlink(folder, folder / "loop", target_is_directory=True)
    os.symlink(folder / "self.csv", folder / "self.csv")
    os.symlink(tmp_path / "gone.csv", folder / "gone.csv")
    code, records = brought(tmp_path / "home", folder)
    assert code == 1
    assert codes(records) == {"a.csv": None, "gone.csv": "no_such_file", "self.csv": "no_such_file"}


def test_a_folder_that_a_link_leads_to_is_read(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.csv").write_text(TEXT.format("A", "A"))
    (tmp_path / "exports").mkdir()
    os.symlink(tmp_path / "elsewhere", tmp_path / "exports" / "link", target_is_directory=True)
    assert codes(brought(tmp_path / "home", tmp_path / "exports")[1]) == {"a.csv": None}


def test_a_home_beside_the_exports_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TEXT.format("A", "A"))
    home = tmp_path / "firstline-home"
    assert codes(brought(home, tmp_path)[1]) == {"a.csv": None}
    code, records = brought(home, tmp_path)
    assert (code, codes(records), records[0]["unchanged"]) == (0, {"a.csv": None}, records[0]["read"])
    code, records = brought(home, home)
    assert (code, records[0]["error"]["code"]) == (1, "empty_folder")


def test_each_sheet_of_a_workbook_is_an_import(tmp_path: Path) -> None:
    tickets: list[list[object]] = [["ticket_id", "opened_at"], ["T1", "2026-01-01"]]
    calls: list[list[object]] = [["contact_id", "entered_at", "channel", "wait_s"], ["C1", "2026-01-01", "phone", 5]]
    path = tmp_path / "both.xlsm"
    path.write_bytes(workbook({"Tickets": tickets, "Empty": [], "Calls": calls}))
    code, records = brought(tmp_path / "home", path)
    assert code == 0
    assert [(record["sheet"], record["entity"]) for record in records] == [("Tickets", "ticket"), ("Calls", "contact")]


def test_a_sheet_that_was_not_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "both.xlsx"
    rows = [["ticket_id", "opened_at"], ["T1", "2026-01-01"]]
    path.write_bytes(workbook({"Old": rows, "New": rows}))
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        'source = "s"\n[file]\nentity = "ticket"\n[fields]\nticket_id = "ticket_id"\nopened_at = "opened_at"\n'
    )
    _, records = brought(tmp_path / "home", path, "--mapping", mapping)
    assert any("Only sheet 'Old' was read; 'New' has rows too." in warning for warning in records[0]["warnings"])


def test_a_message_names_its_file_once(tmp_path: Path) -> None:
    odd = tmp_path / "odd.csv"
    odd.write_text("a,b\n1,2\n")
    said = firstline(tmp_path / "home", "import", odd).err
    assert f"{odd}: its columns fit no entity" in said
    assert f"{odd}: {odd}" not in said


def test_of_a_packed_workbook_every_sheet_is_read_and_a_broken_one_stops_no_other(tmp_path: Path) -> None:
    rows = {name: [[f"{name}{number}", f"2026-01-0{number}"] for number in (1, 2)] for name in ("A", "B")}
    sheets: dict[str, Iterable[Iterable[object]]] = {name: [["ticket_id", "opened_at"], *rows[name]] for name in rows}
    (tmp_path / "a.zip").write_bytes(
        zipped({"x.xlsx": workbook(sheets), "broken.xlsx": "x", "c.csv": TEXT.format("C", "C")})
    )
    code, records = brought(tmp_path / "home", tmp_path / "a.zip")
    assert code == 1
    assert [(each["sheet"], each["accepted"]) for each in records] == [("A", 2), ("B", 2), (None, 0), (None, 2)]
    (tmp_path / "b.xlsx.gz").write_bytes(gzipped(workbook({"D": sheets["A"], "E": sheets["B"]})))
    code, records = brought(tmp_path / "home", tmp_path / "b.xlsx.gz")
    assert (code, [(each["sheet"], each["unchanged"]) for each in records]) == (0, [("D", 2), ("E", 2)])


def test_a_sheet_of_notes_asks_nothing_beside_one_that_a_kept_mapping_reads(tmp_path: Path) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        'source = "desk"\n[file]\nentity = "ticket"\nsheet = "Data"\n[fields]\nticket_id = "Nr"\nopened_at = "When"\n'
    )
    for month in ("01", "02"):
        notes, data = [["Word", "Of what"], ["a", "b"]], [["Nr", "When"], [f"T{month}", f"2026-{month}-02"]]
        (tmp_path / f"{month}.xlsx").write_bytes(workbook({"Legend": notes, "Data": data}))
    first = firstline(tmp_path / "home", "import", tmp_path / "01.xlsx", "--format", "json")
    assert (first.code, [(each["error"] or {}).get("code") for each in first.json()]) == (2, ["unknown_content"] * 2)
    assert firstline(tmp_path / "home", "import", tmp_path / "01.xlsx", "--mapping", mapping).code == 0
    second = firstline(tmp_path / "home", "import", tmp_path / "02.xlsx", "--format", "json")
    assert (second.code, [each["accepted"] for each in second.json()]) == (0, [0, 1])
    assert second.json()[0]["warnings"][0].startswith("Sheet 'Legend' was not read: nothing is known of its columns")
