"""Kill the program (-9) at every place named in `bench.killing.places` and hold that nothing is lost or counts twice.

    python -m bench.crash --kills 220 --seed 1

Each kill begins with a copy of the same home, in which a command is given in a process of its own that kills itself at
a seeded passage of a place. A kill counts when the report says that the place was reached. Then the home is opened
again; if the command had not been accepted to its end it is given once more; and the home must be worth the same as
one in which the command was given once and nothing was killed. The last result is in `bench/results/crash.json`.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.keeping import keep
from bench.killing.child import Children, small_batches
from bench.killing.places import PLACES
from bench.killing.scenes import Scenes, command
from bench.killing.worth import Worth, look_at

TRIES = 5
"""A kill may miss its place: a checkpoint can be over sooner than it was when it was timed."""
BEFORE_RESTART = ("landing write", "between landing and ledger", "between ledger and apply", "inside apply")
"""Where the first of the two kills falls when the restart after it is killed, too."""


@dataclass
class Outcome:
    """What a run of kills showed: how many reached each place, and what was wrong after any of them."""

    seed: int
    kills: int = 0
    places: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PLACES, 0))
    missed: int = 0
    finished_by_the_next_open: int = 0
    given_again: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Calm:
    """How a scenario ends when nothing is killed, and how often its command passes each place."""

    batches: frozenset[int]
    worth: Worth
    counts: dict[str, int]


class Run:
    """Kills in copies of one template home, everything below `folder`."""

    def __init__(self, seed: int, folder: Path, children: Children) -> None:
        self.outcome = Outcome(seed)
        self._chance, self._folder, self._children = random.Random(seed), folder, children
        self._scenes = Scenes(folder, seed)
        self._before = look_at(self._scenes.template).batches
        self._calm: dict[str, Calm] = {}
        self._restart_steps = 40

    def kill_at(self, name: str) -> None:
        """One kill that reaches the place, and what the home is worth afterwards."""
        place = PLACES[name]
        is_restart = place.scenario == "restart"
        calm = self._calm_end("import" if is_restart else place.scenario)
        for _ in range(TRIES):
            home = self._begin("killed", place.scenario)
            told = self._cut_off(home, self._chance.choice(BEFORE_RESTART)) if is_restart else []
            most = self._restart_steps if is_restart else calm.counts[name]
            told += self._disturbed(home, place.scenario, name, self._chance.randint(1, most))
            reached = next((line for line in told if line.get("reached") == name), None)
            if reached and not any("missed" in line or "counts" in line for line in told[told.index(reached) :]):
                self._judge(home, name, f"{reached['nth']}: {reached['at']}", told, calm)
                return
            self.outcome.missed += 1
            if is_restart:
                self._restart_steps = max(1, *(line["counts"].get(name, 1) for line in told if "counts" in line))
        self.outcome.problems.append(f"{name}: not reached in {TRIES} tries")

    def _judge(self, home: Path, name: str, at: str, told: list[dict[str, Any]], calm: Calm) -> None:
        scenario = PLACES[name].scenario
        self.outcome.kills += 1
        self.outcome.places[name] += 1
        with small_batches():
            # opening finishes a remap, and must cut its files as the command itself does
            found = look_at(home, lambda batches: batches == calm.batches)
        problems = list(found.problems)
        before = frozenset() if scenario == "restore" else self._before
        accepted = before | {line["accepted"] for line in told if "accepted" in line}
        if not accepted <= found.batches:
            problems.append(f"accepted, and lost: {sorted(accepted - found.batches)}")
        if found.worth:
            self.outcome.finished_by_the_next_open += 1
        else:
            self.outcome.given_again += 1
            command(home, self._scenes.words("import" if scenario == "restart" else scenario))
            found = look_at(home)
            problems += found.problems
        assert found.worth
        problems += [f"other {part}" for part in calm.worth.differences(found.worth)]
        self.outcome.problems += [f"{name}, {at}: {problem}" for problem in problems]

    def _calm_end(self, scenario: str) -> Calm:
        if scenario not in self._calm:
            home = self._begin(f"calm-{scenario}", scenario)
            told = self._disturbed(home, scenario, "-", 0)
            counts: dict[str, int] = next((line["counts"] for line in told if "counts" in line), {})
            found = look_at(home)
            assert found.worth
            assert not found.problems, found.problems
            self._calm[scenario] = Calm(found.batches, found.worth, counts)
        return self._calm[scenario]

    def _cut_off(self, home: Path, name: str) -> list[dict[str, Any]]:
        nth = self._chance.randint(1, self._calm_end("import").counts[name])
        return self._disturbed(home, "import", name, nth)

    def _disturbed(self, home: Path, scenario: str, place: str, nth: int) -> list[dict[str, Any]]:
        report = self._folder / "report"
        report.unlink(missing_ok=True)
        self._scenes.disturb(self._children, scenario, home, report, place, nth)
        return [json.loads(line) for line in report.read_text("utf-8").splitlines()]

    def _begin(self, name: str, scenario: str) -> Path:
        home = self._folder / name
        self._scenes.begin(scenario, home)
        return home


def run(kills: int, seed: int, folder: Path, places: Iterable[str] = PLACES) -> Outcome:
    """Kill `kills` times, the places taking turns, everything below `folder`."""
    names = list(places)
    with Children() as children:
        disturbance = Run(seed, folder, children)
        for number in range(kills):
            disturbance.kill_at(names[number % len(names)])
    return disturbance.outcome


def main() -> int:
    """Run, print and keep the result; exit code 1 when something was lost or counted twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=220)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="firstline-crash-"))
    try:
        outcome = run(asked.kills, asked.seed, folder)
    finally:
        shutil.rmtree(folder)
    keep("crash", f"--kills {asked.kills} --seed {asked.seed}", asdict(outcome))
    return 1 if outcome.problems else 0


if __name__ == "__main__":
    sys.exit(main())
