"""A full disk is told the same way wherever it is met."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from firstline.errors import FirstlineError, HomeError

DISK_FULL = "disk_full"
SIGNS = (errno.ENOSPC, errno.EDQUOT)
WORDS = (*map(os.strerror, SIGNS), "database or disk is full")
"""How the engine and the ledger's database say it."""
HARDLY_ANY = 1_000_000
"""Bytes; with fewer, an error of writing that gives no reason is taken for this one."""


class DiskFullError(HomeError):
    """There is no room left where something was to be written."""

    def __init__(self, near: Path) -> None:
        """`near` is a place in the home; the temporary folder is looked at, too, as it may be on another disk."""
        disk = min(_disk_of(near), _disk_of(Path(tempfile.gettempdir())), key=lambda each: shutil.disk_usage(each).free)
        free = shutil.disk_usage(disk).free / 1e6
        super().__init__(
            DISK_FULL,
            f"The disk of {disk} is full: {free:,.1f} MB are free there.",
            "What was accepted is kept. Make room and do it again; a server that still refuses must be started again.",
        )


@contextmanager
def naming_full_disk(near: Path) -> Iterator[None]:
    """Within it, an error that says that a disk is full becomes one that names the disk; `near` is the home."""
    try:
        yield
    except FirstlineError:
        raise
    except Exception as error:
        if is_full_disk(error):
            raise DiskFullError(near) from error
        raise


def is_full_disk(error: BaseException) -> bool:
    """True if an error, of the engine, the ledger's database or the operating system, says that a disk is full."""
    if isinstance(error, OSError):
        return error.errno in SIGNS
    return isinstance(error, DiskFullError) or any(word in str(error) for word in WORDS)


def has_no_room(near: Path) -> bool:
    """True if hardly anything can be written there: for errors that do not say why writing failed."""
    return shutil.disk_usage(near).free < HARDLY_ANY


def raise_if_full(error: Mapping[str, Any] | None, near: Path) -> None:
    """Raise DiskFullError where the error that a record of an import carries is a full disk; `near` is the home."""
    if error and error["code"] == DISK_FULL:
        raise DiskFullError(near)


def _disk_of(path: Path) -> Path:
    """Where the disk that holds a path, or will hold it, is mounted."""
    found = path.absolute()
    while not found.exists() or not found.is_mount():
        found = found.parent
    return found
