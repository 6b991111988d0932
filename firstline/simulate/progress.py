"""How far a simulation is: steps that several threads finish in any order, told as a share that only grows."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

Progress = Callable[[str, float], None]
"""Is told a step and the share done, 0..1."""


class Steps:
    """So many steps, each told as it is finished; the last one is what comes after them."""

    def __init__(self, progress: Progress | None, steps: int) -> None:
        self._tell = progress or (lambda step, share: None)
        self._steps, self._done, self._turn = steps + 1, 0, Lock()
        self._tell("Simulating the provider", 0.0)

    def finished(self, step: str) -> None:
        """Tell of a step that is done."""
        with self._turn:
            self._done += 1
            self._tell(step, self._done / self._steps)
