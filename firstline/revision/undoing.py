"""Withdraw a batch, or see what that would do: which months of which KPIs move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from firstline.home import Home
from firstline.model.batch import Batch
from firstline.query.difference import Moved
from firstline.query.moving import moved_by
from firstline.refresh.undo import find_batch, withdraw

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Undone:
    """The batch that is (or would be) withdrawn, the withdrawal (None for a trial), and the figures that move."""

    batch: Batch
    withdrawal: Batch | None
    moved: tuple[Moved, ...]

    def as_json(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        return {
            "withdraws": self.batch.number,
            "batch": self.withdrawal.number if self.withdrawal else None,
            "file_name": self.batch.file_name,
            "rows": dict(self.batch.entities),
            "moved": [each.as_json() for each in self.moved],
        }


def undo_batch(home: Home, number: int, now: datetime, progress: Progress = lambda step: None) -> Undone:
    """Withdraw a batch and refresh (`now` aware). Raises MisuseError for one that is not there or counts no longer."""
    batch = find_batch(home.ledger.batches(), number)
    withdrawal, moved = moved_by(home, lambda changed: withdraw(changed, number, now), now, progress=progress)
    return Undone(batch, withdrawal, tuple(moved))


def try_undo(home: Home, number: int, now: datetime, progress: Progress = lambda step: None) -> Undone:
    """What `undo_batch` would do, found out in a copy of the home; nothing is written to the home itself."""
    batch = find_batch(home.ledger.batches(), number)
    _withdrawal, moved = moved_by(home, lambda trial: withdraw(trial, number, now), now, True, progress)
    return Undone(batch, None, tuple(moved))
