"""Let the disk be full under a running server: every door says so, pages are served on, and with room all is done.

    python -m bench.full_disk_serving      # a small disk of its own (needs the right to mount)

The server runs as a process of its own on that disk. With less and less room left a file is sent through the browser's
form, one is dropped into the inbox, and commands are handed over. Exit code 3 when no disk can be mounted here.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from bench.full_disk import SMALL_DISK_MB, in_a_mount, mount_small_disk
from bench.killing.scenes import free_port
from firstline.cli.desk import Desk
from firstline.cli.main import run

ROOM_KB = (0, 32, 64, 96, 128, 192, 256, 320, 384, 512)
DONE = {507: 200, 1: 0}
"""By how a door tells that the disk is full: how it tells that something is done."""
PATIENCE_S = 60.0
FULL = re.compile(r"The disk of /.* is full: .* Make room", re.DOTALL)
ASKED = ("kpi", "ticket_volume", "--format", "json", "--now", "2026-07-01")


class Trial:
    """A server on a small disk, whose room is taken and given back; `problems` are what was wrong."""

    def __init__(self, disk: Path) -> None:
        self._disk, self._home, self._fill = disk, disk / "home", disk / "fill"
        self._given = Path(tempfile.mkdtemp(prefix="firstline-given-"))
        self._said = self._given / "said"
        self._address = ""
        self.problems: list[str] = []
        self.full = 0

    def run(self, rooms: tuple[int, ...]) -> None:
        """Serve a home, and try every door with each of these rooms (KB) left, and again with all of it."""
        self._write("first.csv", 0)
        self._expect("import before", *self._command("import", str(self._given / "first.csv")))
        port = free_port()
        words = [sys.executable, "-m", "firstline", "--home", str(self._home), "serve", "--port", str(port)]
        with self._said.open("w") as said, subprocess.Popen(words, stderr=said, stdout=said) as server:
            try:
                self._await("the server", lambda: (self._home / "serving.json").exists())
                self._address = f"http://127.0.0.1:{json.loads((self._home / 'serving.json').read_text())['port']}"
                for number, room in enumerate(rooms, start=1):
                    self._try(room, number)
                server.send_signal(signal.SIGINT)
                server.wait(PATIENCE_S)
            finally:
                server.kill()
        if "Traceback" in self._said.read_text():
            self.problems.append(f"a traceback in the terminal: {self._said.read_text()[-3000:]}")
        shutil.rmtree(self._given)

    def _try(self, room: int, number: int) -> None:
        names = [f"{door}{number}.csv" for door in ("browser", "inbox", "command")]
        for index, name in enumerate(names, start=1):
            self._write(name, 10 * number + index)
        inbox = self._home / "inbox" / "desk"
        inbox.mkdir(parents=True, exist_ok=True)
        dropped = inbox / f"ticket{number}.csv"
        shutil.copy(self._given / names[1], dropped)
        os.utime(dropped, (0, 0))
        self._take_room(room)
        try:
            self._expect_full(f"{room} KB, browser", *self._upload(names[0]), 507)
            self._expect_full(f"{room} KB, command", *self._command("import", str(self._given / names[2])), 1)
            self._expect_full(f"{room} KB, past state", *self._command(*ASKED, "--as-of", str(number)), 1)
            for path in ("/", "/sources", "/kpi/ticket_volume.json"):
                self._expect(f"{room} KB, {path}", *self._get(path), right=200)
            if any((inbox / "failed").glob("*")):
                self.problems.append(f"{room} KB: the inbox put a file away as failed")
        finally:
            self._fill.unlink()
        self._expect(f"{room} KB freed, browser", *self._upload(names[0]), right=200)
        self._expect(f"{room} KB freed, command", *self._command("import", str(self._given / names[2])))
        self._expect(f"{room} KB freed, past state", *self._command(*ASKED, "--as-of", str(number)))
        self._await("the inbox", lambda: not dropped.exists())
        code, said = self._command(*ASKED)
        if code or json.loads(said)[0]["value"] != 3 * number + 1:
            self.problems.append(f"{room} KB: in the end {said[-300:]}")

    def _write(self, name: str, number: int) -> None:
        text = f"ticket_id,opened_at,type\nT-{number},2026-03-01 09:00,trouble\n"
        (self._given / name).write_text(text)

    def _take_room(self, room: int) -> None:
        found = os.statvfs(self._disk)
        self._fill.write_bytes(b"\0" * max(0, found.f_bavail * found.f_frsize - room * 1024))

    def _command(self, *words: str) -> tuple[int, str]:
        """Give a command, which the server does if it runs; its exit code and what it said."""
        out, err = io.StringIO(), io.StringIO()
        as_ticket = ["--as", "ticket"] if words[0] == "import" else []
        code = run(Desk(["--home", str(self._home), *words, *as_ticket], out=out, err=err))
        return code, out.getvalue() if code == 0 else out.getvalue() + err.getvalue()

    def _upload(self, name: str) -> tuple[int, str]:
        with httpx.Client(base_url=self._address, headers={"Origin": self._address}, trust_env=False) as client:
            client.timeout = httpx.Timeout(PATIENCE_S)
            token = re.search(r'name="form_token" value="([^"]+)"', client.get("/sources").text)
            assert token, "the sources page has no form"
            mapping = 'source = "desk"\n[file]\nentity = "ticket"\n[fields]\nticket_id = "ticket_id"\n'
            mapping += 'opened_at = "opened_at"\ntype = "type"\n'
            files = {"file": (name, (self._given / name).read_bytes()), "mapping": ("desk.toml", mapping.encode())}
            answer = client.post("/sources/import", data={"form_token": token[1]}, files=files)
        return answer.status_code, re.sub(r"<[^>]+>", " ", answer.text)

    def _get(self, path: str) -> tuple[int, str]:
        answer = httpx.get(self._address + path, trust_env=False, timeout=PATIENCE_S)
        return answer.status_code, answer.text

    def _expect(self, at: str, found: int, said: str, right: int = 0) -> None:
        if found != right:
            self.problems.append(f"{at}: {found} {' '.join(said.split())[-600:]}")

    def _expect_full(self, at: str, found: int, said: str, right: int) -> None:
        """It was told that the disk is full; what found room all the same is done, and is right, too."""
        if found == DONE[right]:
            return
        self.full += 1
        if found != right or not FULL.search(" ".join(said.split())):
            self.problems.append(f"{at}: {found} {' '.join(said.split())[-600:]}")

    def _await(self, what: str, is_so: object) -> None:
        assert callable(is_so)
        until = time.monotonic() + PATIENCE_S
        while not is_so():
            if time.monotonic() > until:
                raise AssertionError(f"{what} took too long: {self._said.read_text()[-2000:]}")
            time.sleep(0.05)


def main() -> int:
    """Run and print; exit code 1 when something was wrong, 3 when no disk can be mounted here."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mounted", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--rooms", type=int, nargs="*", default=ROOM_KB, help="KB that are left")
    asked = parser.parse_args()
    if not asked.mounted:
        return in_a_mount("bench.full_disk_serving", sys.argv[1:])
    if not mount_small_disk(asked.mounted, SMALL_DISK_MB):
        return 3
    trial = Trial(asked.mounted)
    trial.run(tuple(asked.rooms))
    print(json.dumps({"full": trial.full, "problems": trial.problems}, indent=2))
    return 1 if trial.problems else 0


if __name__ == "__main__":
    sys.exit(main())
