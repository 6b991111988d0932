"""While the disk is full the server tells so at every door and serves on; with room the same request is answered."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from firstline.cli.desk import Desk
from firstline.cli.serving import OpenOffice
from firstline.full_disk import DiskFullError
from firstline.home import Home
from firstline.refresh import inbox
from firstline.refresh.refreshing import bring_up_to_date
from firstline.web.app import IMPORT_PATH, build_app
from firstline.web.security import FIELD
from tests.contracts.project import ROOT
from tests.homes import ARRIVAL
from tests.web.markup import check_page, get_page, text_of
from tests.web.visitor import Visitor

TICKETS = b"ticket_id,opened_at,type\nT-1,2026-05-02 09:00:00,trouble\n"


def no_room(*_given: Any, **_named: Any) -> Any:
    """What every write is answered with."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_real_server_on_a_real_full_disk() -> None:
    """Takes about 15 s: a server is started on a small disk, which is filled, and given room again."""
    command = [sys.executable, "-m", "bench.full_disk_serving", "--rooms", "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode == 3:
        pytest.skip(f"no disk can be mounted here: {done.stderr[-200:]}")
    outcome = json.loads(done.stdout)
    assert outcome["problems"] == []
    assert outcome["full"] >= 3


@pytest.mark.parametrize(
    "where", ["firstline.cli.serving.tempfile.TemporaryDirectory", "firstline.cli.serving.import_all"]
)
def test_an_upload_without_room_is_told(home: Home, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    bring_up_to_date(home)
    client = Visitor(build_app(OpenOffice(Desk([], home_path=home.path, served=home), home)))
    token = get_page(client, "/sources").all("input", name=FIELD)[0].get("value") or ""

    def send() -> Any:
        return client.post(IMPORT_PATH, data={FIELD: token}, files={"file": ("ticket.csv", TICKETS)})

    with monkeypatch.context() as patched:
        patched.setattr(where, no_room)
        answer = send()
        assert get_page(client, "/")
    assert answer.status_code == 507
    told = text_of(check_page(answer.text).root)
    assert "The disk of /" in told
    assert "Make room" in told
    assert send().status_code == 200


def test_a_file_in_the_inbox_waits_for_room(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    dropped = home.path / "inbox" / "desk" / "ticket.csv"
    dropped.parent.mkdir(parents=True)
    dropped.write_bytes(TICKETS)
    arrival = inbox.Arrival("desk", dropped)
    with monkeypatch.context() as patched:
        patched.setattr("firstline.intake.importing.tempfile.TemporaryDirectory", no_room)
        with pytest.raises(DiskFullError):
            inbox.take_in(home, arrival, ARRIVAL)
    assert [path.name for path in dropped.parent.iterdir()] == ["ticket.csv"]
    assert inbox.take_in(home, arrival, ARRIVAL)[0].accepted == 1


def test_a_report_without_room_keeps_the_file(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    dropped = home.path / "inbox" / "desk" / "ticket.csv"
    dropped.parent.mkdir(parents=True)
    dropped.write_bytes(TICKETS)
    arrival = inbox.Arrival("desk", dropped)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", no_room)
        with pytest.raises(DiskFullError):
            inbox.take_in(home, arrival, ARRIVAL)
    assert inbox.take_in(home, arrival, ARRIVAL)[0].unchanged == 1
