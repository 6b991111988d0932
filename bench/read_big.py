"""Import files that are larger than the memory may be, and hold that the peak stays below a limit.

    python -m bench.read_big --megabytes 3000 --seed 1 --limit 1000

One file is CSV, one JSON Lines; each is imported by `firstline import` in a process of its own, whose peak of resident
memory is measured: the program, its libraries and the engine, up to the end of the command. Files and homes are
removed. The last result is in `bench/results/read_big.json`.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.keeping import keep

COLUMNS = ("contact_id", "entered_at", "channel", "direction", "disposition", "queue_id", "wait_s", "talk_s", "notes")
NOTE = "customer says the router blinks red since noon and calls dropped twice; asked to restart it and sent a link"
NOTE_WORDS = 60
DISK_FACTOR = 6
"""How many times its size a file needs on disk while it is imported: itself, scratch tables, landing, warehouse."""


@dataclass(frozen=True)
class Outcome:
    """What the import of one file took. `peak_mb` is resident memory at its highest, in millions of bytes."""

    kind: str
    megabytes: int
    rows: int
    seconds: float
    rows_per_s: int
    peak_mb: int


def write_csv(path: Path, megabytes: int, seed: int) -> int:
    """Write a call export of that size; returns its rows."""
    return _write(path, megabytes, seed, ",".join(COLUMNS) + "\n", lambda row: ",".join(row) + "\n")


def write_json_lines(path: Path, megabytes: int, seed: int) -> int:
    """Write the same as JSON Lines, queue and times in nested objects; returns its rows."""

    def line(row: tuple[str, ...]) -> str:
        plain = dict(zip(COLUMNS, row, strict=True))
        return json.dumps(plain | {"wait_s": int(row[6]), "extra": {"site": row[5], "tags": ["a", 1]}}) + "\n"

    return _write(path, megabytes, seed, "", line)


def measure(kind: str, path: Path, home: Path, memory_mb: int) -> Outcome:
    """Import a file into a new home in a process of its own. Raises RuntimeError when it is not imported whole."""
    home.mkdir()
    (home / "firstline.toml").write_text(f'timezone = "UTC"\nimport_memory_mb = {memory_mb}\n')
    command = [sys.executable, "-m", "bench.read_big", "--import", str(path), "--home", str(home)]
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - started
    if done.returncode:
        raise RuntimeError(f"{path.name}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    told = json.loads(done.stdout)
    size = round(path.stat().st_size / 1e6)
    return Outcome(kind, size, told["rows"], round(seconds, 1), round(told["rows"] / seconds), told["peak_mb"])


def run(megabytes: int, seed: int, memory_mb: int) -> Iterator[Outcome]:
    """Make, import and remove a file of each kind. Raises RuntimeError when the disk is too small for it."""
    kinds: dict[str, Callable[[Path, int, int], int]] = {"csv": write_csv, "jsonl": write_json_lines}
    for kind, write in kinds.items():
        folder = Path(tempfile.mkdtemp(prefix="firstline-big-"))
        try:
            free = shutil.disk_usage(folder).free / 1e6
            if free < DISK_FACTOR * megabytes:
                raise RuntimeError(f"{folder} has {free:,.0f} MB free; {DISK_FACTOR * megabytes:,} are needed")
            path = folder / f"calls.{kind}"
            rows = write(path, megabytes, seed)
            outcome = measure(kind, path, folder / "home", memory_mb)
            assert outcome.rows == rows, (outcome, rows)
            yield outcome
        finally:
            shutil.rmtree(folder)


def _write(path: Path, megabytes: int, seed: int, head: str, line: Callable[[tuple[str, ...]], str]) -> int:
    chance = random.Random(seed)
    notes = [" ".join(chance.choices(NOTE.split(), k=NOTE_WORDS)) for _ in range(1000)]
    size = rows = 0
    with path.open("w") as stream:
        size += stream.write(head)
        while size < megabytes * 1_000_000:
            when = f"2026-{1 + rows % 5:02d}-{1 + rows % 28:02d} {rows % 24:02d}:{rows % 60:02d}:{rows % 59:02d}"
            answered = "answered" if chance.random() < 0.9 else "abandoned_queue"
            numbers = str(chance.randint(0, 200)), str(chance.randint(0, 900))
            row = (f"C{rows}", when, "phone", "inbound", answered, f"q{rows % 7}", *numbers, notes[rows % 1000])
            size += stream.write(line(row))
            rows += 1
    return rows


def _import(path: Path, home: Path) -> int:
    """What the child does: the command itself, then its rows and peak on stdout."""
    from io import StringIO

    from firstline.cli.desk import Desk
    from firstline.cli.main import run as firstline

    out = StringIO()
    code = firstline(Desk(["--home", str(home), "import", str(path), "--format", "json"], out=out))
    (record,) = json.loads(out.getvalue())
    if code or record["read"] != record["accepted"]:
        print({name: record[name] for name in ("read", "accepted", "quarantined", "error")})
        return 1
    # what the kernel counted for this program alone: getrusage also counts the process that started it
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(json.dumps({"rows": record["read"], "peak_mb": round(int(status["VmHWM"].split()[0]) * 1024 / 1e6)}))
    return 0


def main() -> int:
    """Run, print and keep the result; exit code 1 when a peak was above the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=3000, help="the size of each file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, default=1000, help="the peak that is allowed, in MB")
    parser.add_argument("--memory", type=int, default=480, help="import_memory_mb of the homes")
    parser.add_argument("--import", dest="path", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.path:
        return _import(asked.path, asked.home)
    outcomes = list(run(asked.megabytes, asked.seed, asked.memory))
    options = f"--megabytes {asked.megabytes} --seed {asked.seed} --limit {asked.limit} --memory {asked.memory}"
    keep("read_big", options, {"limit_mb": asked.limit, "files": [asdict(outcome) for outcome in outcomes]})
    return 0 if all(outcome.peak_mb <= asked.limit for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
