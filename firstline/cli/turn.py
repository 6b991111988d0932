"""Work on an opened home is done one piece at a time; whoever waits for its turn is told what is being done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from firstline.cli.readers import Readers
from firstline.errors import HomeError
from firstline.state.claim import HELD

NO_WAIT_HINT = "Try again later, or without --no-wait."


class Turn:
    """Whose turn it is among the threads of a server; one that has it may take it again."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._work: list[str] = []
        self._is_awaited = False
        self.readers = Readers()
        """Who reads while others have their turn."""
        self.afterwards: Callable[[], None] = lambda: None
        """What is done after each piece of work, before the next may begin."""

    @property
    def work(self) -> str | None:
        """What is being done and since when, None when nothing is."""
        work = self._work
        return work[0] if work else None

    @contextmanager
    def taken(
        self, doing: str, since: datetime, waits: bool = True, is_followed: bool = False, is_aside: bool = False
    ) -> Iterator[None]:
        """Have the turn for as long as the block runs. Raises HomeError `home_held` where it would have to wait.

        What is done after each piece of work waits for the last one of a command: the others are followed. Work that is
        done `aside` of commands leaves it to the one that is under way.
        """
        if not self._lock.acquire(blocking=waits):
            raise HomeError(HELD, f"The running server is busy with {self.work or 'other work'}.", NO_WAIT_HINT)
        self._work.append(f"{doing}, since {since:%Y-%m-%d %H:%M:%S}Z")
        try:
            yield
        finally:
            try:
                if len(self._work) == 1:
                    self._is_awaited = is_followed or (is_aside and self._is_awaited)
                    if not self._is_awaited:
                        self.afterwards()
            finally:
                self._work.pop()
                self._lock.release()
