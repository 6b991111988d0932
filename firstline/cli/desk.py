"""The desk a command works at: its home, its clock, where it prints, and the running server if there is one."""

from __future__ import annotations

import functools
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TextIO

import click

from firstline.cli.neighbour import NOTE, Neighbour, find_neighbour, forget_note
from firstline.cli.turn import NO_WAIT_HINT, Turn
from firstline.errors import HomeError
from firstline.home import Home
from firstline.publishing.publish import try_publish
from firstline.refresh.refreshing import bring_up_to_date
from firstline.settings import FILE_NAME as SETTINGS_FILE
from firstline.settings import Settings, read_settings
from firstline.state.claim import FILE_NAME as LOCK_FILE
from firstline.state.claim import HELD
from firstline.state.generation import check_generation
from firstline.warehouse.engine import IN_USE

DEFAULT_HOME = "firstline-home"
LOOK_EVERY_S = 0.25
"""How often a command that waits for its home looks whether it is free."""
P = ParamSpec("P")


@dataclass
class Desk:
    """What a command needs around it. `served` is the home of the server this command runs inside, if any."""

    argv: list[str]
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)
    home_path: Path = field(default_factory=lambda: Path(os.environ.get("FIRSTLINE_HOME") or DEFAULT_HOME))
    served: Home | None = None
    turn: Turn = field(default_factory=Turn)
    waits: bool = True
    """False where a home that another command has open is an error, not a reason to wait."""

    def print(self, text: str) -> None:
        """One document to stdout."""
        self.out.write(text if text.endswith("\n") else text + "\n")

    def tell(self, text: str) -> None:
        """Progress and warnings, to stderr."""
        self.err.write(text + "\n")
        self.err.flush()

    def tell_share(self, step: str, share: float) -> None:
        """A step of a longer work, and how much of it (0..1) is done."""
        self.tell(f"{step}: {share:.0%}")

    def now(self) -> datetime:
        """The command line's clock, aware; everything below gets it as an argument."""
        return datetime.now(UTC)

    def settings(self) -> Settings:
        """The settings of the home, which need not exist yet. Raises HomeError where a newer version made it."""
        check_generation(self.home_path)
        return read_settings(self.home_path)

    @contextmanager
    def reached(self, make: bool = True, for_rebuild: bool = False) -> Iterator[Home | Neighbour]:
        """The opened home, up to date; or the server that has it open, to which the work is handed over.

        While another command has the home, it is waited for. Inside a server it is the server's own. Where there is
        none yet and `make` is false, it is an empty one that leaves nothing behind. Before a rebuild it is as it is.
        """
        if self.served is not None:
            with self.turn.taken(f"'{_command()}'", self.now(), self.waits):
                yield self.served
            return
        check_generation(self.home_path)
        is_absent = not make and not self._was_opened()
        with tempfile.TemporaryDirectory() if is_absent else nullcontext(None) as nowhere:
            found = self._waited_for(self._stand_in(Path(nowhere)) if nowhere else self.home_path, for_rebuild)
            if isinstance(found, Neighbour):
                yield from self._handing_over(found)
                return
            try:
                if not is_absent:
                    forget_note(self.home_path)
                if not for_rebuild:
                    bring_up_to_date(found, self.tell)
                    # what an earlier command was cut off in
                    try_publish(found, self.tell)
                try:
                    yield found
                except click.exceptions.Exit:
                    try_publish(found, self.tell)
                    raise
                try_publish(found, self.tell)
            finally:
                found.close()

    @contextmanager
    def own_home(self, refusal: str, make: bool = True, for_rebuild: bool = False) -> Iterator[Home]:
        """The home, opened by this very process. Raises HomeError with that hint while a server has it."""
        with self.reached(make, for_rebuild) as reached:
            if isinstance(reached, Neighbour) or self.served:
                raise HomeError("home_served", f"A running server has the home {self.home_path} open.", refusal)
            yield reached

    @contextmanager
    def undisturbed(self, make: bool = True, for_rebuild: bool = False) -> Iterator[Home | Neighbour]:
        """As `reached`, for work that makes the warehouse again: inside a server the pages wait until it is done."""
        with (
            self.reached(make, for_rebuild) as reached,
            self.turn.readers.kept_out() if self.served is not None else nullcontext(),
        ):
            yield reached

    def _waited_for(self, path: Path, for_rebuild: bool) -> Home | Neighbour:
        """The opened home or its server, as soon as either can be had."""
        is_told = False
        while True:
            neighbour = find_neighbour(self.home_path)
            if neighbour:
                return neighbour
            try:
                return Home.open(path, for_rebuild, _command())
            except HomeError as error:
                if error.code not in (HELD, IN_USE):
                    raise
                if not self.waits:
                    raise HomeError(error.code, error.message, NO_WAIT_HINT) from None
                if not is_told:
                    self.tell(f"{error.message} Waiting until it is free; Ctrl-C ends the wait.")
                    is_told = True
            time.sleep(LOOK_EVERY_S)

    def _handing_over(self, neighbour: Neighbour) -> Iterator[Neighbour]:
        if neighbour.work:
            problem = f"The running server is busy with {neighbour.work}."
            if not self.waits:
                raise HomeError(HELD, problem, NO_WAIT_HINT)
            self.tell(f"{problem} Waiting for its turn; Ctrl-C ends the wait.")
        try:
            yield neighbour
        except KeyboardInterrupt:
            self.tell("What was handed over is finished by the running server all the same.")
            raise

    def _was_opened(self) -> bool:
        """Whether there is a home, or what stands in its place, to be opened and told of."""
        signs = (LOCK_FILE, NOTE, "landing")
        return self.home_path.is_file() or any((self.home_path / name).exists() for name in signs)

    def _stand_in(self, folder: Path) -> Path:
        """A folder in place of a home in which nothing was imported yet, with the settings it may have."""
        stated = self.home_path / SETTINGS_FILE
        if stated.exists():
            shutil.copy(stated, folder)
        else:
            self.tell(f"Nothing was imported into {self.home_path} yet.")
        return folder


def _waits_not(context: click.Context, _option: click.Parameter, is_given: bool) -> None:
    if is_given:
        desk_of(context).waits = False


no_wait = click.option(
    "--no-wait",
    is_flag=True,
    expose_value=False,
    callback=_waits_not,
    help="Exit with code 1 instead of waiting while another command has the home.",
)
"""The option of every command that opens a home."""


def at_home(command: Callable[Concatenate[Desk, Home, P], None]) -> Callable[P, None]:
    """Give a command the desk and the opened home; while a server has the home, hand the command over to it."""

    @functools.wraps(command)
    @click.pass_context
    def wrapped(context: click.Context, /, *args: P.args, **kwargs: P.kwargs) -> None:
        desk = desk_of(context)
        with desk.reached(make=False) as reached:
            if isinstance(reached, Home):
                command(desk, reached, *args, **kwargs)
            else:
                hand_over(context, reached, desk.argv)

    return no_wait(wrapped)


def hand_over(context: click.Context, neighbour: Neighbour, argv: list[str]) -> None:
    """Let the running server run these words, print what it prints and end with its code."""
    desk, answer = desk_of(context), neighbour.run(argv)
    desk.out.write(answer.out)
    desk.err.write(answer.err)
    context.exit(answer.code)


def desk_of(context: click.Context) -> Desk:
    """The desk of the running command."""
    desk: Any = context.find_root().obj
    assert isinstance(desk, Desk)
    return desk


def _command() -> str:
    context = click.get_current_context(silent=True)
    return context.command_path if context else "firstline"
