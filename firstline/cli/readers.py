"""Who reads the warehouse of a server: pages read while others write, but not while it is made again.

Whoever makes it again waits for those who read, and whoever comes then waits for that.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from firstline.errors import HomeError
from firstline.state.claim import HELD

PATIENCE_S = 30.0
"""How long a page waits; a browser's reader has looked elsewhere by then. Judgement."""


class Readers:
    """The threads that read at the moment; one that reads may begin to read once more within."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._reading: dict[int, int] = {}
        self._is_closed = False

    @contextmanager
    def reading(self, patience_s: float = PATIENCE_S) -> Iterator[None]:
        """Read for as long as the block runs. Raises HomeError `home_held` where it would have to wait too long."""
        me = threading.get_ident()
        with self._changed:
            if not self._changed.wait_for(lambda: not self._is_closed or me in self._reading, patience_s):
                raise HomeError(HELD, "The warehouse is being made again.", "Load the page again in a while.")
            self._reading[me] = self._reading.get(me, 0) + 1
        try:
            yield
        finally:
            with self._changed:
                self._reading[me] -= 1
                if not self._reading[me]:
                    del self._reading[me]
                self._changed.notify_all()

    @contextmanager
    def kept_out(self) -> Iterator[None]:
        """Nobody reads for as long as the block runs; who reads already is waited for. One block at a time."""
        with self._changed:
            self._is_closed = True
            self._changed.wait_for(lambda: not self._reading)
        try:
            yield
        finally:
            with self._changed:
                self._is_closed = False
                self._changed.notify_all()
