"""How fast a provider of any size is simulated, in how much memory, and that threads change no row of it.

    python -m bench.simulate --subscribers 960000 --months 18 --seed 1

Canonical rows of all entities are written, by one thread and by two, each in a process of its own; then those of 25,000
subscribers with two weeks of telemetry. The last result is in `bench/results/simulate.json`.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import pyarrow.parquet

from bench.keeping import keep
from firstline.simulate.run import Wanted, simulate

END = date(2026, 4, 1)
THREADS = (1, 2)
WITH_TELEMETRY = ["--subscribers", "25000", "--months", "18", "--telemetry-days", "14"]


@dataclass(frozen=True)
class Speed:
    """What one run took. `rows` are those of all entities."""

    threads: int
    rows: int
    seconds: float
    rows_per_s: int
    peak_mb: int


def measure(folder: Path, subscribers: int, months: int, seed: int, threads: int, telemetry_days: int = 0) -> Speed:
    """Simulate into a folder; the memory is the most that this process has ever had."""
    wanted = Wanted(canonical=True, exports=False, threads=threads, telemetry_days=telemetry_days)
    started = time.monotonic()
    made = simulate(folder, subscribers, months, seed, end=END, wanted=wanted)
    seconds = time.monotonic() - started
    rows = sum(made.rows.values())
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return Speed(threads, rows, round(seconds, 1), round(rows / seconds), peak)


def apart(folder: Path, options: list[str], threads: int) -> Speed:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "bench.simulate", *options, "--into", str(folder), "--threads", str(threads)]
    return Speed(**json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))


def same_rows(one: Path, other: Path) -> bool:
    """Whether two folders hold the same rows, file by file, and the same truth."""
    files = [[path.relative_to(folder) for path in sorted(folder.rglob("*.parquet"))] for folder in (one, other)]
    same_truth = (one / "truth.json").read_bytes() == (other / "truth.json").read_bytes()
    return same_truth and files[0] == files[1] and all(_same_table(one / name, other / name) for name in files[0])


def _same_table(one: Path, other: Path) -> bool:
    tables = [pyarrow.parquet.ParquetFile(path).read() for path in (one, other)]
    return bool(tables[0].equals(tables[1]))


def main() -> None:
    """Measure, print and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=18)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--telemetry-days", type=int, default=0)
    parser.add_argument("--into", type=Path, help="Run once into this folder and print what it took.")
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    if asked.into:
        sizes = (asked.subscribers, asked.months, asked.seed, asked.threads, asked.telemetry_days)
        print(json.dumps(asdict(measure(asked.into, *sizes))))
        return
    options = ["--subscribers", str(asked.subscribers), "--months", str(asked.months), "--seed", str(asked.seed)]
    with tempfile.TemporaryDirectory(prefix="firstline-simulate-") as name:
        folders = [Path(name) / str(threads) for threads in THREADS]
        runs = [asdict(apart(folder, options, threads)) for folder, threads in zip(folders, THREADS, strict=True)]
        found = {"runs": runs, "same_rows": same_rows(folders[0], folders[1])}
        telemetry = asdict(apart(Path(name) / "telemetry", WITH_TELEMETRY, 2))
        keep("simulate", " ".join(options), {**found, "with_telemetry": telemetry})


if __name__ == "__main__":
    main()
