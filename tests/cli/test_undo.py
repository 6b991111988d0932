"""`firstline undo` withdraws a batch and says what moved; `--as-of` still gives what was known before."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import firstline

HEADER = "ticket_id,opened_at,type,changed_at\n"
FIRST = HEADER + "".join(f"T{n},2026-0{1 + n % 2}-10 10:00,trouble,2026-03-01\n" for n in range(10))
SECOND = HEADER + "".join(f"U{n},2026-02-11 10:00,trouble,2026-03-02\n" for n in range(4))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    for name, text in (("first", FIRST), ("second", SECOND)):
        path = folder / f"{name}.csv"
        path.write_text(text)
        assert firstline(folder / "home", "import", path).code == 0
    return folder


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    """A copy of a home with two batches."""
    return Path(shutil.copytree(filled, tmp_path, dirs_exist_ok=True)) / "home"


def volumes(home: Path, *words: str) -> dict[str, Any]:
    asked = firstline(home, "kpi", "ticket_volume", "--by", "month", *words, "--format", "json")
    return {record["period_start"][:7]: record["value"] for record in asked.json()}


def test_it_says_which_figures_moved_and_can_itself_be_undone(home: Path) -> None:
    before = volumes(home)
    assert before == {"2026-01": 5, "2026-02": 9}
    told = firstline(home, "undo", "2", "--format", "json").json()
    assert (told["withdraws"], told["batch"], told["rows"]) == (2, 3, {"ticket": 4})
    moved = {(each["kpi"], each["period_start"][:7]): (each["before"], each["after"]) for each in told["moved"]}
    assert moved[("ticket_volume", "2026-02")] == (9, 5)
    assert ("ticket_volume", "2026-01") not in moved
    assert volumes(home) == {"2026-01": 5, "2026-02": 5}
    standing = {batch["number"]: batch["is_live"] for batch in firstline(home, "imports", "--format", "json").json()}
    assert standing == {1: True, 2: False, 3: True}
    assert "withdrawn" in firstline(home, "imports").out
    shown = firstline(home, "undo", "3")
    assert "'firstline undo 4' brings it back" in shown.out
    assert volumes(home) == before


def test_a_dry_run_tells_the_same_and_writes_nothing(home: Path) -> None:
    told = firstline(home, "undo", "2", "--dry-run", "--format", "json").json()
    assert told["batch"] is None
    assert volumes(home) == {"2026-01": 5, "2026-02": 9}
    assert told["moved"] == firstline(home, "undo", "2", "--format", "json").json()["moved"]


def test_as_of_a_batch_or_an_instant_gives_what_was_known_then(home: Path) -> None:
    accepted = [batch["accepted_at"] for batch in firstline(home, "imports", "--format", "json").json()][::-1]
    firstline(home, "undo", "1")
    assert volumes(home) == {"2026-02": 4}
    assert volumes(home, "--as-of", "2") == {"2026-01": 5, "2026-02": 9}
    assert volumes(home, "--as-of", accepted[0]) == {"2026-01": 5, "2026-02": 5}
    assert volumes(home, "--as-of", "2") == {"2026-01": 5, "2026-02": 9}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("undo", "9"), "There is no batch 9"),
        (("kpi", "ticket_volume", "--as-of", "9"), "There is no batch 9"),
        (("kpi", "ticket_volume", "--as-of", "2020-01-01"), "Nothing had been imported by then"),
        (("kpi", "ticket_volume", "--as-of", "soon"), "soon"),
    ],
)
def test_what_is_not_there_is_misuse(home: Path, words: tuple[str, ...], said: str) -> None:
    found = firstline(home, *words)
    assert found.code == 2
    assert said in found.err
    assert found.out == ""


def test_past_states_that_are_kept_are_bounded(home: Path, tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / "more.csv").write_text(HEADER + f"V{number},2026-02-12,trouble,2026-03-02\n")
        assert firstline(home, "import", tmp_path / "more.csv").code == 0
    for number in range(1, 6):
        assert volumes(home, "--as-of", str(number))
    assert len(list((home / "as-of").iterdir())) == 3
