"""Back up a home while it serves, and restore one: the ledger first, then the landing files that it lists."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from firstline.durable import make_folder, sync_folder, sync_tree, write_durably
from firstline.errors import HomeError, MisuseError
from firstline.full_disk import DiskFullError, is_full_disk
from firstline.home import RESTORING, WAREHOUSE_FILES, Home
from firstline.landing.files import BATCH, batch_path
from firstline.landing.received import received_file
from firstline.model.batch import RECEIVED, Batch
from firstline.refresh.forgetting import forget_listed
from firstline.refresh.forgotten_list import FILE_NAME as FORGOTTEN_FILE
from firstline.refresh.forgotten_list import ForgottenList, take_secret
from firstline.refresh.rebuild import rebuild
from firstline.settings import FILE_NAME as SETTINGS_FILE
from firstline.state.claim import FILE_NAME as LOCK_FILE
from firstline.state.generation import FILE_NAME as GENERATION_FILE
from firstline.state.generation import check_text
from firstline.state.ledger import Ledger
from firstline.state.secret import FILE_NAME as SECRET_FILE
from firstline.state.store import FILE_NAME as STORE_FILE
from firstline.state.store import copy_store, open_store

PARTS = (f"{STORE_FILE}-wal", f"{STORE_FILE}-shm", STORE_FILE, *WAREHOUSE_FILES, "landing", RECEIVED)
"""What makes a home of a folder."""
UNREADABLE = (OSError, tarfile.TarError, EOFError, zlib.error)


def back_up(home: Home, target: Path) -> int:
    """Write a backup archive (.tar.gz); returns how many batches it holds.

    The copy of the ledger is made first and the landing files are immutable, so imports may go on. The warehouse is
    left out: it is rebuilt on restore. Raises MisuseError when the target exists.
    """
    if target.exists():
        raise MisuseError("target_exists", f"{target} exists already.", "Name another file.")
    with tempfile.TemporaryDirectory(dir=home.path / "scratch") as scratch:
        store = Path(scratch) / STORE_FILE
        copy_store(home.path, store)
        ledger = Ledger(open_store(Path(scratch)))
        batches = ledger.batches()
        ledger.close()
        write_durably(target, lambda unfinished: _archive(home, store, batches, unfinished))
    return len(batches)


def _archive(home: Home, store: Path, batches: Sequence[Batch], target: Path) -> None:
    with tarfile.open(target, "w:gz", compresslevel=1) as archive:
        # first, so that a version which cannot read the rest is told at once
        archive.add(home.path / GENERATION_FILE, GENERATION_FILE)
        archive.add(store, STORE_FILE)
        for name in (SETTINGS_FILE, SECRET_FILE, FORGOTTEN_FILE):
            if (home.path / name).exists():
                archive.add(home.path / name, name)
        for batch in batches:
            for path in [*(file.path for file in batch.files), batch_path(BATCH, batch.number)]:
                archive.add(home.landing.folder / path, f"landing/{path}")
        for name in sorted({batch.received for batch in batches if batch.received}):
            archive.add(received_file(home.path, name), f"{RECEIVED}/{name}")


def restore(archive_path: Path, home_path: Path, listed: ForgottenList | None = None) -> int:
    """Make a home from a backup and rebuild its warehouse; returns how many batches it holds.

    `listed` are persons who were forgotten since: they are forgotten again before the home is put in place. Raises
    MisuseError when there is a home at the path already, HomeError when the archive cannot be read, a newer version
    made it, or the list is another home's.
    """
    begun = home_path / RESTORING
    if not begun.exists() and ((home_path / STORE_FILE).exists() or (home_path / "landing").exists()):
        hint = "Restore into an empty folder: --home OTHER."
        raise MisuseError("home_exists", f"There is a home at {home_path} already.", hint)
    _check_generation(archive_path)
    # what an earlier restore that was cut off put here is put here again
    _remove(home_path, (*PARTS, RESTORING))
    make_folder(begun)
    try:
        _unpack(archive_path, begun)
        count = _complete(begun, home_path, listed)
    except Exception:
        shutil.rmtree(begun, ignore_errors=True)
        raise
    for restored in begun.iterdir():
        restored.replace(home_path / restored.name)
    sync_folder(home_path)
    # only now are the parts a home: while the folder is there, a restore may be given again
    begun.rmdir()
    sync_folder(home_path)
    return count


def _unpack(archive_path: Path, begun: Path) -> None:
    try:
        with tarfile.open(archive_path, "r:gz") as archive:
            archive.extractall(begun, filter="data")
        sync_tree(begun)
    except UNREADABLE as error:
        if is_full_disk(error):
            raise DiskFullError(begun) from None
        raise _unreadable(archive_path, error) from None


def _complete(begun: Path, home_path: Path, listed: ForgottenList | None) -> int:
    """Make the unpacked parts a whole home before they are put in place, so that nobody opens one that still holds
    persons who were forgotten; returns how many batches it holds."""
    own = home_path / SETTINGS_FILE
    if own.exists() and not (begun / SETTINGS_FILE).exists():
        write_durably(begun / SETTINGS_FILE, lambda target: shutil.copy(own, target))
    if listed is not None:
        take_secret(listed, begun)
    home = Home.open(begun, for_rebuild=True)
    try:
        count = rebuild(home)
        if listed is not None:
            forget_listed(home, listed)
    finally:
        home.close()
    _remove(begun, ("scratch", LOCK_FILE))
    return count


def _remove(folder: Path, names: Sequence[str]) -> None:
    for path in (folder / name for name in names):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _check_generation(archive_path: Path) -> None:
    """Raise HomeError for a backup that a newer version made, before anything of it is unpacked."""
    try:
        with tarfile.open(archive_path, "r:gz") as archive:
            first = archive.next()
            stream = archive.extractfile(first) if first and first.name == GENERATION_FILE else None
            text = stream.read().decode(errors="replace") if stream else None
    except UNREADABLE as error:
        raise _unreadable(archive_path, error) from None
    if text is not None:
        check_text(text, f"The home in {archive_path}", f"{GENERATION_FILE} in {archive_path}")


def _unreadable(archive_path: Path, error: BaseException) -> HomeError:
    problem = f"{archive_path} is not a readable backup: {error}."
    return HomeError("unreadable_backup", problem, "Check the path, or take another backup.")
