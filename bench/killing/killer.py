"""Counts how often each place is passed, and kills the process at one of them."""

from __future__ import annotations

import functools
import importlib
import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.killing.places import Place

SLEEP_MS = 4
"""How long the engine lingers over each table of a checkpoint, so that a kill finds it there."""


class Killer:
    """Kills at the `nth` passage of a place, and keeps the report of what happened before.

    Each line of the report is one JSON object: `accepted` is the number of a batch whose acceptance returned,
    `reached` the place at which the process killed itself, `missed` says that a kill came too late, `counts` how often
    each place was passed by a command that ended by itself.
    """

    def __init__(self, report: Path, place: str, nth: int) -> None:
        self._report, self._place, self._nth = report, place, nth
        self._thread = threading.local()
        self.counts: Counter[str] = Counter()

    def tell(self, **line: Any) -> None:
        """Append a line to the report; the page cache outlives a killed process."""
        descriptor = os.open(self._report, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, (json.dumps(line) + "\n").encode())
        os.close(descriptor)

    def step(self, kind: str, what: str) -> None:
        """A write of the product: inside a place it is a passage of it."""
        for name in self._names():
            self._passes(name, f"{kind} {what[:160]}")

    def install(self, name: str, place: Place) -> None:
        """Put the place's function behind one that tells of its calls, wherever it is known by its name."""
        module, _, function = place.function.partition(":")
        owner: Any = importlib.import_module(module)
        *classes, function = function.split(".")
        for each in classes:
            owner = getattr(owner, each)
        real = getattr(owner, function)
        around = {"checkpoint": self._around_checkpoint, "inside": self._around_steps}.get(place.moment, self._around)

        @functools.wraps(real)
        def stand_in(*given: Any, **named: Any) -> Any:
            return around(name, place, lambda: real(*given, **named), given)

        setattr(owner, function, stand_in)
        for known in [module for path, module in sys.modules.items() if path.startswith("firstline")]:
            for each in [each for each, value in vars(known).items() if value is real]:
                setattr(known, each, stand_in)

    def _names(self) -> list[str]:
        found: list[str] = self._thread.__dict__.setdefault("names", [])
        return found

    def _passes(self, name: str, at: str) -> None:
        self.counts[name] += 1
        if name == self._place and self.counts[name] == self._nth:
            self.tell(reached=name, nth=self._nth, at=at)
            os.kill(os.getpid(), signal.SIGKILL)

    def _around(self, name: str, place: Place, call: Callable[[], Any], _given: tuple[Any, ...]) -> Any:
        if place.moment == "before":
            self._passes(name, f"before {place.function}")
        found = call()
        if place.moment == "after":
            self._passes(name, f"after {place.function}")
        return found

    def _around_steps(self, name: str, _place: Place, call: Callable[[], Any], _given: tuple[Any, ...]) -> Any:
        names = self._names()
        if name in names:
            return call()
        names.append(name)
        try:
            return call()
        finally:
            names.remove(name)

    def _around_checkpoint(self, name: str, place: Place, call: Callable[[], Any], given: tuple[Any, ...]) -> Any:
        """Closing a home checkpoints its warehouse; here that is done slowly, for as many passages as milliseconds."""
        warehouse, is_over = given[0].warehouse, threading.Event()

        def kill() -> None:
            if not is_over.wait(self._nth / 1000):
                self.tell(reached=name, nth=self._nth, at=f"{self._nth} ms after the checkpoint began")
                if not is_over.is_set():
                    os.kill(os.getpid(), signal.SIGKILL)

        warehouse.execute(f"SET debug_checkpoint_scan_sleep_ms = {SLEEP_MS}")
        begun = time.monotonic()
        if name == self._place:
            threading.Thread(target=kill, daemon=True).start()
        warehouse.execute("CHECKPOINT")
        is_over.set()
        if name == self._place:
            self.tell(missed=name)
        self.counts[name] += int((time.monotonic() - begun) * 1000)
        return call()
