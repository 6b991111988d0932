"""While a server has the home open, other commands hand their work to it."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from firstline.cli.neighbour import NOTE, leave_note
from firstline.web.app import IMPORT_PATH
from firstline.web.security import FIELD
from tests.cli.commands import firstline
from tests.cli.test_contract import TICKETS
from tests.intake.reading.given import workbook
from tests.mending import mended
from tests.publishing.months import tickets


@contextmanager
def serving(home: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running server of a home, and its address; the caller ends it, or it is killed."""
    command = [sys.executable, "-m", "firstline", "--home", str(home), "serve", "--port", "8700"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        address = None
        try:
            for line in server.stderr:
                if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                    address = found[0]
                    break
            assert address, "the server did not start"
            yield server, address
        finally:
            server.kill()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A home with a running server, and its address."""
    home = tmp_path / "home"
    (tmp_path / "tickets.csv").write_text(TICKETS)
    with serving(home) as (server, address):
        yield home, address
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=60)
    assert not (home / NOTE).exists()


def test_import_kpi_and_backup_work_while_serving(served: tuple[Path, str]) -> None:
    home, address = served
    assert stat.S_IMODE((home / NOTE).stat().st_mode) == 0o600
    printed = firstline(home, "import", home.parent / "tickets.csv", home.parent / "none.csv", "--format", "json")
    good, missing = printed.json()
    assert good["accepted"] == 60
    assert good["path"] == str(home.parent / "tickets.csv")
    assert missing["error"]["code"] == "no_such_file"
    assert printed.code == 1
    asked = ("kpi", "ticket_volume", "--by", "month", "--format", "json", "--now", "2026-06-01")
    figures = firstline(home, *asked).json()
    assert sum(record["value"] for record in figures) == 60
    assert firstline(home, "kpi", "tiket_volume").code == 2
    archive = home.parent / "b.tar.gz"
    assert firstline(home, "backup", archive).code == 0
    assert firstline(home.parent / "copy", "restore", archive).code == 0
    assert firstline(home.parent / "copy", *asked).json() == figures
    assert httpx.get(f"{address}/overview.json", timeout=60).status_code == 200
    assert firstline(home, "rebuild").out == "Rebuilt from 1 batches.\n"
    assert firstline(home, *asked).json() == figures
    assert httpx.get(f"{address}/overview.json", timeout=60).status_code == 200
    assert firstline(home, "serve").code == 1


def test_files_of_one_command_are_published_together_while_serving(served: tuple[Path, str]) -> None:
    """The server starts for it. A month that the second file changes is published as both have it; one that is missing
    changes nothing of that."""
    home, _ = served
    names = ("first", "late", "none")
    for name, text in zip(names, (tickets("T", 120), tickets("U", 5, "2026-02-10")), strict=False):
        (home.parent / f"{name}.csv").write_text(text)
    assert firstline(home, "import", *(home.parent / f"{name}.csv" for name in names)).code == 1
    assert firstline(home, "restated").out == "Nothing was restated.\n"
    (home.parent / "later.csv").write_text(tickets("V", 2, "2026-02-20"))
    assert firstline(home, "import", home.parent / "later.csv").code == 0
    (found,) = firstline(home, "restated", "--kpi", "ticket_volume", "--format", "json").json()
    assert (found["old"], found["new"], found["batches"]) == (33, 35, [3])


def test_a_file_in_the_inbox_is_imported_while_it_is_served(served: tuple[Path, str]) -> None:
    home, _ = served
    folder = home / "inbox" / "desk"
    folder.mkdir(parents=True)
    path = folder / "tickets.csv"
    path.write_text(TICKETS)
    long_ago = time.time() - 60
    os.utime(path, (long_ago, long_ago))
    until = time.monotonic() + 120
    while not (folder / "done" / "tickets.csv").exists() and time.monotonic() < until:
        time.sleep(0.2)
    assert json.loads((folder / "done" / "tickets.csv.report.json").read_text())[0]["accepted"] == 60
    # the server may be busy with publishing the figures for a moment more
    while (told := firstline(home, "imports", "--format", "json")).code and time.monotonic() < until:
        time.sleep(0.2)
    assert [batch["source"] for batch in told.json()] == ["desk"], told.err


def test_a_mapping_is_handed_over_by_its_text(served: tuple[Path, str]) -> None:
    home, _ = served
    mapping = home.parent / "m.toml"
    mapping.write_text(
        'source = "desk"\n[file]\nentity = "ticket"\n[fields]\nticket_id = "ticket_id"\nopened_at = "opened_at"\n'
    )
    assert firstline(home, "import", home.parent / "tickets.csv", "--mapping", mapping).code == 0
    mapping.write_text(mapping.read_text() + 'type = { constant = "billing" }\n')
    told = firstline(home, "remap", "desk", "--mapping", mapping, "--format", "json").json()
    assert told["withdraws"] == [1]
    record = firstline(home, "kpi", "ticket_volume", "--where", "type=billing", "--format", "json").json()[0]
    assert record["value"] == 60
    mapping.write_text(
        'source = "old"\n[file]\nentity = "ticket"\nsheet = "Data"\n[fields]\nticket_id = "Nr"\nopened_at = "When"\n'
    )
    books = [home.parent / f"{month}.xlsx" for month in (1, 2)]
    for month, path in enumerate(books, start=1):
        rows = [["Nr", "When"], [f"X{month}", f"2026-0{month}-02"]]
        path.write_bytes(workbook({"Legend": [["Word", "Of what"], ["a", "b"]], "Data": rows}))
    assert firstline(home, "import", books[0], "--mapping", mapping).code == 0
    second = firstline(home, "import", books[1], "--format", "json")
    # the sheet of notes is passed over, as where no server runs
    assert (second.code, [each["accepted"] for each in second.json()]) == (0, [0, 1])


def test_quarantined_rows_are_listed_exported_and_mended_while_serving(served: tuple[Path, str]) -> None:
    home, _ = served
    (home.parent / "bad.csv").write_text("ticket_id,opened_at\n,2026-01-02\nT3,\n")
    assert firstline(home, "import", home.parent / "bad.csv", "--as", "ticket").code == 0
    listed = firstline(home, "quarantine", "list", "--format", "json").json()
    assert [row["reason"] for row in listed] == ["missing_key", "missing_time"]
    out = home.parent / "out.csv"
    assert firstline(home, "quarantine", "export", out, "--reason", "missing_key").code == 0
    assert firstline(home, "quarantine", "export", home.parent / "x.csv", "--reason", "mising_key").code == 2
    out.write_text(mended(out.read_text(), (1, "ticket_id", "T2")), newline="")
    printed = firstline(home, "quarantine", "retry", out, home.parent / "none.csv", "--format", "json")
    good, missing = printed.json()
    assert (printed.code, good["closed"], missing["error"]["code"]) == (1, 1, "no_such_file")
    assert len(firstline(home, "quarantine", "list", "--format", "json").json()) == 1


def test_the_handover_answers_only_who_knows_the_token(served: tuple[Path, str]) -> None:
    home, address = served
    for headers in ({}, {"X-Firstline-Token": "guess"}):
        answer = httpx.post(f"{address}/handover/run", json={"argv": ["kpi"]}, headers=headers, timeout=60)
        assert answer.status_code == 403
    token = json.loads((home / NOTE).read_text())["token"]
    assert httpx.get(f"{address}/handover/ping", headers={"X-Firstline-Token": token}, timeout=60).status_code == 200


def test_an_upload_that_was_answered_is_lost_in_a_kill_or_comes_twice(tmp_path: Path) -> None:
    """The server is killed (SIGKILL) as soon as it has said that it has the file. It starts in some seconds."""
    home = tmp_path / "home"
    with serving(home) as (server, address), httpx.Client(base_url=address, timeout=60) as browser:
        token = re.search(rf'name="{FIELD}" value="([^"]+)"', browser.get("/sources").text)
        assert token
        file = ("tickets.csv", TICKETS.encode(), "text/csv")
        sent = browser.post(IMPORT_PATH, data={FIELD: token[1]}, files={"file": file}, headers={"Origin": address})
        server.kill()
        assert sent.status_code == 200
    asked = ("kpi", "ticket_volume", "--format", "json", "--now", "2026-06-01")
    assert firstline(home, *asked).json()[0]["value"] == 60
    (tmp_path / "tickets.csv").write_text(TICKETS)
    (again,) = firstline(home, "import", tmp_path / "tickets.csv", "--format", "json").json()
    assert (again["accepted"], again["unchanged"]) == (0, 60)
    assert firstline(home, *asked).json()[0]["value"] == 60


def test_a_note_that_a_dead_server_left_is_removed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert firstline(home, "init").code == 0
    (home / NOTE).write_text(json.dumps({"port": 9, "token": "x", "pid": 1}))
    assert firstline(home, "imports").code == 0
    assert not (home / NOTE).exists()


def test_the_note_of_a_server_is_never_seen_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, seen = json.dump, []

    def dump(*given: Any, **named: Any) -> None:
        seen.append((tmp_path / NOTE).exists())
        real(*given, **named)

    monkeypatch.setattr(json, "dump", dump)
    note = leave_note(tmp_path, 8700, "secret")
    assert seen == [False]
    assert json.loads(note.read_text())["port"] == 8700
    assert [path.name for path in tmp_path.iterdir()] == [NOTE]


def test_serve_refuses_any_address_but_loopback(tmp_path: Path) -> None:
    printed = firstline(tmp_path / "home", "serve", "--host", "0.0.0.0")
    assert printed.code == 2
    assert "no sign-in yet" in printed.err


def test_codes_are_mapped_and_the_months_that_move_are_told_while_serving(served: tuple[Path, str]) -> None:
    home, _address = served
    reasons = "".join(f"T{n},2026-03-0{n + 1},SLOW\n" for n in range(9))
    (home.parent / "reasons.csv").write_text(f"ticket_id,opened_at,reason_code\n{reasons}")
    (home.parent / "codes.csv").write_text(
        "code_source,field,value,meaning\ncanonical,ticket.reason_code,slow,wifi.device.slow\n"
    )
    assert firstline(home, "import", home.parent / "reasons.csv").code == 0
    for words in (("--dry-run",), ()):
        printed = firstline(home, "codes", "import", home.parent / "codes.csv", "--format", "json", *words)
        (record,) = printed.json()
        assert (printed.code, record["accepted"], record["batch"]) == (0, 1, None if words else 2)
        assert "wifi.device.slow" in {each["group"].get("reason") for each in record["moved"]}
    assert "wifi.device.slow" in firstline(home, "codes", "list").out
