"""The command line's contract: JSON alone on stdout, every key always there, the exit codes."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.cli.commands import firstline

IMPORT_KEYS = {
    "path",
    "entity",
    "entities",
    "read",
    "accepted",
    "unchanged",
    "quarantined",
    "reasons",
    "batch",
    "warnings",
    "error",
}
KPI_KEYS = {
    "kpi",
    "version",
    "period_start",
    "period_end",
    "partial",
    "group",
    "value",
    "unit",
    "low",
    "high",
    "n",
    "numerator",
    "denominator",
    "pending",
    "excluded",
    "completeness",
    "state",
    "reason",
    "note",
}
TICKETS = "ticket_id,opened_at,type,channel,account_id\n" + "".join(
    f"T{n},2026-{1 + n % 3:02d}-{1 + n % 27:02d} 10:00,trouble,{'email' if n % 2 else 'phone'},A{n % 9}\n"
    for n in range(60)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tickets.csv").write_text(TICKETS)
    return tmp_path


@pytest.fixture
def filled(folder: Path) -> Path:
    assert firstline(folder / "home", "import", folder / "tickets.csv").code == 0
    return folder / "home"


def test_import_prints_one_record_per_file_with_every_key(folder: Path) -> None:
    printed = firstline(folder / "home", "import", folder / "tickets.csv", "--format", "json")
    assert printed.code == 0
    (record,) = printed.json()
    assert record.keys() >= IMPORT_KEYS
    assert (record["read"], record["accepted"], record["unchanged"], record["quarantined"]) == (60, 60, 0, 0)
    assert record["entities"] == {"ticket": 60}
    assert record["error"] is None
    assert record["path"] == str(folder / "tickets.csv")


def test_with_several_paths_the_good_ones_import_and_the_code_is_the_worst(folder: Path) -> None:
    (folder / "odd.csv").write_text("a,b\n1,2\n")
    printed = firstline(
        folder / "home", "import", folder / "none.csv", folder / "tickets.csv", folder / "odd.csv", "--format", "json"
    )
    missing, good, odd = printed.json()
    assert missing["error"]["code"] == "no_such_file"
    assert good["accepted"] == 60
    assert odd["error"]["code"] == "unknown_content"
    assert odd.keys() >= IMPORT_KEYS
    assert printed.code == 2
    assert firstline(folder / "home", "import", folder / "none.csv").code == 1


def test_a_folder_is_imported_file_by_file(folder: Path) -> None:
    (folder / "in").mkdir()
    for name in ("a.csv", "b.csv"):
        (folder / "in" / name).write_text(TICKETS)
    records = firstline(folder / "home", "import", folder / "in", "--format", "json").json()
    assert [record["accepted"] for record in records] == [60, 0]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["kpi", "tiket_volume"], "'ticket_volume'"),
        (["kpi", "ticket_volume", "--group", "chanel"], "'channel'"),
        (["kpi", "ticket_volume", "--where", "chanel=email"], "'channel'"),
        (["kpi", "ticket_volume", "--from", "2026-13-01"], "2026-13-01"),
        (["kpi", "ticket_volume", "--from", "2026-01-01T10:00:00"], "offset"),
        (["kpi", "ticket_volume", "--by", "moth"], "'month'"),
        (["kpi", "--frm", "2026-01-01"], "--from"),
        (["explain", "tiket_volume"], "'ticket_volume'"),
        (["template", "tiket"], "'ticket'"),
        (["improt"], "improt"),
        (["import", "tickets.csv", "--as", "tiket"], "'ticket'"),
    ],
)
def test_misuse_is_code_2_and_names_the_nearest_right_word(filled: Path, words: list[str], told: str) -> None:
    given = [str(filled.parent / word) if word == "tickets.csv" else word for word in words]
    printed = firstline(filled, *given)
    assert printed.code == 2
    assert told in printed.err


def test_every_kpi_answers_with_every_key(filled: Path) -> None:
    printed = firstline(filled, "kpi", "--format", "json", "--by", "month")
    assert printed.code == 0
    records = printed.json()
    assert {record["kpi"] for record in records} >= {"ticket_volume", "aht", "nps", "subscriber_churn_rate"}
    for record in records:
        assert record.keys() >= KPI_KEYS
        assert record["state"] in {"provisional", "final", "restated", "unavailable"}
        assert (record["value"] is None) == (record["reason"] is not None), record
    by_id = {record["kpi"]: record for record in records}
    assert by_id["aht"]["reason"].startswith("missing:contact.")
    assert by_id["aht"]["value"] is None


def test_figures_do_not_depend_on_the_clock(filled: Path) -> None:
    asked = ("kpi", "ticket_volume", "backlog", "--format", "json")
    assert firstline(filled, *asked).json() == firstline(filled, *asked, "--now", "2031-01-01").json()


def test_groups_filters_and_periods_agree(filled: Path) -> None:
    whole = firstline(filled, "kpi", "K01", "--format", "json").json()[0]
    assert whole["value"] == 60
    grouped = firstline(filled, "kpi", "K01", "--by", "month", "--group", "channel", "--format", "json").json()
    assert sum(record["value"] for record in grouped) == 60
    assert {record["group"]["channel"] for record in grouped} == {"email", "phone"}
    email = firstline(filled, "kpi", "k01", "--where", "channel=email", "--format", "json").json()[0]
    assert email["value"] == sum(record["value"] for record in grouped if record["group"]["channel"] == "email")


def test_a_part_of_a_month_is_marked_as_cut(filled: Path) -> None:
    words = ("kpi", "ticket_volume", "--from", "2026-01-10", "--to", "2026-03-01", "--by", "month", "--format", "json")
    first, second = firstline(filled, *words).json()
    assert (first["period_start"], first["partial"]) == ("2026-01-10T00:00:00+00:00", True)
    assert (second["period_end"], second["partial"]) == ("2026-03-01T00:00:00+00:00", False)


def test_a_home_without_a_time_zone_says_so_once(filled: Path) -> None:
    assert firstline(filled, "kpi", "ticket_volume").err.count("No time zone is set") == 1


def test_init_writes_a_commented_file_once(tmp_path: Path) -> None:
    assert firstline(tmp_path / "h", "init").code == 0
    text = (tmp_path / "h" / "firstline.toml").read_text()
    assert "# timezone = " in text
    assert firstline(tmp_path / "h", "init").code == 2
    assert firstline(tmp_path / "h", "kpi", "ticket_volume").code == 0


def test_a_wrong_setting_is_named_with_the_nearest_right_one(tmp_path: Path) -> None:
    (tmp_path / "h").mkdir()
    (tmp_path / "h" / "firstline.toml").write_text('timezone = "America/Denvr"\n')
    printed = firstline(tmp_path / "h", "kpi")
    assert printed.code == 2
    assert "America/Denver" in printed.err


def test_an_empty_home_answers_every_kpi_with_what_it_misses(tmp_path: Path) -> None:
    records = firstline(tmp_path / "h", "kpi", "--format", "json").json()
    assert len(records) > 30
    assert all(record["value"] is None and record["reason"].startswith("missing:") for record in records)


def test_restore_and_rebuild_answer_the_same_figures(filled: Path) -> None:
    asked = ("kpi", "--by", "month", "--format", "json", "--now", "2026-06-01")
    before = firstline(filled, *asked).json()
    archive = filled.parent / "b.tar.gz"
    assert firstline(filled, "backup", archive).code == 0
    assert firstline(filled, "rebuild").code == 0
    assert firstline(filled, *asked).json() == before
    other = filled.parent / "other"
    assert firstline(other, "restore", archive).code == 0
    assert firstline(other, *asked).json() == before


def test_an_empty_folder_does_not_stop_the_other_paths(folder: Path) -> None:
    (folder / "empty").mkdir()
    printed = firstline(folder / "home", "import", folder / "empty", folder / "tickets.csv", "--format", "json")
    assert [record["accepted"] for record in printed.json()] == [0, 60]
    assert printed.json()[0]["error"]["code"] == "empty_folder"
    assert printed.code == 1


def test_a_dry_run_and_a_question_make_no_home(folder: Path) -> None:
    assert firstline(folder / "h", "import", folder / "tickets.csv", "--dry-run").code == 0
    assert firstline(folder / "h", "kpi", "ticket_volume").code == 0
    assert not (folder / "h").exists()


def test_a_home_that_is_a_file_is_refused(folder: Path) -> None:
    for words in (["kpi"], ["import", str(folder / "tickets.csv")]):
        printed = firstline(folder / "tickets.csv", *words)
        assert printed.code == 1
        assert "cannot be used" in printed.err


def test_broken_stores_are_named_with_the_way_out(filled: Path) -> None:
    asked = ("kpi", "ticket_volume", "--format", "json")
    before = firstline(filled, *asked).json()
    (filled / "warehouse.duckdb").write_text("junk")
    broken = firstline(filled, *asked)
    assert broken.code == 1
    assert "rebuild" in broken.err
    assert firstline(filled, "rebuild").code == 0
    assert firstline(filled, *asked).json() == before
    for path in filled.glob("state.db*"):
        path.unlink()
    (filled / "state.db").write_text("junk" * 500)
    broken = firstline(filled, *asked)
    assert broken.code == 1
    assert "state.db" in broken.err
    (filled / "state.db").unlink()
    assert firstline(filled, "rebuild").code == 0
    assert firstline(filled, *asked).json() == before


def test_a_workbook_of_several_sheets_asks_which_one_is_meant(folder: Path) -> None:
    book = openpyxl.Workbook()
    for name, header in (("Tickets", "opened_at"), ("Visits", "dispatched_at")):
        sheet = book.create_sheet(name)
        sheet.append(["ticket_id" if name == "Tickets" else "visit_id", header])
        sheet.append(["X1", "2026-01-01"])
    book.save(folder / "book.xlsx")
    home = folder / "home"
    asked = firstline(home, "import", folder / "book.xlsx", "--as", "ticket")
    assert asked.code == 2
    assert "'Tickets', 'Visits'" in asked.err
    words = ("import", folder / "book.xlsx", "--as", "ticket", "--sheet", "Tickets", "--format", "json")
    assert firstline(home, *words).json()[0]["accepted"] == 1
    every = firstline(home, "import", folder / "book.xlsx", "--format", "json").json()
    assert [(record["sheet"], record["entity"]) for record in every] == [
        ("Tickets", "ticket"),
        ("Visits", "truck_roll"),
    ]
