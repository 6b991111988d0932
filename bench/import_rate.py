"""How fast a call export becomes accepted rows, against the engine's own bare CSV load of the same file.

    python -m bench.import_rate --rows 1000000 --seed 1

The rival does nothing but parse and store: no mapping, keys, versions, quarantine, durable landing or ledger. The ratio
says what those cost. The last result is in `bench/results/import_rate.json`.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.keeping import keep
from firstline.home import Home
from firstline.intake.request import ImportRequest
from firstline.refresh.imports import import_all
from firstline.warehouse.engine import Warehouse

HEADER = (
    "contact_id,entered_at,channel,direction,disposition,queue_id,wait_s,talk_s,hold_s,wrap_s,agent_id,account_id\n"
)


def write_calls(path: Path, rows: int, seed: int) -> None:
    """A call export of that many rows."""
    chance = random.Random(seed)
    with path.open("w") as stream:
        stream.write(HEADER)
        for number in range(rows):
            when = f"2026-{1 + number % 5:02d}-{chance.randint(1, 28):02d} {number % 24:02d}:{number % 60:02d}:00"
            seconds = ",".join(str(chance.randint(0, limit)) for limit in (200, 900, 60, 120))
            stream.write(
                f"C{number},{when},phone,inbound,answered,q{number % 7},{seconds},g{number % 300},A{number % 90000}\n"
            )


def measure(rows: int, seed: int) -> dict[str, float]:
    """Seconds of the bare load, of a first import and of the same import again, over one file."""
    with tempfile.TemporaryDirectory(prefix="firstline-rate-") as name:
        folder = Path(name)
        path = folder / "calls.csv"
        write_calls(path, rows, seed)
        started = time.monotonic()
        bare = Warehouse.open(folder / "bare.duckdb")
        bare.execute("CREATE TABLE calls AS SELECT * FROM read_csv(?)", [str(path)])
        bare.close()
        seconds = {"bare_load_s": time.monotonic() - started}
        home = Home.open(folder / "home")
        for label in ("import_s", "import_again_s"):
            started = time.monotonic()
            record = import_all(home, [ImportRequest(path=path, name=path.name)], lambda: datetime.now(UTC))[0]
            assert record.read == rows, record
            seconds[label] = time.monotonic() - started
        home.close()
    return seconds


def main() -> None:
    """Measure, print and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    seconds = measure(asked.rows, asked.seed)
    found = {
        **{name: round(value, 2) for name, value in seconds.items()},
        "rows_per_s": round(asked.rows / seconds["import_s"]),
        "times_the_bare_load": round(seconds["import_s"] / seconds["bare_load_s"], 1),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    keep("import_rate", f"--rows {asked.rows} --seed {asked.seed}", found)


if __name__ == "__main__":
    main()
