"""`firstline quarantine list`, `export` and `retry`: one JSON document, files to mend, and what is wrong named."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.commands import firstline
from tests.mending import mended

TICKETS = "ticket_id,opened_at,type\nT1,2026-01-01,trouble\n,2026-01-02,order\nT3,,billing\n"
CALLS = "contact_id,entered_at,channel\n00123,2026-01-01 10:00,phone\n00124,soon,phone\n"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    (folder / "tickets.csv").write_text(TICKETS)
    (folder / "calls.csv").write_text(CALLS)
    printed = firstline(folder / "home", "import", folder / "tickets.csv", folder / "calls.csv")
    assert printed.code == 0, printed.err
    return folder


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    """A copy of a home into which two files with three bad rows were imported, beside these files."""
    return Path(shutil.copytree(filled, tmp_path, dirs_exist_ok=True)) / "home"


def test_list_tells_file_row_reason_and_cells(home: Path) -> None:
    printed = firstline(home, "quarantine", "list", "--format", "json")
    assert printed.code == 0
    rows = printed.json()
    assert [(row["batch"], row["row"], row["reason"]) for row in rows] == [
        (2, 2, "unreadable_time"),
        (1, 2, "missing_key"),
        (1, 3, "missing_time"),
    ]
    assert rows[1]["file_name"].endswith("tickets.csv")
    assert rows[1]["values"] == {"ticket_id": None, "opened_at": "2026-01-02", "type": "order"}
    assert (rows[1]["entity"], rows[1]["is_open"]) == ("ticket", True)
    table = firstline(home, "quarantine", "list", "--batch", "1")
    assert "missing_key" in table.out
    assert "soon" not in table.out


def test_list_can_be_narrowed(home: Path) -> None:
    def rows(*words: str) -> list[tuple[int, int]]:
        told = firstline(home, "quarantine", "list", "--format", "json", *words).json()
        return [(row["batch"], row["row"]) for row in told]

    assert rows("--batch", "1") == [(1, 2), (1, 3)]
    assert rows("--reason", "missing_time") == [(1, 3)]
    assert rows("--batch", "2", "--reason", "missing_time") == []
    assert rows("--state", "closed") == []
    assert len(rows("--state", "all")) == 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--batch", "9"], "There is no batch 9"),
        (["--reason", "mising_key"], "Did you mean 'missing_key'?"),
    ],
)
def test_a_wrong_filter_is_misuse(home: Path, tmp_path: Path, words: list[str], told: str) -> None:
    for verb in (["list"], ["export", str(tmp_path / "x.csv")]):
        printed = firstline(home, "quarantine", *verb, *words)
        assert printed.code == 2
        assert told in printed.err


def test_export_and_retry_close_entries(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert firstline(home, "quarantine", "export", out, "--batch", "1").code == 0
    assert firstline(home, "quarantine", "export", "--batch", "1").out == out.read_bytes().decode()
    with out.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["quarantine_row"], row["quarantine_reason"], row["type"]) for row in rows] == [
        ("2", "missing_key", "order"),
        ("3", "missing_time", "billing"),
    ]
    out.write_text(mended(out.read_text(), (2, "ticket_id", "T2")), newline="")
    tried = firstline(home, "quarantine", "retry", out, "--dry-run", "--format", "json")
    assert (tried.json()[0]["closed"], tried.json()[0]["batch"]) == (1, None)
    printed = firstline(home, "quarantine", "retry", out, "--format", "json")
    assert printed.code == 0
    (record,) = printed.json()
    assert (record["read"], record["accepted"], record["quarantined"], record["closed"]) == (2, 1, 1, 1)
    assert record["reasons"] == {"missing_time": 1}
    imports = firstline(home, "imports", "--format", "json").json()
    first = next(batch for batch in imports if batch["number"] == 1)
    assert (first["read"], first["accepted"], first["quarantined"]) == (3, 1, 2)
    asked = ("kpi", "ticket_volume", "--now", "2026-03-01", "--format", "json")
    assert firstline(home, *asked).json()[0]["value"] == 2
    again = firstline(home, "quarantine", "retry", out)
    assert "still quarantined: missing_time" in again.out
    assert firstline(home, *asked).json()[0]["value"] == 2


def test_a_workbook_holds_a_sheet_for_each_kind_of_rows_all_of_it_text(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    assert firstline(home, "quarantine", "export", out).code == 0
    book = load_workbook(out)
    assert book.sheetnames == ["canonical-contact", "canonical-ticket"]
    sheet = book["canonical-contact"]
    assert [cell.value for cell in sheet[2]][6:] == ["00124", "soon", "phone"]
    assert {cell.number_format for row in sheet for cell in row} == {"@"}
    sheet["H2"] = "2026-01-02 11:00"
    book["canonical-ticket"]["G2"] = "T2"
    book.save(out)
    printed = firstline(home, "quarantine", "retry", out, "--format", "json")
    (record,) = printed.json()
    assert (record["read"], record["accepted"], record["closed"]) == (3, 2, 2)
    assert record["entities"] == {"contact": 1, "ticket": 1}


def test_a_folder_gets_a_csv_for_each_kind_of_rows(home: Path, tmp_path: Path) -> None:
    one = firstline(home, "quarantine", "export", tmp_path / "out.csv")
    assert one.code == 2
    assert "these are of 2: canonical-contact, canonical-ticket" in one.err
    folder = tmp_path / "out"
    assert firstline(home, "quarantine", "export", folder).code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["canonical-contact.csv", "canonical-ticket.csv"]
    printed = firstline(home, "quarantine", "retry", folder, "--format", "json")
    assert [record["quarantined"] for record in printed.json()] == [1, 2]


@pytest.mark.parametrize(
    ("target", "told"), [("out.ods", "neither in .csv nor in .xlsx"), ("there.csv", "exists already")]
)
def test_a_wrong_target_is_misuse_and_nothing_is_overwritten(
    home: Path, tmp_path: Path, target: str, told: str
) -> None:
    (tmp_path / "there.csv").write_text("mine")
    printed = firstline(home, "quarantine", "export", tmp_path / target, "--batch", "1")
    assert (printed.code, told in printed.err) == (2, True)
    assert (tmp_path / "there.csv").read_text() == "mine"


def test_nothing_to_export_is_said(tmp_path: Path) -> None:
    printed = firstline(tmp_path / "home", "quarantine", "export", tmp_path / "out.csv")
    assert (printed.code, printed.out) == (0, "")
    assert "nothing was written" in printed.err
    assert not (tmp_path / "out.csv").exists()
    assert firstline(tmp_path / "home", "quarantine", "list", "--format", "json").json() == []


def test_what_cannot_be_brought_back_is_told_and_the_code_is_the_worst(home: Path, tmp_path: Path) -> None:
    good = tmp_path / "out.csv"
    firstline(home, "quarantine", "export", good, "--batch", "1")
    (tmp_path / "empty").mkdir()
    printed = firstline(
        home, "quarantine", "retry", good, tmp_path / "none.csv", tmp_path / "tickets.csv", "--format", "json"
    )
    told = printed.json()
    assert [(record["error"] or {}).get("code") for record in told] == [None, "no_such_file", "not_an_export"]
    assert printed.code == 2
    assert firstline(home, "quarantine", "retry", tmp_path / "none.csv").code == 1
    assert firstline(home, "quarantine", "retry", tmp_path / "empty").code == 2
    assert firstline(home, "quarantine", "retry", good, "--mapping", tmp_path / "none.toml").code == 2


def test_sources_count_what_waits_to_be_mended(home: Path, tmp_path: Path) -> None:
    def waiting() -> dict[str, int]:
        told = firstline(home, "sources", "--format", "json").json()
        return {each["entity"]: each["quarantined"] for each in told}

    assert waiting() == {"ticket": 2, "contact": 1}
    out = tmp_path / "out.csv"
    firstline(home, "quarantine", "export", out, "--batch", "1")
    out.write_text(mended(out.read_text(), (2, "ticket_id", "T2")), newline="")
    firstline(home, "quarantine", "retry", out)
    assert waiting() == {"ticket": 1, "contact": 1}
    assert json.loads(firstline(home, "quarantine", "list", "--state", "closed", "--format", "json").out)[0]["row"] == 2
