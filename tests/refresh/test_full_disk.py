"""A full disk leaves a usable home: a tenth of the writes of `bench.full_disk`, and a real small disk."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import duckdb
import pytest

from bench.full_disk import run
from firstline.full_disk import DiskFullError, is_full_disk, naming_full_disk
from firstline.home import Home
from firstline.intake.request import ImportRecord
from firstline.publishing.publish import try_publish
from firstline.revision.remapping import try_remap
from tests.contracts.project import ROOT
from tests.homes import ARRIVAL, bring

NO_ROOM = os.strerror(errno.ENOSPC)


def test_after_a_full_disk_the_home_is_worth_the_same(tmp_path: Path) -> None:
    """Takes about 10 s: commands are given again and again, each finding no room at a later write."""
    outcome = run(tmp_path, every=20, first=7, scenarios=("import", "undo"))
    assert outcome.problems == []
    assert outcome.full >= 4


def test_a_real_full_disk_is_named_and_the_home_is_whole_afterwards() -> None:
    """Takes about 10 s: a small disk is mounted and filled."""
    command = [sys.executable, "-m", "bench.full_disk", "--real", "--scenarios", "import", "--rooms", "0", "16", "512"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode == 3:
        pytest.skip(f"no disk can be mounted here: {done.stderr[-200:]}")
    outcome = json.loads(done.stdout)
    assert outcome["problems"] == []
    assert outcome["full"] >= 2


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, NO_ROOM),
        OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)),
        sqlite3.OperationalError("database or disk is full"),
        duckdb.IOException(f'IO Error: Could not write file "x": {NO_ROOM}'),
        duckdb.TransactionException(f'TransactionContext Error: Failed to commit: Could not write file "x": {NO_ROOM}'),
    ],
)
def test_every_way_to_say_it_becomes_one_error(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(DiskFullError) as raised, naming_full_disk(tmp_path / "not" / "there"):
        raise error
    assert raised.value.exit_code == 1
    assert raised.value.code == "disk_full"
    assert raised.value.message.startswith("The disk of /")
    assert "Make room" in raised.value.hint


def test_what_a_record_or_publishing_tells_of_a_full_disk_ends_the_command(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_full_disk(DiskFullError(home.path))
    with monkeypatch.context() as patched:
        patched.setattr("firstline.publishing.publish.publish", Mock(side_effect=DiskFullError(home.path)))
        with pytest.raises(DiskFullError):
            try_publish(home, print)
    bring(home, "ticket_id,opened_at\nT1,2026-03-01\n", source="desk")
    text = 'source = "desk"\n[file]\nentity = "ticket"\n[fields]\nticket_id = "ticket_id"\nopened_at = "opened_at"\n'
    full = DiskFullError(home.path).as_dict()
    monkeypatch.setattr("firstline.refresh.remap.import_file", lambda *_a, **_n: ImportRecord("a.csv", error=full))
    with pytest.raises(DiskFullError):
        try_remap(home, "desk", text, ARRIVAL)


def test_other_errors_stay_what_they_are(tmp_path: Path) -> None:
    assert not is_full_disk(OSError(errno.ENOENT, "No such file or directory"))
    with pytest.raises(ValueError, match="wrong"), naming_full_disk(tmp_path):
        raise ValueError("wrong")
