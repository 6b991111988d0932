"""Retention: personal data, leftovers, quarantined rows and received files go when they were kept for their time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from firstline.home import Home
from firstline.landing.files import PERSONAL
from firstline.landing.retained import retained
from firstline.model.batch import RECEIVED, Batch
from firstline.model.erasure import Replacement
from firstline.model.vocabulary import vocabulary
from firstline.refresh.erasing import accept_erasure, erase, new_erasure, unlink_replaced, write_erasure_record
from firstline.refresh.kept_exclusions import keep_exclusions
from firstline.refresh.refreshing import refresh

NOTE = "kept for their time"
Progress = Callable[[str], None]


def let_go(home: Home, now: datetime, progress: Progress = lambda step: None) -> Batch | None:
    """Take out of an opened home what is kept longer than its settings say (`now` aware), as an erasure.

    Returns the erasure, None where nothing is due. No figure moves.
    """
    erasure = _due_erasure(home, now)
    if erasure is not None:
        erase(home, erasure, progress)
        refresh(home, progress)
    return erasure


def let_go_while_serving(home: Home, now: datetime) -> Batch | None:
    """The same while pages read the warehouse: the files go and the rows with them, and the warehouse, in whose file
    deleted rows linger, is made again when the home is opened next."""
    erasure = _due_erasure(home, now)
    if erasure is not None:
        write_erasure_record(home, erasure)
        accept_erasure(home, erasure)
        unlink_replaced(home, [erasure], home.ledger.batches())
        for replaced in erasure.replaces:
            name = replaced.was.removeprefix(f"{PERSONAL}/").partition("/")[0]
            if replaced.was.startswith(f"{PERSONAL}/") and name in vocabulary():
                home.warehouse.execute(f"DELETE FROM {name}_personal WHERE batch = ?", [replaced.batch])
    return erasure


def due(batches: Sequence[Batch], retention: Mapping[str, int], now: datetime) -> Iterator[Replacement]:
    """The files that were accepted longer ago than `retention` says, in days by what `landing.retained` names."""
    for batch in batches:
        for name, days in retention.items():
            if batch.accepted_at + timedelta(days=days) > now:
                continue
            kind = retained()[name]
            path = f"{RECEIVED}/{batch.received}" if kind == RECEIVED and batch.received else batch.file(kind)
            if path is not None:
                yield Replacement(batch=batch.number, was=path, file=None)


def _due_erasure(home: Home, now: datetime) -> Batch | None:
    replaces = [*due(home.ledger.batches(), home.settings.retention, now)]
    if replaces:
        keep_exclusions(home, now)
    return new_erasure(home, now, NOTE, replaces) if replaces else None
