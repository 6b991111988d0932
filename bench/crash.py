"""Kill imports (-9) at random moments and hold that nothing acknowledged is lost and nothing counts twice.

    python -m bench.crash --kills 200 --seed 1

Each round starts `firstline import` of one export in a process of its own and kills it after a random time. At the
end every export is imported once more without a kill, and the home must hold exactly the rows of a home that was
never killed. The last result is in `bench/results/crash.json`.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from firstline.home import Home
from firstline.refresh.refreshing import bring_up_to_date

RESULT = Path(__file__).parent / "results" / "crash.json"
ENTITIES = ("ticket", "ticket_event", "contact")
COMPARED = "* EXCLUDE (batch, ingested_at, version_at)"


@dataclass
class Outcome:
    """What a run of kills showed. `acknowledged` counts imports that ended by themselves before their kill."""

    kills: int
    seed: int
    killed_while_running: int = 0
    acknowledged: int = 0
    acknowledged_lost: int = 0
    rows_expected: int = 0
    rows_found: int = 0
    is_equal: bool = False


def run(kills: int, seed: int, folder: Path) -> Outcome:
    """Kill `kills` imports in a fresh home below `folder` and compare the end with an undisturbed home."""
    chance = random.Random(seed)
    exports = _exports(folder / "exports", chance)
    home = folder / "killed"
    outcome = Outcome(kills=kills, seed=seed)
    longest = _timed_import(folder / "timing", exports[0])
    acknowledged: set[int] = set()
    for _ in range(kills):
        path = chance.choice(exports)
        child = _start_import(home, path)
        try:
            out, _err = child.communicate(timeout=chance.uniform(0.2, longest * 1.2))
            outcome.acknowledged += 1
            acknowledged.add(json.loads(out)[0]["batch"])
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.communicate()
            outcome.killed_while_running += 1
        outcome.acknowledged_lost += len(acknowledged - _batches(home))
    calm = folder / "calm"
    for path in exports:
        for target in (home, calm):
            child = _start_import(target, path)
            child.communicate()
            assert child.returncode == 0
    expected, found = _rows(calm), _rows(home)
    outcome.rows_expected, outcome.rows_found = len(expected), len(found)
    outcome.is_equal = expected == found
    return outcome


def _exports(folder: Path, chance: random.Random) -> list[Path]:
    """Three exports that overlap: tickets with change times, their events, calls."""
    folder.mkdir(parents=True)
    stamp = "2026-01-{:02d} {:02d}:{:02d}:00".format
    ids = [f"T{number}" for number in range(2000)]

    def moment() -> str:
        return stamp(chance.randint(1, 28), chance.randint(0, 23), chance.randint(0, 59))

    tables = {
        "tickets.csv": ["ticket_id,opened_at,type,changed_at"]
        + [f"{chance.choice(ids)},{stamp(1, 1, 1)},trouble,{moment()}" for _ in range(3000)],
        "ticket_event.csv": ["ticket_id,at,type"]
        + [f"{chance.choice(ids)},{moment()},{chance.choice(['opened', 'resolved'])}" for _ in range(6000)],
        "calls.csv": ["contact_id,entered_at,channel,disposition,talk_s"]
        + [f"C{number},{moment()},phone,answered,{chance.randint(1, 900)}" for number in range(5000)],
    }
    for name, lines in tables.items():
        (folder / name).write_text("\n".join(lines) + "\n")
    return [folder / name for name in tables]


def _start_import(home: Path, path: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "firstline", "--home", str(home), "import", str(path), "--format", "json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def _timed_import(home: Path, path: Path) -> float:
    started = time.monotonic()
    _start_import(home, path).communicate()
    return time.monotonic() - started


def _batches(home: Path) -> set[int]:
    """The batches that are accepted and applied once the home is opened again."""
    opened = Home.open(home)
    try:
        bring_up_to_date(opened)
        applied = [row["batch"] for row in opened.warehouse.rows("SELECT batch FROM applied_batch")]
        assert len(applied) == len(set(applied)), "a batch was applied twice"
        return {batch.number for batch in opened.ledger.batches()} & set(applied)
    finally:
        opened.close()


def _rows(home: Path) -> list[tuple[Any, ...]]:
    opened = Home.open(home)
    try:
        bring_up_to_date(opened)
        return [
            (entity, *row.values())
            for entity in ENTITIES
            for row in opened.warehouse.rows(f"SELECT {COMPARED} FROM {entity} ORDER BY ALL")
        ]
    finally:
        opened.close()


def main() -> int:
    """Run, print and keep the result; exit code 1 when something was lost or counted twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="firstline-crash-"))
    try:
        outcome = run(asked.kills, asked.seed, folder)
    finally:
        shutil.rmtree(folder)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    result = {
        "command": f"python -m bench.crash --kills {asked.kills} --seed {asked.seed}",
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit.stdout.strip(),
        **asdict(outcome),
    }
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))
    return 0 if outcome.is_equal and not outcome.acknowledged_lost else 1


if __name__ == "__main__":
    sys.exit(main())
