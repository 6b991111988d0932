"""A home as it stood: the batches accepted by then, replayed into a folder of its own. What a question "as of" asks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from firstline.errors import MisuseError
from firstline.home import AS_OF, WAREHOUSE_FILES, Home
from firstline.landing.files import BATCH, batch_path
from firstline.model.batch import Batch
from firstline.refresh.refreshing import refresh
from firstline.settings import FILE_NAME as SETTINGS_FILE
from firstline.state.secret import FILE_NAME as SECRET_FILE

KEPT = 3
"""How many past states are kept for reuse; the one used longest ago goes first."""
DONE = "replayed"
Progress = Callable[[str], None]


@contextmanager
def as_of(home: Home, moment: datetime | int, progress: Progress = lambda step: None) -> Iterator[Home]:
    """The home as it was at an instant (aware: batches accepted by then) or after a batch of that number.

    Replayed once and kept for the next question. Raises MisuseError when nothing had been imported by then.
    """
    if isinstance(moment, int):
        batches = [batch for batch in home.ledger.batches() if batch.number <= moment]
        if not batches or batches[-1].number != moment:
            raise MisuseError("unknown_batch", f"There is no batch {moment}.", "'firstline imports' lists them.")
    else:
        batches = [batch for batch in home.ledger.batches() if batch.accepted_at <= moment]
    if not batches:
        first = min((batch.accepted_at for batch in home.ledger.batches()), default=None)
        hint = f"The first batch was accepted at {first.isoformat()}." if first else "Import something first."
        raise MisuseError("nothing_known_then", "Nothing had been imported by then.", hint)
    folder = home.path / AS_OF / f"{batches[-1].number:08d}"
    if not (folder / DONE).exists():
        progress(f"replaying {len(batches)} batches")
        shutil.rmtree(folder, ignore_errors=True)
        with replayed(home, batches, folder, progress):
            pass
        (folder / DONE).touch()
    _copy_settings(home, folder)
    os.utime(folder / DONE)
    _forget_older(home.path / AS_OF, folder)
    past = Home.open(folder, for_rebuild=True)
    try:
        # what was published with these batches may have been noted after they were replayed
        _recall(home, past)
        refresh(past, progress)
        yield past
    finally:
        past.close()


@contextmanager
def replayed(
    home: Home, batches: Sequence[Batch], folder: Path, progress: Progress = lambda step: None
) -> Iterator[Home]:
    """A home of its own in `folder`, made of these batches of another one; its landed files are shared, not copied.

    Of all batches, its warehouse is a copy, which is far quicker than to replay them.
    """
    for batch in batches:
        for path in [*(file.path for file in batch.files), batch_path(BATCH, batch.number)]:
            target = folder / "landing" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            _share(home.landing.folder / path, target)
    folder.mkdir(parents=True, exist_ok=True)
    _copy_settings(home, folder)
    if list(batches) == list(home.ledger.batches()):
        _copy_warehouse(home, folder)
    past = Home.open(folder, for_rebuild=True)
    try:
        past.ledger.replace_all(batches)
        _recall(home, past)
        refresh(past, progress)
        yield past
    finally:
        past.close()


def _recall(home: Home, past: Home) -> None:
    """What had been published by the newest batch of a past home, as the record of the home itself has it."""
    known = past.ledger.last_number()
    past.publications.replace_all(home.publications.published(known), home.publications.restatements(known))


def _share(source: Path, target: Path) -> None:
    """Landed files never change, so a second name does; a file system without links gets a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _copy_warehouse(home: Home, folder: Path) -> None:
    """The files as they are: who asks has the home's turn, so nobody writes to them meanwhile."""
    for name in WAREHOUSE_FILES:
        if (home.path / name).exists():
            shutil.copyfile(home.path / name, folder / name)


def _copy_settings(home: Home, folder: Path) -> None:
    for name in (SETTINGS_FILE, SECRET_FILE):
        if (home.path / name).exists():
            shutil.copy(home.path / name, folder / name)


def _forget_older(kept: Path, current: Path) -> None:
    others = [folder for folder in kept.iterdir() if folder != current]
    by_use = sorted(others, key=lambda folder: (folder / DONE).stat().st_mtime if (folder / DONE).exists() else 0)
    for folder in by_use[: max(0, len(others) - KEPT + 1)]:
        shutil.rmtree(folder, ignore_errors=True)
