"""A power loss loses nothing that was accepted: every state a disk could be in after every operation is looked at."""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

import firstline.durable
import firstline.landing.folder
from firstline.home import Home
from firstline.model.batch import Batch
from firstline.refresh.backup import back_up, restore
from firstline.refresh.refreshing import bring_up_to_date
from firstline.refresh.undo import withdraw
from tests.cli.commands import firstline as command
from tests.homes import ARRIVAL, bring, counts
from tests.mending import bring_back, exported, mended
from tests.refresh.power import Recorder, State, files_of

TICKETS = "ticket_id,opened_at,note\nT1,2026-01-02,a\n,2026-01-03,b\n"
CALLS = "contact_id,entered_at,phone\nC1,2026-03-02,+41 79 123 45 67\n"


def lost(recorder: Recorder) -> list[str]:
    """What an accepted batch needs and a state of the disk has not got, or not whole; each with the operation."""
    found = []
    final = {
        path: (recorder.root / "home" / path).read_bytes() for each in recorder.accepted for path in files_of(each)
    }
    for moment in recorder.moments:
        for state in moment.states() if moment.accepted else ():
            found += [
                f"{path} after {moment.operation}"
                for batch in moment.accepted
                for path in _lacking(state, batch, final)
            ]
    return sorted(set(found))


def _lacking(state: State, batch: Batch, final: dict[str, bytes]) -> list[str]:
    return [
        path
        for path, digest in files_of(batch).items()
        if state.get(f"home/{path}") != final[path] or digest not in (None, sha256(final[path]).hexdigest())
    ]


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Recorder:
    """A first import with match keys, one with quarantined rows, a retry and an undo, all of it recorded."""
    root = tmp_path_factory.mktemp("power")
    recorder = Recorder(root)
    with recorder.recording():
        home = Home.open(root / "home")
        assert counts(bring(home, CALLS)) == (1, 1, 0, 0)
        assert bring(home, TICKETS, entity="ticket").quarantined == 1
        assert bring_back(home, mended(exported(home), (2, "ticket_id", "T2"))).closed == 1
        withdraw(home, 2, ARRIVAL)
        home.close()
    assert [batch.number for batch in recorder.accepted] == [1, 2, 3, 4]
    assert any(batch.secret for batch in recorder.accepted)
    return recorder


def test_no_state_of_the_disk_lacks_what_was_accepted(recorder: Recorder) -> None:
    assert len(recorder.moments) > 100
    assert lost(recorder) == []


def test_after_a_power_loss_the_home_holds_every_accepted_row(recorder: Recorder, tmp_path: Path) -> None:
    """The poorest disk there can be: nothing but what is certain, and no warehouse."""
    poor = tmp_path / "poor"
    for path, content in recorder.moments[-1].certain_state().items():
        (poor / path).parent.mkdir(parents=True, exist_ok=True)
        (poor / path).write_bytes(content)
    (poor / "home" / "state.db").write_bytes((recorder.root / "home" / "state.db").read_bytes())
    again = Home.open(poor / "home")
    bring_up_to_date(again)
    assert again.landing.damaged_files(again.ledger.batches()) == []
    assert [row["id"] for row in again.warehouse.rows("SELECT contact_id AS id FROM contact")] == ["C1"]
    again.close()


def _no_sync(_anything: object) -> None:
    """A sync that is left out."""


LEFT_OUT: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "the bytes of a file": lambda patch: patch.setattr(os, "fsync", _only_folders(os.fsync)),
    "the name of a file": lambda patch: patch.setattr(firstline.durable, "sync_folder", _no_sync),
    "the name of a folder": lambda patch: patch.setattr(
        firstline.durable, "make_folder", lambda folder: folder.mkdir(parents=True, exist_ok=True)
    ),
}


def _only_folders(real: Callable[[int], None]) -> Callable[[int], None]:
    def synced(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").resolve().is_dir():
            real(descriptor)

    return synced


@pytest.mark.parametrize("left_out", LEFT_OUT)
def test_a_sync_that_is_left_out_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left_out: str) -> None:
    recorder = Recorder(tmp_path)
    with recorder.recording():
        LEFT_OUT[left_out](monkeypatch)
        home = Home.open(tmp_path / "home")
        bring(home, TICKETS, entity="ticket")
        home.close()
    assert lost(recorder)


def test_a_backup_is_whole_or_not_there(tmp_path: Path, home: Home) -> None:
    bring(home, TICKETS, entity="ticket")
    target = tmp_path / "kept" / "backup.tar.gz"
    recorder = Recorder(tmp_path)
    with recorder.recording():
        back_up(home, target)
    held = {state.get("kept/backup.tar.gz") for moment in recorder.moments for state in moment.states()}
    assert held == {None, target.read_bytes()}
    assert {state.get("kept/backup.tar.gz") for state in recorder.moments[-1].states()} == {target.read_bytes()}


def test_settings_are_whole_or_not_there(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    with recorder.recording():
        assert command(tmp_path / "home", "init").code == 0
    settings = (tmp_path / "home" / "firstline.toml").read_bytes()
    assert {each.get("home/firstline.toml") for moment in recorder.moments for each in moment.states()} == {
        None,
        settings,
    }
    assert {state.get("home/firstline.toml") for state in recorder.moments[-1].states()} == {settings}


def test_what_was_restored_is_there_when_the_restore_has_ended(tmp_path: Path, home: Home) -> None:
    bring(home, TICKETS, entity="ticket")
    back_up(home, tmp_path / "backup.tar.gz")
    (batch,) = home.ledger.batches()
    recorder = Recorder(tmp_path)
    with recorder.recording():
        restore(tmp_path / "backup.tar.gz", tmp_path / "again")
    for state in recorder.moments[-1].states():
        assert all(f"again/{path}" in state for path in files_of(batch))
