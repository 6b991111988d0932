"""Let the disk be full at every write in turn, and hold that the home is usable and nothing accepted is lost.

    python -m bench.full_disk            # every write, by an error in its place
    python -m bench.full_disk --real     # a small disk of its own (needs the right to mount), with less and less room

Each time a command is given in a copy of the same home and must end with exit code 1 and a message that names the
disk. Then there is room again: the home is opened, the command given once more if it was not accepted, and the home
must be worth the same as one whose disk was never full. One that is left byte for byte as it was after an earlier write
of that command has been judged already. A whole run keeps its result in `bench/results/full_disk.json`.
"""

from __future__ import annotations

import argparse
import errno
import hashlib
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from bench.killing.child import StandingDesk
from bench.killing.scenes import Scenes
from bench.killing.steps import watched
from bench.killing.worth import Found, look_at
from firstline.cli.main import run as run_command

WRITING = re.compile(r"\s*(COPY|COMMIT|CHECKPOINT|CREATE (OR REPLACE )?TEMP)\b", re.IGNORECASE)
RESULT = Path(__file__).parent / "results" / "full_disk.json"
FREEING = ("unlink", "rmdir")
SCENARIOS = ("import", "retry", "undo", "remap", "forget", "rebuild", "backup", "restore")
SMALL_DISK_MB = 64
ROOM_KB = (0, 8, 16, 32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 8192)


@dataclass
class Outcome:
    """How often the disk was full, in how many different states that left homes, of how many writes each command makes,
    and what was wrong after any of them."""

    seed: int
    full: int = 0
    states: int = 0
    writes: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


class Disturbance:
    """Commands in copies of a template home below `folder`."""

    def __init__(self, folder: Path, outcome: Outcome) -> None:
        self.outcome = outcome
        self._scenes, self._judged = Scenes(folder, outcome.seed), set[str]()
        self.home, self._target = folder / "full", folder / "full" / "backup.tar.gz"

    def calm(self, scenario: str) -> Found:
        """How the scenario ends on a disk with room."""
        self.begin(scenario)
        code, said = self.give(scenario)
        assert code == 0, said
        return look_at(self.home)

    def begin(self, scenario: str) -> None:
        """A new home to give the scenario's command in."""
        self._scenes.begin(scenario, self.home)

    def give(self, scenario: str) -> tuple[int, str]:
        """Give the scenario's command; its exit code and what it said."""
        words = ["backup", str(self._target)] if scenario == "backup" else self._scenes.words(scenario)
        out, err = io.StringIO(), io.StringIO()
        code = run_command(StandingDesk(["--home", str(self.home), *words], out=out, err=err))
        return code, err.getvalue()

    def judge(self, at: str, scenario: str, calm: Found, code: int, said: str) -> None:
        """What is wrong after a command that found the disk full."""
        self.outcome.full += 1
        problems = [] if code == 1 else [f"exit code {code}"]
        if not re.search(r"The disk of /.* is full: .* Make room", said):
            problems.append(f"said {said[-300:]!r}")
        state = f"{scenario} {state_of(self.home)}"
        if state not in self._judged:
            self._judged.add(state)
            self.outcome.states += 1
            problems += self._with_room(scenario, calm)
        self.outcome.problems += [f"{scenario}, {at}: {problem}" for problem in problems]

    def _with_room(self, scenario: str, calm: Found) -> list[str]:
        """What is wrong with the home when there is room again."""
        found = look_at(self.home, lambda batches: batches == calm.batches and scenario != "backup")
        problems = [*found.problems]
        if not found.worth:
            # a backup whose folder alone could not be made sure of is there whole, and is not overwritten
            self._target.unlink(missing_ok=True)
            code, said = self.give(scenario)
            problems += [] if code == 0 else [f"given again: {said[-300:]}"]
            found = look_at(self.home)
            problems += found.problems
        if found.worth is None or calm.worth is None:
            return [*problems, "no home"]
        return [*problems, *(f"other {part}" for part in calm.worth.differences(found.worth))]


def state_of(home: Path) -> str:
    """A hash of every name and byte in a home."""
    found = hashlib.sha256()
    for path in sorted(home.rglob("*")):
        found.update(f"{path.relative_to(home)}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b"")
    return found.hexdigest()


def run(folder: Path, every: int = 1, first: int = 1, scenarios: tuple[str, ...] = SCENARIOS, seed: int = 1) -> Outcome:
    """The disk is full at the `first` write of each command, then at each `every`th one after it."""
    outcome = Outcome(seed)
    disturbance = Disturbance(folder, outcome)
    for scenario in scenarios:
        calm, nth, is_over = disturbance.calm(scenario), first, False
        while not is_over:
            disturbance.begin(scenario)
            with full_at(nth, disturbance.home) as passed:
                code, said = disturbance.give(scenario)
            is_over = len(passed) < nth
            if is_over:
                outcome.writes[scenario] = len(passed)
                outcome.problems += [f"{scenario}: {said}"] if code else []
            else:
                disturbance.judge(f"{nth}: {passed[nth - 1]}", scenario, calm, code, said)
            nth += every
    return outcome


def run_apart(folder: Path, scenarios: tuple[str, ...], seed: int, at_once: int) -> Outcome:
    """The disk is full at every write of each command; each command is tried in a process of its own."""
    whole = Outcome(seed)
    with ProcessPoolExecutor(at_once) as pool:
        begun = [pool.submit(run, folder / each, scenarios=(each,), seed=seed) for each in scenarios]
        for found in (each.result() for each in begun):
            whole.full += found.full
            whole.states += found.states
            whole.writes |= found.writes
            whole.problems += found.problems
    return whole


@contextmanager
def full_at(nth: int, home: Path) -> Iterator[list[str]]:
    """Within it, the nth write and all after it find no room, but for the files of others than the home."""
    passed: list[str] = []

    def before(kind: str, what: str) -> None:
        is_write = WRITING.match(what) if kind == "engine" else kind not in FREEING
        if not is_write or (kind not in ("engine", "ledger") and not what.startswith(str(home))):
            return
        passed.append(f"{kind} {what[:100]}")
        if len(passed) < nth:
            return
        if kind == "engine":
            raise duckdb.IOException(f'IO Error: Could not write file "{home}": {os.strerror(errno.ENOSPC)}')
        if kind == "ledger":
            raise sqlite3.OperationalError("database or disk is full")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), what)

    with watched(before):
        yield passed


def run_real(mounted: Path, scenarios: tuple[str, ...], rooms: tuple[int, ...], seed: int) -> Outcome:
    """Everything on a real small disk: commands are given while it has less and less room left."""
    outcome = Outcome(seed)
    disturbance = Disturbance(mounted, outcome)
    fill = mounted / "fill"
    for scenario in scenarios:
        calm = disturbance.calm(scenario)
        for room in rooms:
            disturbance.begin(scenario)
            found = os.statvfs(mounted)
            fill.write_bytes(b"\0" * max(0, found.f_bavail * found.f_frsize - room * 1024))
            code, said = disturbance.give(scenario)
            fill.unlink()
            if code == 0:
                break
            disturbance.judge(f"{room} KB", scenario, calm, code, said)
    return outcome


def main() -> int:
    """Run and print; exit code 1 when something was wrong, 3 when no disk can be mounted here."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", action="store_true", help="fill a small disk that is mounted for it")
    parser.add_argument("--mounted", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--rooms", type=int, nargs="*", default=ROOM_KB, help="KB that are left, for --real")
    parser.add_argument("--scenarios", nargs="*", choices=SCENARIOS, default=SCENARIOS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=1, help="how many commands are tried at once, not for --real")
    asked = parser.parse_args()
    if asked.real and not asked.mounted:
        return in_a_mount("bench.full_disk", sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="firstline-full-") as folder:
        if asked.mounted:
            if not mount_small_disk(asked.mounted, SMALL_DISK_MB):
                return 3
            outcome = run_real(asked.mounted, tuple(asked.scenarios), tuple(asked.rooms), asked.seed)
        else:
            outcome = run_apart(Path(folder), tuple(asked.scenarios), asked.seed, asked.at_once)
    if tuple(asked.scenarios) == SCENARIOS and tuple(asked.rooms) == ROOM_KB:
        keep(outcome, asked.real)
    print(json.dumps(asdict(outcome), indent=2))
    return 1 if outcome.problems else 0


def keep(outcome: Outcome, is_real: bool) -> None:
    """Put the result of a whole run beside that of the other kind."""
    kept = json.loads(RESULT.read_text("utf-8")) if RESULT.exists() else {}
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    kept["a small disk" if is_real else "every write"] = {
        "command": f"python -m bench.full_disk {'--real ' if is_real else ''}--seed {outcome.seed}",
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit.stdout.strip(),
        **asdict(outcome),
    }
    RESULT.write_text(json.dumps(kept, indent=2) + "\n", "utf-8")


def mount_small_disk(folder: Path, size_mb: int) -> bool:
    """Mount a disk of its own there; False where that cannot be done."""
    disk = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", str(folder)]
    return subprocess.run(disk, check=False).returncode == 0


def in_a_mount(module: str, words: list[str]) -> int:
    """Run a module again where mounts are its own, and gone with it; 3 where there is no such place."""
    alone = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
    with tempfile.TemporaryDirectory(prefix="firstline-disk-") as folder:
        again = [sys.executable, "-m", module, *words, "--mounted", folder]
        try:
            return 3 if subprocess.run([*alone, "true"], check=False).returncode else subprocess.call([*alone, *again])
        except FileNotFoundError:
            return 3


if __name__ == "__main__":
    sys.exit(main())
