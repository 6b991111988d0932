"""Whoever was forgotten does not come back: not with an export, not with a backup."""

from __future__ import annotations

import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from firstline.home import Home
from firstline.refresh.forgetting import forget
from firstline.refresh.imports import import_all
from tests.cli.commands import firstline
from tests.homes import ARRIVAL, bring, counts, moment
from tests.person import ADA, figures, make_home, requests, traces

LATER = moment("2026-07-01")
TICKETS = "ticket_id,account_id,opened_at,type,name,phone\n"


@dataclass(frozen=True)
class Story:
    """A home in which Ada was forgotten, its exports, its figures, and a backup from before."""

    home: Path
    exports: Path
    figures: Any
    older: Path


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("story")
    home = make_home(folder)
    before = figures(home)
    assert firstline(home, "backup", folder / "older.tar.gz").code == 0
    assert firstline(home, "forget", ADA).code == 0
    return Story(home, folder / "exports", before, folder / "older.tar.gz")


def test_the_same_exports_again_bring_nobody_back(story: Story, tmp_path: Path) -> None:
    shutil.copytree(story.home, tmp_path / "home")
    home = Home.open(tmp_path / "home")
    records = import_all(home, requests(story.exports), lambda: LATER)
    home.close()
    assert [counts(record)[1] for record in records] == [0] * len(records)
    told = {record.path for record in records if any("were forgotten" in each for each in record.warnings)}
    assert told == {
        "account.csv", "subscriber_pii.csv", "device.csv", "ticket.csv", "ticket_text.csv", "survey_response.csv",
        "contact.xlsx", "truck_roll.xlsx", "broken.csv",
    }  # fmt: skip
    assert traces(home.path) == {}
    assert figures(home.path) == story.figures


def test_an_older_backup_is_held_against_the_list(story: Story, tmp_path: Path) -> None:
    home = tmp_path / "home"
    listed = story.home / "forgotten.txt"
    done = firstline(home, "restore", story.older, "--forgotten", listed)
    assert done.code == 0, done.err
    assert traces(home) == {}
    assert figures(home) == story.figures
    assert (home / "forgotten.txt").exists()


def test_a_later_backup_holds_the_list_and_nothing_of_the_person(story: Story, tmp_path: Path) -> None:
    archive = tmp_path / "later" / "backup.tar.gz"
    assert firstline(story.home, "backup", archive).code == 0
    with tarfile.open(archive) as opened:
        assert "forgotten.txt" in opened.getnames()
        opened.extractall(tmp_path / "unpacked", filter="data")
    assert traces(tmp_path / "unpacked") == {}


def test_a_list_of_another_home_is_refused(story: Story, tmp_path: Path) -> None:
    (tmp_path / "wrong.txt").write_text("S-7001\n")
    found = firstline(tmp_path / "one", "restore", story.older, "--forgotten", tmp_path / "wrong.txt")
    assert found.code == 2
    assert "no list of forgotten persons" in found.err
    text = (story.home / "forgotten.txt").read_text()
    (tmp_path / "other.txt").write_text(text.replace("\nsecret ", "\nsecret 0"))
    found = firstline(tmp_path / "two", "restore", story.older, "--forgotten", tmp_path / "other.txt")
    assert found.code == 1
    assert "another secret" in found.err


def test_new_rows_of_theirs_come_without_what_tells_of_them(home: Home) -> None:
    (home.path / "firstline.toml").write_text('country = "US"\n')
    bring(home, "account_id,subscriber_id,phone\nA-1,S-1,303-555-0142\nA-2,S-2,303-555-0177\n", entity="account")
    forget(home, "S-1", LATER)
    record = bring(
        home,
        TICKETS + "T-1,A-1,2026-03-01,trouble,Ada Lovering,303-555-0142\nT-2,A-2,2026-03-01,trouble,Bob Mender,\n"
        "T-3,A-1,never,trouble,Ada Lovering,\n",
        at=LATER,
        entity="ticket",
    )
    assert counts(record) == (3, 2, 0, 1)
    assert "2 rows are of persons who were forgotten" in " ".join(record.warnings)
    # the accounts of the tickets are known all the same
    assert home.warehouse.value("SELECT count(account_id) FROM ticket") == 2
    shutil.rmtree(home.path / "given")
    home.warehouse.execute("CHECKPOINT")
    assert traces(home.path, ("Ada Lovering", "303-555-0142")) == {}
    assert traces(home.path, ("Bob Mender",)) != {}


def test_a_number_that_was_passed_on_is_its_new_owners(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "firstline.toml").write_text('country = "US"\n')
    home = Home.open(tmp_path / "home")
    bring(home, "account_id,subscriber_id,phone\nA-1,S-1,303-555-0142\n", entity="account")
    forget(home, "S-1", LATER)
    text = "T-1,,2026-03-01,trouble,Ada Lovering,303-555-0142\nT-2,,2026-08-01,trouble,Cy Newer,303-555-0142\n"
    assert counts(bring(home, TICKETS + text, at=moment("2026-09-01"), entity="ticket"))[1] == 2
    names = home.warehouse.rows("SELECT source_id, name FROM ticket_personal")
    home.close()
    assert names == [{"source_id": "T-2", "name": "Cy Newer"}]
    assert ARRIVAL < LATER
