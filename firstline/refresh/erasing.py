"""Take something out of the landing for good, so that a crash anywhere leaves it whole, or is finished afterwards.

New files are written beside the old ones; the erasure's record follows, and then its ledger entry, which is the moment
of decision. What comes after it is done again by the next command, as often as it takes: the old files go, batch
records and ledger are written anew, copies go, and the warehouse, in whose file deleted rows linger, is made again.
That the warehouse has applied the erasure says that all of it is done.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from firstline.durable import sync_folder
from firstline.home import AS_OF, INBOX, INBOX_DONE, WAITING, Home
from firstline.landing.files import ASIDE
from firstline.model.batch import OWN_ROWS, RECEIVED, Batch, Reword
from firstline.model.erasure import Mark, Replacement
from firstline.model.vocabulary import MODEL_VERSION
from firstline.refresh.forgotten_list import list_forgotten

Progress = Callable[[str], None]


def new_erasure(
    home: Home,
    now: datetime,
    note: str,
    replaces: Sequence[Replacement],
    erases: Sequence[Mark] = (),
    rewords: Sequence[Reword] = (),
    secret: str | None = None,
) -> Batch:
    """The ledger entry of an erasure whose new files are written (`now` aware)."""
    return Batch(
        number=home.ledger.last_number() + 1,
        accepted_at=now.astimezone(UTC),
        source=OWN_ROWS,
        file_name=note,
        file_sha256="",
        entity="",
        model_version=MODEL_VERSION,
        secret=secret,
        erases=tuple(erases),
        replaces=tuple(replaces),
        rewords=tuple(rewords),
    )


def erase(home: Home, erasure: Batch, progress: Progress = lambda step: None) -> None:
    """Decide an erasure whose new files are written, and finish it; the caller refreshes the home."""
    write_erasure_record(home, erasure)
    accept_erasure(home, erasure)
    finish_erasures(home, progress)


def finish_erasures(home: Home, progress: Progress = lambda step: None) -> None:
    """Do what is left to do of every erasure that the warehouse has not applied; the caller refreshes the home."""
    applied = {row["batch"] for row in home.warehouse.rows("SELECT batch FROM applied_batch")}
    batches = home.ledger.batches()
    due = [batch for batch in batches if batch.is_erasure and batch.number not in applied]
    if not due:
        return
    progress("erasing")
    unlink_replaced(home, due, batches)
    reword_records(home, due, batches)
    reword_ledger(home, batches)
    drop_copies(home)
    list_forgotten(home, batches)
    forget_warehouse(home)


def write_erasure_record(home: Home, erasure: Batch) -> None:
    """Land the erasure's own record."""
    home.landing.write_record(home.warehouse, erasure)


def accept_erasure(home: Home, erasure: Batch) -> None:
    """Commit it to the ledger: from here on it holds."""
    home.ledger.accept(erasure)


def unlink_replaced(home: Home, due: Sequence[Batch], batches: Sequence[Batch]) -> None:
    """Remove the files that gave way; one that a batch still lists stays."""
    listed = {file.path for batch in batches for file in batch.files}
    listed |= {f"{RECEIVED}/{batch.received}" for batch in batches if batch.received}
    for replaced in (each for erasure in due for each in erasure.replaces if each.was not in listed):
        folder = home.path if replaced.was.startswith(f"{RECEIVED}/") else home.landing.folder
        path = folder / replaced.was
        if path.exists():
            path.unlink()
            sync_folder(path.parent)


def reword_records(home: Home, due: Sequence[Batch], batches: Sequence[Batch]) -> None:
    """Write the records of batches that quoted something that is gone."""
    reworded = {said.batch for erasure in due for said in erasure.rewords}
    for batch in batches:
        if batch.number in reworded:
            home.landing.write_record(home.warehouse, batch)


def reword_ledger(home: Home, batches: Sequence[Batch]) -> None:
    """Put every batch as it is now into the ledger, and leave nothing of what it was in its file."""
    home.ledger.reword(batches)


def drop_copies(home: Home) -> None:
    """Remove past states, files set aside or waiting, scratch files, and the inbox's finished ones."""
    shutil.rmtree(home.path / AS_OF, ignore_errors=True)
    shutil.rmtree(home.path / WAITING, ignore_errors=True)
    shutil.rmtree(home.landing.folder / ASIDE, ignore_errors=True)
    for folder in (home.path / INBOX).glob(f"*/{INBOX_DONE}"):
        shutil.rmtree(folder, ignore_errors=True)
    for path in (home.path / "scratch").iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def forget_warehouse(home: Home) -> None:
    """Delete the warehouse: it is made again from what is left."""
    home.forget_warehouse()
