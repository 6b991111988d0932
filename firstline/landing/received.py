"""Files as they were received: kept whole, so that they can be read again under another mapping or time zone."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

from firstline.durable import write_durably
from firstline.model.batch import RECEIVED


def keep_file(home: Path, path: Path, sha256: str) -> None:
    """Keep a file under its SHA-256, durably; one that is kept already is not written again."""
    target = received_file(home, sha256)
    if not target.exists():
        write_durably(target, lambda unfinished: _copy(path, unfinished))


def received_file(home: Path, sha256: str) -> Path:
    """Where the file of that SHA-256 lies, if it was kept."""
    return home / RECEIVED / sha256


def drop_unlisted(home: Path, listed: Collection[str]) -> None:
    """Remove kept files that no batch lists: those of imports that were cut off before they were accepted."""
    for path in (home / RECEIVED).glob("*"):
        if path.name not in listed:
            path.unlink()


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
