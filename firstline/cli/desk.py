"""The desk a command works at: its home, its clock, where it prints, and the running server if there is one."""

from __future__ import annotations

import functools
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TextIO

import click

from firstline.cli.neighbour import Neighbour, find_neighbour
from firstline.home import Home
from firstline.refresh.refreshing import bring_up_to_date
from firstline.settings import FILE_NAME as SETTINGS_FILE

DEFAULT_HOME = "firstline-home"
P = ParamSpec("P")


@dataclass
class Desk:
    """What a command needs around it. `served` is the home of the server this command runs inside, if any."""

    argv: list[str]
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)
    home_path: Path = field(default_factory=lambda: Path(os.environ.get("FIRSTLINE_HOME") or DEFAULT_HOME))
    served: Home | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)

    def print(self, text: str) -> None:
        """One document to stdout."""
        self.out.write(text if text.endswith("\n") else text + "\n")

    def tell(self, text: str) -> None:
        """Progress and warnings, to stderr."""
        self.err.write(text + "\n")
        self.err.flush()

    def now(self) -> datetime:
        """The command line's clock, aware; everything below gets it as an argument."""
        return datetime.now(UTC)

    def neighbour(self) -> Neighbour | None:
        """The server that has this home open, if one runs (a command inside the server has none)."""
        return None if self.served else find_neighbour(self.home_path)

    @contextmanager
    def home(self, make: bool = True) -> Iterator[Home]:
        """The opened home, up to date; the server's own when the command runs inside it.

        Where there is none yet and `make` is false, an empty one that leaves nothing behind.
        """
        if self.served is not None:
            with self.lock:
                yield self.served
            return
        is_absent = not make and not (self.home_path / "landing").exists() and not self.home_path.is_file()
        with tempfile.TemporaryDirectory() if is_absent else nullcontext(None) as nowhere:
            home = Home.open(self._stand_in(Path(nowhere)) if nowhere else self.home_path)
            try:
                bring_up_to_date(home, self.tell)
                yield home
            finally:
                home.close()

    def _stand_in(self, folder: Path) -> Path:
        """A folder in place of a home in which nothing was imported yet, with the settings it may have."""
        stated = self.home_path / SETTINGS_FILE
        if stated.exists():
            shutil.copy(stated, folder)
        else:
            self.tell(f"Nothing was imported into {self.home_path} yet.")
        return folder


def at_home(command: Callable[Concatenate[Desk, Home, P], None]) -> Callable[P, None]:
    """Give a command the desk and the opened home; while a server has the home, hand the command over to it."""

    @functools.wraps(command)
    @click.pass_context
    def wrapped(context: click.Context, /, *args: P.args, **kwargs: P.kwargs) -> None:
        desk = desk_of(context)
        neighbour = desk.neighbour()
        if neighbour:
            answer = neighbour.run(desk.argv)
            desk.out.write(answer.out)
            desk.err.write(answer.err)
            context.exit(answer.code)
        with desk.home(make=False) as home:
            command(desk, home, *args, **kwargs)

    return wrapped


def desk_of(context: click.Context) -> Desk:
    """The desk of the running command."""
    desk: Any = context.find_root().obj
    assert isinstance(desk, Desk)
    return desk
