"""`firstline setup`: the checklist, trying a file first, and taking what is stated out again."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from firstline.query import setup as checklist
from firstline.query.definitions import the_catalogue
from firstline.query.difference import Moved
from tests.cli.commands import firstline
from tests.web.test_setup import CALLS

QUEUES = "queue_id,service_level_s,valid_from\nsupport,30,2026-04-01\n"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    calls = folder / "calls.csv"
    calls.write_text(CALLS)
    assert firstline(folder / "home", "import", calls, "--as", "contact").code == 0
    return folder


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    """A copy of a home with calls."""
    return Path(shutil.copytree(filled, tmp_path, dirs_exist_ok=True)) / "home"


def stated(home: Path) -> dict[str, int]:
    parts = firstline(home, "setup", "list", "--format", "json").json()
    return {name: rows for part in parts for name, rows in part["rows"].items()}


def test_the_checklist_names_what_a_part_would_unlock(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = the_catalogue()
    one = known.kpis["ticket_volume"]
    of_hours = one.model_copy(update={"needs": (("contact.entered_at", "business_calendar.opens"),)})
    of_more = one.model_copy(update={"needs": (("truck_roll.visit_id", "business_calendar.opens"),)})
    kpis = {**known.kpis, "of_hours": of_hours.model_copy(update={"id": "of_hours"}), "of_more": of_more}
    monkeypatch.setattr(checklist, "the_catalogue", lambda: replace(known, kpis=kpis))
    parts = {each["part"]: each for each in firstline(home, "setup", "list", "--format", "json").json()}
    assert "of_hours" in parts["opening"]["unlocks"]
    assert "ticket_volume" not in parts["opening"]["unlocks"]
    assert not any("of_hours" in part["unlocks"] for name, part in parts.items() if name != "opening")


def test_a_file_is_tried_first_and_tells_the_months_that_move(home: Path, tmp_path: Path) -> None:
    queues = tmp_path / "queues.csv"
    queues.write_text(QUEUES)
    asked = ("setup", "import", queues, "--as", "queue", "--format", "json")
    (tried,) = firstline(home, *asked, "--dry-run").json()
    assert stated(home)["queue"] == 0
    (done,) = firstline(home, *asked).json()
    assert stated(home)["queue"] == 1
    assert tried["moved"] == done["moved"]
    moved = {(each["kpi"], each["period_start"][:7]): (each["before"], each["after"]) for each in done["moved"]}
    assert moved["service_level_a", "2026-04"] == (0.5, 1.0)
    assert not [kpi for kpi, month in moved if month == "2026-03"]


def test_a_month_that_moves_is_named_as_a_month_and_a_part_as_a_part(home: Path, tmp_path: Path) -> None:
    queues = tmp_path / "queues.csv"
    queues.write_text(QUEUES)
    table = firstline(home, "setup", "import", queues, "--as", "queue", "--dry-run").out
    assert "2026-04 (part)" in table
    assert not re.search(r"\d{4}-\d\d-\d\d", table)
    march, april = datetime.fromisoformat("2026-03-01"), datetime.fromisoformat("2026-04-01")
    assert Moved("aht", {}, march, april, "s", 1, 2, 30, 30).month == "2026-03"


def test_what_is_stated_goes_out_as_it_can_come_in(home: Path, tmp_path: Path) -> None:
    queues = tmp_path / "queues.csv"
    queues.write_text(QUEUES)
    firstline(home, "setup", "import", queues, "--as", "queue")
    queues.write_text(firstline(home, "setup", "export", "queue").out)
    (again,) = firstline(home, "setup", "import", queues, "--as", "queue", "--format", "json").json()
    assert (again["read"], again["unchanged"]) == (1, 1)


def test_what_is_no_part_of_the_set_up_is_misuse(home: Path) -> None:
    refused = firstline(home, "setup", "import", home / "none.csv", "--as", "ques")
    assert (refused.code, "Did you mean 'queue'?" in refused.err) == (2, True)
    assert firstline(home, "setup", "import", home / "none.csv", "--as", "queue").code == 1
