"""Withdraw a batch, or see what that would do: which months of which KPIs move."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from firstline.home import Home
from firstline.model.batch import Batch
from firstline.query.definitions import the_catalogue
from firstline.query.difference import Figures, Moved, monthly_figures, moved_figures
from firstline.refresh.refreshing import refresh
from firstline.refresh.replay import replayed
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
    batch, before = find_batch(home.ledger.batches(), number), figures_of(home, now)
    withdrawal = withdraw(home, number, now)
    refresh(home, progress)
    return Undone(batch, withdrawal, tuple(moved_figures(before, figures_of(home, now))))


def try_undo(home: Home, number: int, now: datetime, progress: Progress = lambda step: None) -> Undone:
    """What `undo_batch` would do, found out in a copy of the home; nothing is written to the home itself."""
    batch, before = find_batch(home.ledger.batches(), number), figures_of(home, now)
    scratch = tempfile.TemporaryDirectory(dir=home.path / "scratch")
    with scratch as folder, replayed(home, home.ledger.batches(), Path(folder), progress) as trial:
        withdraw(trial, number, now)
        refresh(trial, progress)
        return Undone(batch, None, tuple(moved_figures(before, figures_of(trial, now))))


def figures_of(home: Home, now: datetime) -> Figures:
    """Every KPI of a home by month, asked at `now` (aware)."""
    return monthly_figures(home.warehouse, the_catalogue(), home.settings, now)
