"""Run commands of the program, each in a process of its own that kills itself (-9) at a place.

The interpreter and the program are loaded once: each command is a fork of this process, which opens no home itself.
"""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import firstline.cli.main
import firstline.intake.accept
import firstline.web.handover
import firstline.web.serve
from bench.killing.killer import Killer
from bench.killing.places import PLACES
from bench.killing.steps import watched
from firstline.cli.desk import Desk
from firstline.model.batch import Batch
from firstline.query.definitions import the_catalogue
from firstline.state.ledger import Ledger
from firstline.warehouse.facts import MODELS, model_sql

ROWS_PER_BATCH = 150
"""Small batches, so that an import can be cut off between two."""
MOST_S = 120
"""What takes longer hangs: it is ended, and so is the run."""
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class StandingDesk(Desk):
    """A desk whose clock stands, so that a command given again makes the same rows."""

    def now(self) -> datetime:
        """Always the same instant."""
        return NOW


@contextmanager
def small_batches() -> Iterator[None]:
    """Within it, files are cut into small batches."""
    with patch.object(firstline.intake.accept, "ROWS_PER_BATCH", ROWS_PER_BATCH):
        yield


class Children:
    """Starts commands that kill themselves, one at a time."""

    def __enter__(self) -> Children:
        command = [sys.executable, "-m", "bench.killing.child"]
        self._parent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_error: Any) -> None:
        self._parent.communicate()

    def start(self, report: Path, place: str, nth: int, argv: list[str]) -> int:
        """Begin a command that is killed at the nth passage of a place (with place "-" it is not); its process id."""
        assert self._parent.stdin is not None
        job = {"report": str(report), "place": place, "nth": nth, "argv": argv}
        self._parent.stdin.write(json.dumps(job) + "\n")
        self._parent.stdin.flush()
        return int(self._line())

    def wait(self) -> int:
        """The exit code of the command that was started last; negative where a signal ended it.

        Raises AssertionError for a command that did not end.
        """
        code = int(self._line())
        assert code != -signal.SIGALRM, f"a command did not end within {MOST_S} s"
        return code

    def _line(self) -> str:
        assert self._parent.stdout is not None
        return self._parent.stdout.readline()


def main() -> None:
    """Fork for each job that stands in a line of stdin; say its process id and then its exit code."""
    # what every command reads first is read once
    the_catalogue()
    for name in MODELS:
        model_sql(name, "UTC")
    for line in sys.stdin:
        job = json.loads(line)
        number = os.fork()
        if number == 0:
            signal.alarm(MOST_S)
            quiet = os.open(job["report"] + ".said", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            for descriptor in (1, 2):
                os.dup2(quiet, descriptor)
            code = 70
            try:
                code = _run(job)
            except Exception:
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                sys.stdout.flush()
                os._exit(code)
        print(number, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]), flush=True)


def _run(job: dict[str, Any]) -> int:
    killer = Killer(Path(job["report"]), job["place"], job["nth"])
    real = Ledger.accept

    @functools.wraps(real)
    def accept(self: Ledger, batch: Batch) -> None:
        real(self, batch)
        # a change that is tried out first is accepted in a home of its own, which counts for nothing
        if Path(str(self._engine.url.database)).parent == Path(job["argv"][1]):
            killer.tell(accepted=batch.number)

    with patch.object(Ledger, "accept", accept), small_batches():
        for name, each in PLACES.items():
            killer.install(name, each)
        with watched(
            lambda kind, what: killer.step(f"before {kind}", what),
            lambda kind, what: killer.step(f"after {kind}", what),
        ):
            code = firstline.cli.main.run(StandingDesk(job["argv"]))
    killer.tell(counts=dict(killer.counts))
    return code


if __name__ == "__main__":
    main()
