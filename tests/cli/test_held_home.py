"""A home that another command holds is waited for; while a server has it, commands are handed over to it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import click
import pytest

from firstline.cli import neighbour
from firstline.cli.main import COMMANDS
from firstline.cli.neighbour import NOTE
from firstline.cli.turn import Turn
from firstline.errors import HomeError
from firstline.state.claim import FILE_NAME, Claim
from tests.cli.commands import firstline
from tests.cli.test_contract import TICKETS

MAPPING = """\
source = "desk"
[file]
entity = "ticket"
[fields]
ticket_id = "ticket_id"
opened_at = "opened_at"
reason_code = "reason_code"
"""
VOLUME = ("kpi", "ticket_volume", "--format", "json")
SERVED: dict[str, tuple[str, ...]] = {
    "imports": (),
    "mappings": (),
    "codes list": (),
    "codes export": (),
    "codes map": ("nobody", "ticket.reason_code", "slow=wifi.device.slow"),
    "codes import": ("codes.csv", "--dry-run"),
    "correct": ("ticket", "T1", "--source", "desk", "--set", "type=order", "--reason", "x", "--dry-run"),
    "corrections": (),
    "kpi": ("ticket_volume",),
    "sources": (),
    "quarantine list": (),
    "quarantine export": (),
    "quarantine retry": ("mended.csv",),
    "import": ("tickets.csv",),
    "undo": ("99",),
    "remap": ("nobody", "--mapping", "m.toml"),
    "backup": ("b.tar.gz",),
    "setup list": (),
    "setup export": ("queue",),
    "setup exclusions": (),
    "setup import": ("queues.csv", "--as", "queue", "--dry-run"),
    "restated": (),
    "snapshots": (),
    "rebuild": (),
    "forget": ("S99",),
}
"""Commands that a running server does, and what to ask of it; who asks for what is not there hears so from it."""
REFUSED = {"serve": "Use that one", "demo": "Use that one"}
FILES = (".csv", ".toml", ".gz")
HOMELESS = {"init", "template", "explain", "restore", "simulate"}
"""Commands that open no home: they ask nobody."""


@contextmanager
def started(home: Path, *words: str | Path) -> Iterator[subprocess.Popen[str]]:
    """A `firstline` in a process of its own, which is gone when the block ends."""
    command = [sys.executable, "-m", "firstline", "--home", str(home), *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        try:
            yield running
        finally:
            running.kill()


def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    latest = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < latest
        time.sleep(0.005)


@contextmanager
def stopped_import(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A real import that has the home `folder/home` open and does not move on."""
    (folder / "tickets.csv").write_text(TICKETS)
    with started(folder / "home", "import", folder / "tickets.csv") as importing:
        lock = folder / "home" / FILE_NAME
        until(lambda: lock.exists() and "import" in lock.read_text())
        importing.send_signal(signal.SIGSTOP)
        yield importing


def test_a_home_that_an_import_holds_is_waited_for_or_not(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with stopped_import(tmp_path) as importing:
        told = f"The home {home} is in use by 'firstline import' (process {importing.pid}) since "
        for words in (VOLUME, ("import", tmp_path / "tickets.csv"), ("rebuild",)):
            printed = firstline(home, *words, "--no-wait")
            assert printed.code == 1
            assert told in printed.err
            assert printed.err.strip().endswith("Try again later, or without --no-wait.")
        with started(home, *VOLUME) as asking, started(home, *VOLUME) as interrupted:
            for waiting in (asking, interrupted):
                assert waiting.stderr is not None
                line = waiting.stderr.readline()
                assert line.startswith(told)
                assert line.endswith("Waiting until it is free; Ctrl-C ends the wait.\n")
            interrupted.send_signal(signal.SIGINT)
            assert [text.strip() for text in interrupted.communicate(timeout=30)] == ["", "Interrupted."]
            assert interrupted.returncode == 130
            assert asking.poll() is None
            importing.send_signal(signal.SIGCONT)
            out, _ = asking.communicate(timeout=60)
        assert (importing.wait(60), asking.returncode) == (0, 0)
    assert json.loads(out)[0]["value"] == 60


def test_a_claim_ends_with_its_process_and_never_keeps_a_home_shut(tmp_path: Path) -> None:
    with stopped_import(tmp_path) as importing:
        importing.kill()
        importing.wait()
        assert firstline(tmp_path / "home", *VOLUME).code == 0
    claim = Claim(tmp_path, "firstline import")
    (tmp_path / FILE_NAME).write_text("{")
    with pytest.raises(HomeError, match="is in use by another command"):
        Claim(tmp_path, "firstline kpi")
    claim.release()
    Claim(tmp_path, "firstline kpi").release()


def test_each_command_says_that_it_need_not_wait() -> None:
    for name, command in leaves(COMMANDS):
        options = {word for parameter in command.params for word in parameter.opts}
        assert ("--no-wait" in options) == (name not in HOMELESS), name
    assert {name for name, _ in leaves(COMMANDS)} == SERVED.keys() | REFUSED.keys() | HOMELESS


def leaves(commands: tuple[click.Command, ...], above: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that can be run, by its words."""
    for command in commands:
        name = f"{above}{command.name}"
        if isinstance(command, click.Group):
            yield from leaves(tuple(command.commands.values()), f"{name} ")
        else:
            yield name, command


def test_a_running_server_does_every_command_or_refuses_it_with_a_hint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a server has to be started and asked for each verb: a few seconds
    home = tmp_path / "home"
    given = {
        "tickets.csv": "ticket_id,opened_at,reason_code\nT1,2026-01-01,slow\n,2026-01-02,slow\n",
        "m.toml": MAPPING,
        "queues.csv": "queue_id,team\nsupport,a\n",
        "codes.csv": "code_source,field,value,meaning\ndesk,ticket.reason_code,slow,wifi.device.slow\n",
    }
    home.mkdir()
    (home / "firstline.toml").write_text("simulated = true\n")
    for name, text in given.items():
        (tmp_path / name).write_text(text)
    assert firstline(home, "import", tmp_path / "tickets.csv", "--mapping", tmp_path / "m.toml").code == 0
    assert firstline(home, "quarantine", "export", tmp_path / "mended.csv").code == 0
    with started(home, "serve", "--port", "8760") as server:
        until((home / NOTE).exists)
        for name, more in SERVED.items():
            words = [tmp_path / word if word.endswith(FILES) else word for word in more]
            printed = firstline(home, *name.split(), *words, "--no-wait")
            assert printed.code == (2 if {"nobody", "99", "S99"} & set(more) else 0), (name, printed.err)
        for name, hint in REFUSED.items():
            printed = firstline(home, name)
            assert (printed.code, hint in printed.err) == (1, True), (name, printed.err)
        server.send_signal(signal.SIGSTOP)
        monkeypatch.setattr(neighbour, "PROMPTLY", 0.5)
        # a server that does not answer is not taken for dead: its note stays
        assert "in use by 'firstline serve'" in firstline(home, "imports", "--no-wait").err
        assert (home / NOTE).exists()
        server.send_signal(signal.SIGCONT)
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=30)


def test_whoever_waits_for_a_turn_is_told_what_for() -> None:
    turn, since = Turn(), datetime(2026, 6, 1, 12, tzinfo=UTC)
    found: list[str] = []

    def ask() -> None:
        try:
            with turn.taken("'firstline kpi'", since, waits=False):
                found.append("taken")
        except HomeError as error:
            found.append(str(error))

    with turn.taken("'firstline import a.csv'", since), turn.taken("a part of it", since):
        assert turn.work == "'firstline import a.csv', since 2026-06-01 12:00:00Z"
        thread = Thread(target=ask)
        thread.start()
        thread.join()
    ask()
    assert turn.work is None
    busy = "The running server is busy with 'firstline import a.csv', since 2026-06-01 12:00:00Z."
    assert found == [f"{busy} Try again later, or without --no-wait.", "taken"]
