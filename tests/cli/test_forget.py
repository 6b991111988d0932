"""A person can be forgotten: nothing of theirs is left in the home, and no figure moves."""

from __future__ import annotations

import io
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from firstline.cli.desk import Desk
from firstline.cli.main import run
from firstline.cli.readers import Readers
from firstline.cli.serving import OpenOffice
from firstline.errors import HomeError
from firstline.home import Home
from firstline.model.vocabulary import vocabulary
from firstline.web.office import reading
from tests.cli.commands import Printed, firstline
from tests.person import ADA, HERS, OTHERS, VALUES, figures, make_home, traces


@dataclass(frozen=True)
class Story:
    """What was before and after Ada was forgotten."""

    before: Path
    home: Path
    figures: Any
    tried: Printed
    told: Printed


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with Ada in it, and with copies of her data where the product leaves some."""
    home = make_home(tmp_path_factory.mktemp("made"))
    assert firstline(home, "kpi", "ticket_volume", "--as-of", "9").code == 0
    for folder in ("inbox/desk/done", "scratch", "landing/aside/personal/ticket_text"):
        (home / folder).mkdir(parents=True, exist_ok=True)
        (home / folder / "copy.csv").write_text("T-7,my daughter cannot learn\n")
    return home


@pytest.fixture(scope="module")
def story(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Ada is forgotten in a copy of that home, after it was tried."""
    home = tmp_path_factory.mktemp("forgotten") / "home"
    shutil.copytree(made, home)
    before = figures(home)
    tried = firstline(home, "forget", ADA, "--dry-run", "--format", "json")
    assert figures(home) == before
    told = firstline(home, "forget", ADA, "--format", "json")
    return Story(made, home, before, tried, told)


def test_nothing_of_the_person_is_left_anywhere(story: Story) -> None:
    assert story.told.code == 0, story.told.err
    found = {value for values in traces(story.before).values() for value in values}
    assert found == set(VALUES) - {"13035550142"}
    assert traces(story.home) == {}


def test_no_figure_moves(story: Story) -> None:
    assert figures(story.home) == story.figures


def test_everybody_else_is_still_there(story: Story) -> None:
    found = {value for values in traces(story.home, OTHERS).values() for value in values}
    assert found == set(OTHERS)


def test_what_goes_is_counted_before_and_after(story: Story) -> None:
    tried, told = story.tried.json(), story.told.json()
    assert told["batch"] == 14
    assert tried == {**told, "batch": None}
    assert told["personal"] == {
        "account": 1, "contact": 1, "device": 1, "subscriber_pii": 1, "survey_response": 1, "ticket": 1,
        "ticket_text": 1,
    }  # fmt: skip
    assert (told["leftover"], told["quarantine"], told["corrections"], told["kept"]) == (3, 3, 1, 11)


def test_her_rows_stay_under_their_ids(story: Story) -> None:
    opened = Home.open(story.home)
    try:
        ids = {
            row["source_id"] for name in vocabulary() for row in opened.warehouse.rows(f"SELECT source_id FROM {name}")
        }
        assert {*HERS} - {"A-7001"} <= ids
        assert opened.warehouse.value("SELECT reason FROM row_correction") == "(erased)"
    finally:
        opened.close()


def test_it_is_done_once_and_for_good(story: Story) -> None:
    again = firstline(story.home, "forget", ADA)
    assert "forgotten already" in again.out
    undone = firstline(story.home, "undo", "14")
    assert undone.code == 2
    assert "cannot be undone" in undone.err


def test_a_rebuild_and_a_remap_bring_nobody_back(story: Story, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(story.home, home)
    for name in ("warehouse.duckdb", "state.db", "state.db-wal", "state.db-shm"):
        (home / name).unlink(missing_ok=True)
    assert firstline(home, "rebuild").code == 0
    (tmp_path / "texts.toml").write_text(
        'source = "canonical"\n[file]\nentity = "ticket_text"\n[fields]\nticket_id = "ticket_id"\nbody = "subject"\n'
    )
    done = firstline(home, "remap", "canonical", "--mapping", tmp_path / "texts.toml", "--format", "json")
    assert done.code == 0, done.err
    assert [(each["read"], each["accepted"]) for each in done.json()["files"]] == [(2, 2)]
    assert traces(home) == {}
    assert figures(home) == story.figures


def test_an_unknown_subscriber_is_misuse_and_names_no_person(story: Story) -> None:
    found = firstline(story.home, "forget", "S-7005")
    assert found.code == 2
    assert "Did you mean 'S-700" in found.err
    assert "Bob" not in found.err


def test_a_running_server_does_it_while_its_pages_wait(made: Path, story: Story, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "home")
    opened, err = Home.open(tmp_path / "home"), io.StringIO()
    serving = Desk([], home_path=opened.path, served=opened)
    office = OpenOffice(serving, opened)
    desk = Desk(["forget", ADA], out=io.StringIO(), err=err, home_path=opened.path, served=opened, turn=serving.turn)
    codes: list[int] = []
    forgetting = Thread(target=lambda: codes.append(run(desk)))
    with reading(office) as warehouse:
        forgetting.start()
        until_closed(serving.turn.readers)
        assert warehouse.value("SELECT count(*) FROM ticket") > 0
        with reading(office) as once_more:
            assert once_more.value("SELECT count(*) FROM ticket") > 0
        assert not codes
    with reading(office) as warehouse:
        assert warehouse.value("SELECT count(*) FROM ticket") > 0
        assert traces(opened.path) == {}
    forgetting.join()
    opened.close()
    assert codes == [0], err.getvalue()
    assert figures(opened.path) == story.figures


def until_closed(readers: Readers) -> None:
    """Wait until somebody wants to be alone: then a page that does not read yet would have to wait."""
    latest = time.monotonic() + 60
    with ThreadPoolExecutor(1) as pages:
        while pages.submit(_may_read, readers).result():
            assert time.monotonic() < latest


def _may_read(readers: Readers) -> bool:
    try:
        with readers.reading(patience_s=0.01):
            return True
    except HomeError:
        return False
