"""How long it takes until the demo can be looked at: simulated, imported and counted, without serving.

    python -m bench.demo --subscribers 25000 --months 18 --seed 1

`cpu_s` says how much of the time was work, `load_before` how many others worked when it began: with other work on the
machine the rest is waiting. The last result is in `bench/results/demo.json`.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.keeping import keep


def measure(subscribers: int, months: int, seed: int) -> dict[str, float]:
    """Seconds and memory of `firstline demo --once` in a process of its own, over a new home."""
    size = ["--subscribers", str(subscribers), "--months", str(months), "--seed", str(seed)]
    with tempfile.TemporaryDirectory(prefix="firstline-demo-") as name:
        home = Path(name) / "home"
        command = [sys.executable, "-m", "firstline", "--home", str(home), "demo", "--once", *size]
        load_before = os.getloadavg()[0]
        started = time.monotonic()
        subprocess.run(command, capture_output=True, check=True)
        seconds = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": round(seconds, 1),
        "cpu_s": round(used.ru_utime + used.ru_stime, 1),
        "load_before": round(load_before, 1),
        "cores": os.cpu_count() or 1,
        "peak_memory_mb": round(used.ru_maxrss / 1024),
    }


def main() -> None:
    """Measure, print and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, default=25_000)
    parser.add_argument("--months", type=int, default=18)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    options = f"--subscribers {asked.subscribers} --months {asked.months} --seed {asked.seed}"
    keep("demo", options, measure(asked.subscribers, asked.months, asked.seed))


if __name__ == "__main__":
    main()
