"""Which generation a home is of: told by a file of its own, so that asking writes nothing.

The ledger alone could not tell: opening it may make files beside it.
"""

from __future__ import annotations

import json
from pathlib import Path

from firstline import __version__
from firstline.durable import write_durably
from firstline.errors import HomeError
from firstline.state.store import HEAD, revision_of

FILE_NAME = "generation.json"
GENERATION = 2
"""Raised with every change that a version before it would misread or spoil: a migration of the store, a model version,
a new kind of landed file. A home of every older generation is opened and brought up to this one."""


def is_home(folder: Path) -> bool:
    """Whether a folder is a home, of whatever generation that says which it is."""
    return (folder / FILE_NAME).is_file()


def check_generation(home: Path) -> None:
    """Raise HomeError for a home that a newer version made; nothing is written. One without the file is older."""
    path = home / FILE_NAME
    try:
        text = path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        text = None
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, str(error)) from None
    if text is not None:
        check_text(text, f"The home {home}", str(path))
    if (revision_of(home) or HEAD) > HEAD:
        raise _newer(f"The home {home}", "a newer version")


def check_text(text: str, what: str, path: str) -> None:
    """The same of the file's text; `what` and `path` are what the error calls the home and the file."""
    try:
        told = json.loads(text)
        generation, made_by = int(told["generation"]), str(told["made_by"])
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(path, repr(error)) from None
    if generation > GENERATION:
        raise _newer(what, f"Firstline {made_by}")


def mark_generation(home: Path) -> None:
    """Write the file into a home that has none, or an older one; it is whole or as it was before."""
    path = home / FILE_NAME
    text = json.dumps({"generation": GENERATION, "made_by": __version__})
    if path.exists() and json.loads(path.read_text("utf-8"))["generation"] == GENERATION:
        return
    write_durably(path, lambda unfinished: unfinished.write_text(text, "utf-8"))


def _newer(what: str, made_by: str) -> HomeError:
    problem = f"{what} was made by {made_by}; this is Firstline {__version__}, which cannot read it."
    hint = f"Install {made_by} or a later version, or name another home with --home. Nothing was changed."
    return HomeError("home_newer", problem, hint)


def _unreadable(path: str | Path, reason: str) -> HomeError:
    hint = "Put it back from a backup; or, if this version of Firstline made the home, delete it."
    return HomeError("home_unusable", f"{path} cannot be read: {reason}.", hint)
