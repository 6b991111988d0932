"""The commands that are disturbed, and the home in which each of them is given."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import shutil
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path

import httpx

from bench.killing.child import Children, StandingDesk, small_batches
from firstline.cli.main import run
from firstline.refresh.forgotten_list import FILE_NAME as FORGOTTEN_FILE
from firstline.state.secret import FILE_NAME as SECRET_FILE

ROWS = 400
MAPPING = """source = "desk"
[file]
entity = "ticket"
[fields]
ticket_id = "number"
opened_at = "opened"
changed_at = "changed"
type = { constant = "trouble" }
"""
OTHER_MAPPING = MAPPING.replace('"trouble"', '"billing"')
SERVED_FOR_S = 60
AFTERWARDS = "2026-03-15 12:00:00"
"""Something happens long after the month of everything else, so that its figures are final."""


class Scenes:
    """A template home and the files that its commands name, all below `folder`; made from a seed."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.template, self._given = folder / "template", folder / "given"
        self._given.mkdir(parents=True)
        self._write(random.Random(seed))
        mapping = ["--mapping", str(self._given / "mapping.toml")]
        for words in (
            ["import", str(self._given / "tickets.csv"), *mapping],
            ["import", str(self._given / "ticket_event.csv")],
            ["import", str(self._given / "again.csv"), *mapping],
            ["import", str(self._given / "subscriber.csv"), str(self._given / "subscriber_pii.csv")],
            ["quarantine", "export", str(self._given / "mended.csv")],
        ):
            command(self.template, words)
        mended = self._given / "mended.csv"
        rows = list(csv.DictReader(io.StringIO(mended.read_text("utf-8"), newline="")))
        for number, row in enumerate(rows):
            row["number"] = f"M{number}"
        with mended.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        command(self.template, ["backup", str(self._given / "backup.tar.gz")])
        self._forget_later(folder / "later")

    def begin(self, scenario: str, home: Path) -> None:
        """Make the home in which a scenario's command is given: a copy of the template, or none to restore into."""
        shutil.rmtree(home, ignore_errors=True)
        if scenario != "restore":
            shutil.copytree(self.template, home)

    def words(self, scenario: str) -> list[str]:
        """The command of a scenario."""
        listed = ["--forgotten", str(self._given / FORGOTTEN_FILE)]
        return {
            "import": ["import", str(self._given / "calls.csv")],
            "rebuild": ["rebuild"],
            "retry": ["quarantine", "retry", str(self._given / "mended.csv")],
            "undo": ["undo", "1"],
            "remap": ["remap", "desk", "--mapping", str(self._given / "other.toml")],
            "forget": ["forget", "S1"],
            "restore": ["restore", str(self._given / "backup.tar.gz"), *listed],
            "restart": ["imports"],
            "upload": ["import", str(self._given / "calls.csv")],
        }[scenario]

    def disturb(self, children: Children, scenario: str, home: Path, report: Path, place: str, nth: int) -> int:
        """Give a scenario's command, killed at the nth passage of a place; its exit code."""
        if scenario != "upload":
            children.start(report, place, nth, ["--home", str(home), *self.words(scenario)])
            return children.wait()
        server = children.start(report, place, nth, ["--home", str(home), "serve", "--port", str(free_port())])
        try:
            _upload(home, self._given / "calls.csv")
        finally:
            # it may have killed itself; whatever went wrong here, it does not live on
            with suppress(ProcessLookupError):
                os.kill(server, signal.SIGINT)
            code = children.wait()
        return code

    def _forget_later(self, home: Path) -> None:
        """Give the list of a home that has forgotten somebody since its backup, and the secret of the list."""
        self.begin("forget", home)
        command(home, self.words("forget"))
        for name in (FORGOTTEN_FILE, SECRET_FILE):
            shutil.copy(home / name, self._given)
        shutil.rmtree(home)

    def _write(self, chance: random.Random) -> None:
        def moment() -> str:
            return f"2026-01-{chance.randint(1, 28):02d} {chance.randint(0, 23):02d}:{chance.randint(0, 59):02d}:00"

        def ticket(number: int) -> str:
            return f"{'' if number % 60 == 0 else f'T{number}'},2026-01-01 01:01:00,{moment()},{chance.randint(1, 9)}"

        tables = {
            "tickets.csv": ["number,opened,changed,note", f"T0,{AFTERWARDS},{AFTERWARDS},0"]
            + [ticket(number) for number in range(1, ROWS // 2)],
            "again.csv": ["number,opened,changed,note", *(ticket(number) for number in range(1, ROWS // 4))],
            "ticket_event.csv": ["ticket_id,at,type", f"T1,{AFTERWARDS},internal_note"]
            + [
                f"T{chance.randint(1, ROWS)},{moment()},{chance.choice(['opened', 'resolved'])}"
                for _ in range(ROWS // 2)
            ],
            "calls.csv": ["contact_id,entered_at,channel,disposition,talk_s,note"]
            + [f"C0,{AFTERWARDS},phone,answered,60,0"]
            + [
                f"{f'C{number}' if number % 90 else ''},{moment() if number % 90 else ''},phone,answered,"
                f"{chance.randint(1, 900)},{chance.randint(1, 9)}"
                for number in range(1, ROWS)
            ],
            "subscriber.csv": ["subscriber_id,activated_at", *(f"S{number},2025-01-01" for number in range(1, 9))],
            "subscriber_pii.csv": ["subscriber_id,name,phone,nickname"]
            + [f"S{number},Person {number},+1 303 555 01{number:02d},nick {number}" for number in range(1, 9)],
            "mapping.toml": [MAPPING],
            "other.toml": [OTHER_MAPPING],
        }
        for name, lines in tables.items():
            (self._given / name).write_text("\n".join(lines) + "\n", "utf-8")


def command(home: Path, words: list[str]) -> int:
    """Give a command undisturbed, in this process; its exit code. Raises AssertionError if it failed."""
    out, err = io.StringIO(), io.StringIO()
    with small_batches():
        code = run(StandingDesk(["--home", str(home), *words], out=out, err=err))
    if code:
        raise AssertionError(f"{' '.join(words)}: {err.getvalue()}")
    return code


def free_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port


def _upload(home: Path, path: Path) -> None:
    """Send a file as the form of the sources page does."""
    note = home / "serving.json"
    until = time.monotonic() + SERVED_FOR_S
    while not note.exists() and time.monotonic() < until:
        time.sleep(0.02)
    address = f"http://127.0.0.1:{json.loads(note.read_text('utf-8'))['port']}"
    with httpx.Client(base_url=address, headers={"Origin": address}, trust_env=False, timeout=SERVED_FOR_S) as client:
        token = re.search(r'name="form_token" value="([^"]+)"', client.get("/sources").text)
        assert token, "the sources page has no form"
        try:
            with path.open("rb") as stream:
                answer = client.post("/sources/import", data={"form_token": token[1]}, files={"file": stream})
        except httpx.TransportError:
            return
    assert answer.status_code == 200, answer.text
