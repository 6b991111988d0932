"""One process at a time has a home open; the others learn which command that is, and since when."""

from __future__ import annotations

import json
import os
import sys
import weakref
from datetime import UTC, datetime
from pathlib import Path

from firstline.errors import HomeError

if sys.platform != "win32":
    import fcntl

FILE_NAME = "open.lock"
HELD = "home_held"
HINT = "Wait until it has ended, or stop it."


class Claim:
    """The right to have a home open, from `__init__` until `release`; it ends with the process, however that ends.

    `command` is what the others are told. Raises HomeError `home_held` where another process, or another claim of this
    one, has it. The file stays when the claim ends: one that is deleted could be held twice, under two inodes.
    """

    def __init__(self, home: Path, command: str) -> None:
        descriptor = os.open(home / FILE_NAME, os.O_RDWR | os.O_CREAT, 0o644)
        # also where nobody releases it
        self._release = weakref.finalize(self, os.close, descriptor)
        try:
            # elsewhere only the engine's own lock keeps two processes apart
            if sys.platform != "win32":
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            problem = f"The home {home} is in use by {_holder(descriptor)}."
            self.release()
            raise HomeError(HELD, problem, HINT) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps({"command": command, "process": os.getpid()}).encode())

    def release(self) -> None:
        """Let others have the home."""
        self._release()


def _holder(descriptor: int) -> str:
    """Who holds the home, by what it wrote into the file when it began."""
    try:
        told = json.loads(os.read(descriptor, 4096))
        since = datetime.fromtimestamp(os.fstat(descriptor).st_mtime, UTC)
        return f"'{told['command']}' (process {told['process']}) since {since:%Y-%m-%d %H:%M:%S}Z"
    except (ValueError, KeyError, TypeError):
        return "another command"
